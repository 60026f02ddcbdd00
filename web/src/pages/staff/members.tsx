// Members of the staff in a table: when each was there, doing what, with how many customers.
import { kDoings, type StaffMember } from "../../api/staff.ts";
import { useSession, useWords } from "../../app/session.tsx";
import { TablePlace } from "../../components/table-place.tsx";
import { duration, moment, number } from "../../i18n/format.ts";
import { ShareOf } from "./share-of.tsx";
import { breakSeconds } from "./timeline.ts";

interface Props {
    members: readonly StaffMember[];
    nameOf: (member: StaffMember) => string;
    /** Of one day: when they came and went. */
    isDay: boolean;
}

export function Members({ members, nameOf, isDay }: Props) {
    const { t, language } = useWords();
    const { shop } = useSession();
    const time = (instant: string): string => moment(instant, language, shop.time_zone, "time");
    const spent = (seconds: number): string => (seconds > 0 ? duration(seconds, language) : "–");
    return (
        <section className="card">
            <h2>{t("staff.members")}</h2>
            <TablePlace label={t("staff.members")}>
                <table>
                    <thead>
                        <tr>
                            <th>{t("staff.who")}</th>
                            {isDay && <th>{t("staff.came")}</th>}
                            {isDay && <th>{t("staff.went")}</th>}
                            {kDoings.map((doing) => (
                                <th key={doing} className="figure">
                                    {t(`staff.doing.${doing}`)}
                                </th>
                            ))}
                            {isDay && <th className="figure">{t("staff.breaks")}</th>}
                            <th className="figure">{t("staff.talks")}</th>
                            <th className="figure">{t("staff.came_to")}</th>
                            <th className="figure">{t("staff.bought")}</th>
                        </tr>
                    </thead>
                    <tbody>
                        {members.map((member) => (
                            <tr key={member.member}>
                                <th scope="row">{nameOf(member)}</th>
                                {isDay && <td>{member.member === 0 ? "–" : time(member.arrived)}</td>}
                                {isDay && <td>{member.member === 0 ? "–" : member.here ? t("staff.here") : time(member.seen)}</td>}
                                {kDoings.map((doing) => (
                                    <td key={doing} className="figure">
                                        {spent(member.spent[`${doing}_s`])}
                                    </td>
                                ))}
                                {isDay && <td className="figure">{member.breaks.length === 0 ? "–" : t("staff.breaks_of", { n: member.breaks.length, time: duration(breakSeconds(member), language) })}</td>}
                                <td className="figure">{number(member.talks.talks, language)}</td>
                                <td className="figure">{number(member.talks.by_staff, language)}</td>
                                <td className="figure">{member.talks.bought ? <ShareOf share={member.talks.bought} /> : "–"}</td>
                            </tr>
                        ))}
                    </tbody>
                </table>
            </TablePlace>
            <p className="hint soft">{t("staff.bought_hint")}</p>
        </section>
    );
}

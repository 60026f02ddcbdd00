// Those who work in the shop: who is here since when, what each does, whom they speak to, and what that adds.
import { staffApi, type Staff, type StaffDay, type StaffMember } from "../api/staff.ts";
import { spanOf } from "../app/period.ts";
import { useResource } from "../app/resource.ts";
import { Link } from "../app/router.tsx";
import { may, useSession, useWords } from "../app/session.tsx";
import { Figure } from "../components/figure.tsx";
import { Icon } from "../components/icon.tsx";
import { PeriodPicker, usePeriod } from "../components/period-picker.tsx";
import { Empty, Loaded, Skeleton } from "../components/states.tsx";
import { TablePlace } from "../components/table-place.tsx";
import { duration, moment, number } from "../i18n/format.ts";
import { DayLines } from "./staff/day-lines.tsx";
import { EffectCard } from "./staff/effect.tsx";
import { Members } from "./staff/members.tsx";
import { ShareOf } from "./staff/share-of.tsx";
import { partsOf } from "./staff/timeline.ts";
import "./today.css";
import "./staff.css";

const kEveryMs = 20_000;
const kDayMs = 86_400_000;
/** Of a shorter period too few talks are known: the effect is of the last four weeks then. */
const kEffectDaysMin = 7;

function Figures({ day, isNow, nameOf }: { day: StaffDay; isNow: boolean; nameOf: (member: StaffMember) => string }) {
    const { t, language } = useWords();
    const { shop } = useSession();
    const here = day.members.filter((member) => member.here && member.member !== 0);
    const { talks } = day;
    return (
        <div className="figures">
            {isNow && day.members.length > 0 && (
                <Figure title={t("staff.here_now")} value={here.length}>
                    <ul className="here">
                        {here.map((member) => (
                            <li key={member.member}>{t("staff.since", { name: nameOf(member), time: moment(member.arrived, language, shop.time_zone, "time") })}</li>
                        ))}
                    </ul>
                </Figure>
            )}
            <Figure title={t("staff.served")} value={day.served}>
                {day.served_share && (
                    <p>
                        <ShareOf share={day.served_share} /> {t("staff.served_of", { n: day.customers })}
                    </p>
                )}
            </Figure>
            <Figure title={t("staff.talks")} value={talks.talks}>
                <p>{t("staff.talks_by", { staff: talks.by_staff, customer: talks.by_customer })}</p>
                {talks.length && <p>{t("staff.talk_length", { time: duration(talks.length.median_s, language) })}</p>}
            </Figure>
            <section className="card figure-card">
                <h2>{t("staff.waited")}</h2>
                <p className="figure-value">{talks.waited ? duration(talks.waited.median_s, language) : "–"}</p>
                {talks.waited && <p>{t("staff.waited_p90", { time: duration(talks.waited.p90_s, language) })}</p>}
            </section>
        </div>
    );
}

/** The time of all together, where nobody is told apart. */
function Together({ day }: { day: StaffDay }) {
    const { t, language } = useWords();
    return (
        <section className="card" aria-label={t("staff.together")}>
            <h2>{t("staff.together")}</h2>
            <dl className="together">
                {partsOf(day.spent).map((part) => (
                    <div key={part.doing}>
                        <dt>{t(`staff.doing.${part.doing}`)}</dt>
                        <dd>
                            {duration(part.seconds, language)} ({number(100 * part.share, language)} %)
                        </dd>
                    </div>
                ))}
            </dl>
        </section>
    );
}

function Days({ days }: { days: readonly StaffDay[] }) {
    const { t, language } = useWords();
    const { shop } = useSession();
    return (
        <section className="card">
            <h2>{t("staff.by_day")}</h2>
            <TablePlace label={t("staff.by_day")}>
                <table>
                    <thead>
                        <tr>
                            <th>{t("staff.date")}</th>
                            <th className="figure">{t("staff.doing.till")}</th>
                            <th className="figure">{t("staff.doing.talking")}</th>
                            <th className="figure">{t("staff.doing.idle")}</th>
                            <th className="figure">{t("staff.talks")}</th>
                            <th className="figure">{t("staff.served")}</th>
                            <th className="figure">{t("staff.waited")}</th>
                        </tr>
                    </thead>
                    <tbody>
                        {days.map((day) => (
                            <tr key={day.from}>
                                <th scope="row">{moment(day.from, language, shop.time_zone, "day")}</th>
                                <td className="figure">{duration(day.spent.till_s, language)}</td>
                                <td className="figure">{duration(day.spent.talking_s, language)}</td>
                                <td className="figure">{duration(day.spent.idle_s, language)}</td>
                                <td className="figure">{number(day.talks.talks, language)}</td>
                                <td className="figure">{day.served_share ? `${number(100 * day.served_share.share, language)} %` : "–"}</td>
                                <td className="figure">{day.talks.waited ? duration(day.talks.waited.median_s, language) : "–"}</td>
                            </tr>
                        ))}
                    </tbody>
                </table>
            </TablePlace>
        </section>
    );
}

function isEmpty({ whole }: Staff): boolean {
    return whole.talks.talks === 0 && partsOf(whole.spent).length === 0;
}

export default function StaffPage() {
    const { t } = useWords();
    const { me, shop } = useSession();
    const period = usePeriod();
    const span = spanOf(period, shop.time_zone);
    const staff = useResource(`staff ${period.first} ${period.last}`, (signal) => staffApi.staff(span, signal), period.kind === "today" ? kEveryMs : undefined);
    const isLong = span.to.getTime() - span.from.getTime() >= kEffectDaysMin * kDayMs;
    const effect = useResource(`staff effect ${isLong ? `${period.first} ${period.last}` : ""}`, (signal) => staffApi.effect(isLong ? span : undefined, signal));
    const nameOf = (member: StaffMember): string => (member.member === 0 ? t("staff.nobody_named", { n: member.numbers }) : member.name);
    return (
        <div className="today staff">
            <header className="page-head">
                <h1>{t("nav.staff")}</h1>
                <div className="tools no-print">
                    <PeriodPicker />
                    <a className="button plain" href={staffApi.staffCsv(span)} download>
                        <Icon name="download" /> {t("staff.csv")}
                    </a>
                    <a className="button plain" href={staffApi.talksCsv(span)} download>
                        <Icon name="download" /> {t("staff.talks_csv")}
                    </a>
                </div>
            </header>
            <Loaded resource={staff} skeleton={<Skeleton height="60vh" />}>
                {(found) => {
                    const isDay = found.days.length === 1;
                    const day = isDay ? (found.days[0] ?? found.whole) : found.whole;
                    if (isEmpty(found))
                        return (
                            <Empty title={t("staff.none")}>
                                <p>{t("staff.none_hint")}</p>
                                {may(me.user.role, "draw") && <Link href="/people">{t("nav.people")}</Link>}
                            </Empty>
                        );
                    return (
                        <>
                            <Figures day={day} isNow={period.kind === "today"} nameOf={nameOf} />
                            <Loaded resource={effect} skeleton={<Skeleton height="120px" />}>
                                {(known) => <EffectCard effect={known} />}
                            </Loaded>
                            {isDay && <DayLines members={day.members} nameOf={nameOf} />}
                            {found.names_shown ? <Members members={day.members} nameOf={nameOf} isDay={isDay} /> : <Together day={day} />}
                            {!isDay && <Days days={found.days} />}
                            {!found.names_shown && <p className="hint soft">{t("staff.names_hidden")}</p>}
                        </>
                    );
                }}
            </Loaded>
        </div>
    );
}

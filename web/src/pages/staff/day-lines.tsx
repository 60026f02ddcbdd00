// The day of each member as a line of what he did.
import { kDoings, type StaffMember } from "../../api/staff.ts";
import { useSession, useWords } from "../../app/session.tsx";
import { duration, moment } from "../../i18n/format.ts";
import { barsOf, hoursOfDay, partsOf, ticksOf } from "./timeline.ts";

const kWidth = 1000;
const kHeight = 22;

export function Legend() {
    const { t } = useWords();
    return (
        <ul className="doings" aria-label={t("staff.legend")}>
            {kDoings.map((doing) => (
                <li key={doing}>
                    <span className={`doing-key ${doing}`} aria-hidden="true" /> {t(`staff.doing.${doing}`)}
                </li>
            ))}
        </ul>
    );
}

export function DayLines({ members, nameOf }: { members: readonly StaffMember[]; nameOf: (member: StaffMember) => string }) {
    const { t, language } = useWords();
    const { shop } = useSession();
    const hours = hoursOfDay(members);
    if (!hours) return null;
    const time = (instant: string | Date): string => moment(instant, language, shop.time_zone, "time");
    const named = members.filter((member) => member.stretches.length > 0);
    return (
        <section className="card day-lines" aria-label={t("staff.day")}>
            <header className="card-head">
                <h2>{t("staff.day")}</h2>
                <Legend />
            </header>
            <ul className="lines">
                {named.map((member) => (
                    <li key={member.member}>
                        <span className="line-name">{nameOf(member)}</span>
                        <svg
                            viewBox={`0 0 ${kWidth} ${kHeight}`}
                            preserveAspectRatio="none"
                            role="img"
                            aria-label={t("staff.line", {
                                name: nameOf(member),
                                from: time(member.arrived),
                                to: time(member.seen),
                                parts: partsOf(member.spent).map((part) => `${t(`staff.doing.${part.doing}`)} ${duration(part.seconds, language)}`).join(", "),
                            })}
                        >
                            <rect className="line-back" x={0} y={0} width={kWidth} height={kHeight} />
                            {barsOf(member, hours).map((bar) => (
                                <rect key={bar.from} className={bar.doing} x={bar.left * kWidth} y={0} width={Math.max(1, bar.width * kWidth)} height={kHeight}>
                                    <title>{`${t(`staff.doing.${bar.doing}`)}${bar.place ? ` (${bar.place})` : ""}, ${time(bar.from)}–${time(bar.to)}`}</title>
                                </rect>
                            ))}
                        </svg>
                    </li>
                ))}
            </ul>
            <p className="hours" aria-hidden="true">
                {ticksOf(hours).map((tick) => (
                    <span key={tick.share} style={{ insetInlineStart: `${100 * tick.share}%` }}>
                        {time(tick.at)}
                    </span>
                ))}
            </p>
        </section>
    );
}

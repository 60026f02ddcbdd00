// Customers over time: new and returning by week, how lately by how often, and who stays month by month.
import type { Buyers } from "../../api/buyers.ts";
import { useSession, useWords } from "../../app/session.tsx";
import { TablePlace } from "../../components/table-place.tsx";
import { moment, number } from "../../i18n/format.ts";
import { Csv } from "../space/tables.tsx";
import { usePercent } from "./segments.tsx";

const kWeeksShown = 13;

export function Weeks({ buyers, csv }: { buyers: Buyers; csv: string }) {
    const { t, language } = useWords();
    const { shop } = useSession();
    const weeks = buyers.periods.slice(-kWeeksShown);
    const most = Math.max(1, ...weeks.map((week) => week.first_time + week.returning));
    return (
        <section className="card">
            <header className="card-head">
                <h2>{t("buyers.new_and_returning")}</h2>
                <p className="legend">
                    <span className="first-time-key">{t("buyers.first_time")}</span>
                    <span className="returning-key">{t("buyers.returning")}</span>
                </p>
                <Csv href={csv} />
            </header>
            <TablePlace label={t("buyers.new_and_returning")}>
                <table>
                    <thead>
                        <tr>
                            <th>{t("buyers.week_of")}</th>
                            <th className="figure">{t("buyers.first_time")}</th>
                            <th className="figure">{t("buyers.returning")}</th>
                            <th aria-hidden="true" />
                        </tr>
                    </thead>
                    <tbody>
                        {weeks.map((week) => (
                            <tr key={week.from}>
                                <td>{moment(week.from, language, shop.time_zone, "day")}</td>
                                <td className="figure">{number(week.first_time, language)}</td>
                                <td className="figure">{number(week.returning, language)}</td>
                                <td className="week-bars" aria-hidden="true">
                                    <span className="first-time-bar" style={{ width: `${(100 * week.first_time) / most}%` }} />
                                    <span className="returning-bar" style={{ width: `${(100 * week.returning) / most}%` }} />
                                </td>
                            </tr>
                        ))}
                    </tbody>
                </table>
            </TablePlace>
        </section>
    );
}

/** A cell whose ground is the deeper the larger the share; its text stays readable. */
function shade(share: number): { background: string } {
    return { background: `color-mix(in srgb, var(--accent-soft) ${Math.round(100 * Math.min(1, share))}%, transparent)` };
}

export function RecencyByFrequency({ cells }: { cells: readonly number[][] }) {
    const { t, language } = useWords();
    const most = Math.max(1, ...cells.flat());
    return (
        <section className="card">
            <h2>{t("buyers.rfm")}</h2>
            <p className="soft">{t("buyers.rfm_hint")}</p>
            <TablePlace label={t("buyers.rfm")}>
                <table className="rfm">
                    <thead>
                        <tr>
                            <th>
                                {t("buyers.lately")} / {t("buyers.often")}
                            </th>
                            {[1, 2, 3, 4, 5].map((fifth) => (
                                <th key={fifth} className="figure">
                                    {fifth}
                                </th>
                            ))}
                        </tr>
                    </thead>
                    <tbody>
                        {[5, 4, 3, 2, 1].map((recency) => (
                            <tr key={recency}>
                                <th>{recency}</th>
                                {[1, 2, 3, 4, 5].map((frequency) => {
                                    const count = cells[recency - 1]?.[frequency - 1] ?? 0;
                                    return (
                                        <td key={frequency} className="figure" style={shade(count / most)}>
                                            {number(count, language)}
                                        </td>
                                    );
                                })}
                            </tr>
                        ))}
                    </tbody>
                </table>
            </TablePlace>
        </section>
    );
}

export function Cohorts({ buyers, csv }: { buyers: Buyers; csv: string }) {
    const { t, language } = useWords();
    const percent = usePercent();
    const months = Math.max(0, ...buyers.cohorts.map((cohort) => cohort.active.length));
    const name = (month: string): string => new Intl.DateTimeFormat(language, { month: "short", year: "numeric", timeZone: "UTC" }).format(new Date(`${month}-01T00:00:00Z`));
    return (
        <section className="card">
            <header className="card-head">
                <h2>{t("buyers.cohorts")}</h2>
                <Csv href={csv} />
            </header>
            <TablePlace label={t("buyers.cohorts")}>
                <table>
                    <thead>
                        <tr>
                            <th>{t("buyers.cohort")}</th>
                            <th className="figure">{t("buyers.customers")}</th>
                            {Array.from({ length: months }, (_, i) => (
                                <th key={i} className="figure">
                                    {t("buyers.after_months", { n: i })}
                                </th>
                            ))}
                        </tr>
                    </thead>
                    <tbody>
                        {buyers.cohorts.map((cohort) => (
                            <tr key={cohort.month}>
                                <td>{name(cohort.month)}</td>
                                <td className="figure">{number(cohort.customers, language)}</td>
                                {cohort.active.map((active, i) => (
                                    <td key={i} className="figure" style={shade(active / cohort.customers)}>
                                        {percent(active / cohort.customers)}
                                    </td>
                                ))}
                            </tr>
                        ))}
                    </tbody>
                </table>
            </TablePlace>
        </section>
    );
}

// Customers in kinds: each with its rule, its figures and what it likes; and the typical buyer in a sentence.
import type { Buyers, BuyersFigures } from "../../api/buyers.ts";
import { useWords } from "../../app/session.tsx";
import { TablePlace } from "../../components/table-place.tsx";
import { money, number } from "../../i18n/format.ts";
import { Csv, Part } from "../space/tables.tsx";
import { busiestDay, busiestHours, favourites, gapDays, weekdayName } from "./words.ts";

export function usePercent(): (share: number) => string {
    const { language } = useWords();
    return (share) => `${number(100 * share, language, share < 0.1 && share > 0 ? 1 : 0)} %`;
}

export function Typical({ figures, currency, longDays }: { figures: BuyersFigures; currency: string; longDays: number }) {
    const { t, language } = useWords();
    const { from, to } = busiestHours(figures.hours);
    const gap = gapDays(figures);
    const days = (n: number): string => t("buyers.n_days", { n });
    const words = { weekday: weekdayName(busiestDay(figures.weekdays), language), from, to, basket: money(figures.basket_minor, currency, language) };
    return (
        <section className="card">
            <h2>{t("buyers.typical")}</h2>
            <p>{gap === null ? t("buyers.typical_once", words) : t("buyers.typical_often", { ...words, gap: days(gap) })}</p>
            <p className="soft">{t("buyers.long", { days: days(Math.round(longDays)) })}</p>
        </section>
    );
}

export function Segments({ buyers, csv }: { buyers: Buyers; csv: string }) {
    const { t, language } = useWords();
    const percent = usePercent();
    const { all } = buyers;
    const days = (n: number): string => t("buyers.n_days", { n: Math.round(n) });
    const of = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);
    return (
        <section className="card">
            <header className="card-head">
                <h2>{t("buyers.segments")}</h2>
                <Csv href={csv} />
            </header>
            <TablePlace label={t("buyers.segments")}>
                <table>
                    <thead>
                        <tr>
                            <th>{t("buyers.segment")}</th>
                            <th className="figure">{t("buyers.customers")}</th>
                            <th>{t("buyers.share")}</th>
                            <th>{t("buyers.money_share")}</th>
                            <th className="figure">{t("buyers.gap")}</th>
                            <th className="figure">{t("buyers.since")}</th>
                            <th>{t("buyers.favourites")}</th>
                        </tr>
                    </thead>
                    <tbody>
                        {buyers.segments.map((segment) => (
                            <tr key={segment.segment}>
                                <td>
                                    <strong>{t(`buyers.segment.${segment.segment}`)}</strong>
                                    <br />
                                    <small className="soft">{t(`buyers.rule.${segment.segment}`)}</small>
                                </td>
                                <td className="figure">{number(segment.customers, language)}</td>
                                <td>
                                    <Part share={of(segment.customers, all.customers)}>{percent(of(segment.customers, all.customers))}</Part>
                                </td>
                                <td>
                                    <Part share={of(segment.spent_minor, all.spent_minor)}>{percent(of(segment.spent_minor, all.spent_minor))}</Part>
                                </td>
                                <td className="figure">{segment.gap_days === null ? "–" : days(Math.max(1, segment.gap_days))}</td>
                                <td className="figure">{segment.days_since === null ? "–" : t("buyers.ago", { days: days(segment.days_since) })}</td>
                                <td>{favourites(segment).slice(0, 3).join(", ") || "–"}</td>
                            </tr>
                        ))}
                    </tbody>
                </table>
            </TablePlace>
        </section>
    );
}

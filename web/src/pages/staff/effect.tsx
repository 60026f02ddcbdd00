// What it adds that staff speak to customers: one sentence, its interval, and the comparison that misleads beside it.
import type { StaffEffect } from "../../api/staff.ts";
import { useWords } from "../../app/session.tsx";
import { TablePlace } from "../../components/table-place.tsx";
import { number } from "../../i18n/format.ts";

export function EffectCard({ effect }: { effect: StaffEffect }) {
    const { t, language } = useWords();
    const { bought } = effect;
    const points = (value: number | null | undefined): string => (value === null || value === undefined ? "–" : `${value > 0 ? "+" : ""}${number(100 * value, language, 1)}`);
    const days = Math.max(1, Math.round((Date.parse(effect.to) - Date.parse(effect.from)) / 86_400_000));
    return (
        <section className="card effect" aria-label={t("staff.effect")}>
            <h2>
                {t("staff.effect")} <small>{t("staff.effect.days", { n: days })}</small>
            </h2>
            {bought.known && bought.added && bought.naive && bought.outcome !== null && bought.added.value !== null ? (
                <>
                    <p className="effect-sentence">
                        {t(verdictOf(bought.added), {
                            with: number(100 * bought.outcome, language, 1),
                            without: number(100 * (bought.outcome - bought.added.value), language, 1),
                            points: points(bought.added.value),
                            low: points(bought.added.low),
                            high: points(bought.added.high),
                        })}
                    </p>
                    <p className="soft">{t("staff.effect.naive", { points: points(bought.naive.value), low: points(bought.naive.low), high: points(bought.naive.high) })}</p>
                    <p className="hint soft">{t("staff.effect.how", { compared: bought.compared, treated: bought.treated })}</p>
                </>
            ) : (
                <p className="soft">{t("staff.effect.unknown", { n: bought.compared })}</p>
            )}
            {effect.members.length > 0 && (
                <TablePlace label={t("staff.effect.each")}>
                    <table>
                        <thead>
                            <tr>
                                <th>{t("staff.effect.each")}</th>
                                <th className="figure">{t("staff.effect.compared")}</th>
                                <th className="figure">{t("staff.effect.points")}</th>
                                <th className="figure">{t("staff.effect.interval")}</th>
                            </tr>
                        </thead>
                        <tbody>
                            {effect.members.map(({ member, name, bought: own }) => (
                                <tr key={member}>
                                    <th scope="row">{name}</th>
                                    <td className="figure">{number(own.compared, language)}</td>
                                    <td className="figure">{points(own.added?.value)}</td>
                                    <td className="figure">{own.added ? t("staff.effect.from_to", { low: points(own.added.low), high: points(own.added.high) }) : "–"}</td>
                                </tr>
                            ))}
                        </tbody>
                    </table>
                </TablePlace>
            )}
        </section>
    );
}

/** Whether the interval leaves out that nothing was added. */
export function verdictOf({ low, high }: { low: number | null; high: number | null }): "staff.effect.more" | "staff.effect.less" | "staff.effect.unsure" {
    if (low !== null && low > 0) return "staff.effect.more";
    if (high !== null && high < 0) return "staff.effect.less";
    return "staff.effect.unsure";
}

// What visitors bought today: receipts, conversion with its interval; and how far that is from the day's goals.
import { api } from "../../api/api.ts";
import { goodsApi } from "../../api/goods.ts";
import type { Conversion } from "../../api/types.ts";
import { useResource } from "../../app/resource.ts";
import { Link } from "../../app/router.tsx";
import { serverNow, useSession, useWords } from "../../app/session.tsx";
import { dayOf, instantOf } from "../../app/time.ts";
import { money, number } from "../../i18n/format.ts";
import { Part } from "../space/tables.tsx";
import { goalStates, weekdayOf, type GoalState } from "./goals.ts";

const kEveryMs = 60_000;

function Conversions({ conversion }: { conversion: Conversion }) {
    const { t, language } = useWords();
    const { total } = conversion;
    const percent = (share: number, digits = 0): string => share.toLocaleString(language, { style: "percent", maximumFractionDigits: digits });
    return (
        <div className="figures">
            <section className="card figure-card">
                <h2>{t("today.receipts")}</h2>
                <p className="figure-value">
                    <Link href="/goods">{number(total.sales, language)}</Link>
                </p>
                <p className="soft">
                    {money(total.sales_minor, conversion.currency, language)}
                    {total.sales > 0 && `, ${t("today.known_buyers", { share: percent(total.matched / total.sales) })}`}
                </p>
            </section>
            <section className="card figure-card">
                <h2>{t("today.conversion")}</h2>
                <p className="figure-value">{total.conversion ? <Link href="/goods">{percent(total.conversion.share, 1)}</Link> : "–"}</p>
                <p className="soft">
                    {total.conversion
                        ? t("today.conversion_of", { sales: total.sales, visitors: total.visitors, low: percent(total.conversion.low, 1), high: percent(total.conversion.high, 1) })
                        : total.visitors > 0
                          ? t("today.more_receipts", { sales: total.sales, visitors: total.visitors })
                          : t("today.no_visitors", { sales: total.sales })}
                </p>
            </section>
        </div>
    );
}

function Goals({ states }: { states: readonly GoalState[] }) {
    const { t, language } = useWords();
    const percent = (share: number): string => share.toLocaleString(language, { style: "percent", maximumFractionDigits: 1 });
    const shown = ({ what }: GoalState, value: number): string => (what === "conversion" ? percent(value) : number(value, language));
    if (states.length === 0) return null;
    return (
        <section className="card">
            <h2>{t("goals.title")}</h2>
            <table>
                <tbody>
                    {states.map((state) => (
                        <tr key={state.what}>
                            <th scope="row">{t(state.what === "entries" ? "goals.entries" : state.what === "sales" ? "today.receipts" : "today.conversion")}</th>
                            <td className="figure">{state.now === null ? "–" : shown(state, state.now)}</td>
                            <td>{state.now !== null && <Part share={state.now / state.goal}>{t("goals.reached", { share: percent(state.now / state.goal), goal: shown(state, state.goal) })}</Part>}</td>
                        </tr>
                    ))}
                </tbody>
            </table>
        </section>
    );
}

/** Nothing of sales while no till has said anything today, and nothing of goals where none are set. */
export function SalesToday() {
    const session = useSession();
    const { time_zone: timeZone } = session.shop;
    const today = dayOf(serverNow(session), timeZone);
    const conversion = useResource(`conversion ${today}`, (signal) => api.conversion({ from: instantOf(today, timeZone), to: serverNow(session) }, "day", signal), kEveryMs);
    const goals = useResource("goals", (signal) => goodsApi.goals(signal));
    if (!conversion.data) return null;
    const { total, visitors_are: visitorsAre } = conversion.data;
    const states = goalStates(goals.data ?? [], weekdayOf(today), { entries: visitorsAre === "entries" ? total.visitors : null, sales: total.sales });
    return (
        <>
            {total.sales + total.returns > 0 && <Conversions conversion={conversion.data} />}
            <Goals states={states} />
        </>
    );
}

// What visitors bought today: receipts, conversion with its interval.
import { api } from "../../api/api.ts";
import type { Conversion } from "../../api/types.ts";
import { useResource } from "../../app/resource.ts";
import { serverNow, useSession, useWords } from "../../app/session.tsx";
import { dayOf, instantOf } from "../../app/time.ts";
import { money, number } from "../../i18n/format.ts";

const kEveryMs = 60_000;

function Conversions({ conversion }: { conversion: Conversion }) {
    const { t, language } = useWords();
    const { total } = conversion;
    const percent = (share: number, digits = 0): string => share.toLocaleString(language, { style: "percent", maximumFractionDigits: digits });
    return (
        <div className="figures">
            <section className="card figure-card">
                <h2>{t("today.receipts")}</h2>
                <p className="figure-value">{number(total.sales, language)}</p>
                <p className="soft">
                    {money(total.sales_minor, conversion.currency, language)}
                    {total.sales > 0 && `, ${t("today.known_buyers", { share: percent(total.matched / total.sales) })}`}
                </p>
            </section>
            <section className="card figure-card">
                <h2>{t("today.conversion")}</h2>
                <p className="figure-value">{total.conversion ? percent(total.conversion.share, 1) : "–"}</p>
                <p className="soft">
                    {total.conversion
                        ? t("today.conversion_of", { sales: total.sales, visitors: total.visitors, low: percent(total.conversion.low, 1), high: percent(total.conversion.high, 1) })
                        : t("today.no_visitors", { sales: total.sales })}
                </p>
            </section>
        </div>
    );
}

/** Nothing while no till has said anything today. */
export function SalesToday() {
    const session = useSession();
    const { time_zone: timeZone } = session.shop;
    const today = dayOf(serverNow(session), timeZone);
    const conversion = useResource(`conversion ${today}`, (signal) => api.conversion({ from: instantOf(today, timeZone), to: serverNow(session) }, "day", signal), kEveryMs);
    if (!conversion.data || conversion.data.total.sales + conversion.data.total.returns === 0) return null;
    return <Conversions conversion={conversion.data} />;
}

// How many will wait in a while, with the interval, and which till should open when.
import type { QueueForecast } from "../../api/types.ts";
import { useSession, useWords } from "../../app/session.tsx";
import { Icon } from "../../components/icon.tsx";
import { duration, moment, number } from "../../i18n/format.ts";

/** Of fewer days the hours of a day are not known yet. */
const kDaysMin = 2;

export function Forecast({ forecast, cameraName }: { forecast: QueueForecast; cameraName: string }) {
    const { t, language } = useWords();
    const { shop } = useSession();
    const time = (instant: string | Date): string => moment(instant, language, shop.time_zone, "time");
    const { advice } = forecast;
    const ahead = (minutes: number): Date => new Date(Date.parse(forecast.at) + minutes * 60_000);
    return (
        <section className="card forecast" aria-label={t("forecast.title")}>
            <header className="card-head">
                <h2>
                    {t("forecast.title")} <small>{cameraName}</small>
                </h2>
                <p className="soft">{t("forecast.said", { time: time(forecast.at) })}</p>
            </header>
            {advice && (
                <p className="notice caution" role="status">
                    <Icon name="warning" />
                    <strong>{t("forecast.open", { till: advice.till, time: time(advice.open_at) })}</strong>
                    <span>{t("forecast.open_why", { n: number(advice.expected, language, 1), percent: number(100 * advice.chance, language) })}</span>
                </p>
            )}
            <div className="table-place">
                <table>
                    <thead>
                        <tr>
                            <th>{t("forecast.when")}</th>
                            <th className="figure">{t("forecast.waiting")}</th>
                            <th className="figure">{t("forecast.interval")}</th>
                            <th className="figure">{t("forecast.tills")}</th>
                            <th className="figure">{t("forecast.too_long", { n: number(forecast.length_limit, language) })}</th>
                        </tr>
                    </thead>
                    <tbody>
                        <tr>
                            <td>{t("forecast.now")}</td>
                            <td className="figure">{number(forecast.waiting, language)}</td>
                            <td className="figure">–</td>
                            <td className="figure">{number(forecast.queues.filter((queue) => queue.open).length, language)}</td>
                            <td className="figure">–</td>
                        </tr>
                        {forecast.outlooks.map((outlook) => (
                            <tr key={outlook.minutes}>
                                <td>{t("forecast.in", { time: duration(outlook.minutes * 60, language), at: time(ahead(outlook.minutes)) })}</td>
                                <td className="figure">{number(outlook.expected, language, 1)}</td>
                                <td className="figure">{t("forecast.from_to", { low: outlook.low, high: outlook.high })}</td>
                                <td className="figure">{number(outlook.tills_open, language, 1)}</td>
                                <td className="figure">{number(100 * outlook.over_limit, language)} %</td>
                            </tr>
                        ))}
                    </tbody>
                </table>
            </div>
            {forecast.outlooks.length === 0 && <p className="soft">{t("forecast.unseen")}</p>}
            <p className="soft">{forecast.days < kDaysMin ? t("forecast.young") : t("forecast.days", { n: Math.round(forecast.days) })}</p>
        </section>
    );
}

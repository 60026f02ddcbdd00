// Queues at tills: how long each is now, how long people waited, and when it was long.
import { lazy, Suspense } from "react";

import { api } from "../api/api.ts";
import { goodsApi } from "../api/goods.ts";
import type { QueueCount } from "../api/types.ts";
import { spanOf } from "../app/period.ts";
import { useResource } from "../app/resource.ts";
import { Link } from "../app/router.tsx";
import { may, useSession, useWords } from "../app/session.tsx";
import { Figure } from "../components/figure.tsx";
import { cameraName } from "../components/camera-name.ts";
import { PeriodPicker, usePeriod } from "../components/period-picker.tsx";
import { Empty, Loaded, Skeleton } from "../components/states.tsx";
import { PlanHasStaff, useWho, WhoSwitch } from "../components/who-switch.tsx";
import { duration, moment, number } from "../i18n/format.ts";
import { Forecast } from "./queues/forecast.tsx";
import { hoursOf, shareLost } from "./queues/hours.ts";
import { Csv } from "./space/tables.tsx";
import "./today.css";
import "./queues.css";

const HourChart = lazy(() => import("../components/hour-chart.tsx"));

const kEveryMs = 10_000;

function Queue({ queue, cameraName, isNow }: { queue: QueueCount; cameraName: string; isNow: boolean }) {
    const { t, language } = useWords();
    const { shop } = useSession();
    const seconds = (value: number | null): string => (value === null ? "–" : duration(value, language));
    const hours = hoursOf(queue.bins, shop.time_zone);
    const known = hours.flatMap((value, hour) => (value === null ? [] : [hour]));
    const lost = shareLost(queue);
    return (
        <section className="queue" aria-label={queue.queue}>
            <h2>
                {queue.queue} <small>{cameraName}</small>
            </h2>
            <div className="figures">
                {isNow && (
                    <Figure title={t("queues.now")} value={queue.now}>
                        <p>{queue.now === null ? t("queues.unseen") : queue.at === null ? t("queues.not_heard") : t("queues.expected", { wait: duration(queue.wait_s, language), time: moment(queue.at, language, shop.time_zone, "seconds") })}</p>
                    </Figure>
                )}
                <Figure title={t("queues.served")} value={queue.served}>
                    <dl className="queue-waits">
                        <dt>{t("queues.median")}</dt>
                        <dd>{seconds(queue.wait_median_s)}</dd>
                        <dt>{t("queues.p90")}</dt>
                        <dd>{seconds(queue.wait_p90_s)}</dd>
                        <dt>{t("queues.longest_wait")}</dt>
                        <dd>{seconds(queue.wait_longest_s)}</dd>
                    </dl>
                </Figure>
                <Figure title={t("queues.abandoned")} value={queue.abandoned}>
                    {lost !== null && <p>{t("queues.of_waits", { percent: number(100 * lost, language, 1) })}</p>}
                    <p>{t("queues.moved", { n: queue.moved })}</p>
                </Figure>
            </div>
            {known.length > 0 && (
                <div className="card">
                    <h3>{t("queues.by_hour")}</h3>
                    <Suspense fallback={<Skeleton height="240px" />}>
                        <HourChart title={t("queues.by_hour")} unit={t("queues.people")} series={[{ name: queue.queue, token: "--series-1", values: hours }]} firstHour={known[0] ?? 0} lastHour={known.at(-1) ?? 23} />
                    </Suspense>
                </div>
            )}
        </section>
    );
}

export default function QueuesPage() {
    const { t } = useWords();
    const { me, shop } = useSession();
    const period = usePeriod();
    const span = spanOf(period, shop.time_zone);
    const cameras = useResource("cameras", (signal) => api.cameras(signal)).data ?? [];
    const who = useWho();
    const queues = useResource(`queues ${period.first} ${period.last} ${who}`, (signal) => api.queues(span, who, signal), kEveryMs);
    const isNow = period.kind === "today";
    const forecasts = useResource(isNow ? "forecasts" : null, (signal) => api.queueForecasts(signal), kEveryMs).data ?? [];
    return (
        <div className="today queues">
            <header className="page-head">
                <h1>{t("nav.queues")}</h1>
                <div className="tools no-print">
                    <WhoSwitch />
                    <Csv href={goodsApi.queuesCsv(span, "queues", who)} />
                    <PeriodPicker />
                </div>
            </header>
            {forecasts.map((forecast) => (
                <Forecast key={forecast.camera} forecast={forecast} cameraName={cameraName(cameras, forecast.camera, t)} />
            ))}
            <Loaded resource={queues} skeleton={<Skeleton height="60vh" />}>
                {(found) =>
                    found.length === 0 ? (
                        <Empty title={t("queues.none")}>
                            <p>{t("queues.none_hint")}</p>
                            {may(me.user.role, "draw") && <Link href="/layout">{t("nav.layout")}</Link>}
                        </Empty>
                    ) : (
                        <>
                            <PlanHasStaff of={found} />
                            {found.map((queue) => (
                                <Queue key={`${queue.camera} ${queue.queue}`} queue={queue} cameraName={cameraName(cameras, queue.camera, t)} isNow={isNow} />
                            ))}
                        </>
                    )
                }
            </Loaded>
        </div>
    );
}

// The first page: what is happening now, what needs doing, is today good.
import { lazy, Suspense, useState } from "react";

import { api } from "../api/api.ts";
import type { Camera, Now, Outage } from "../api/types.ts";
import { useResource } from "../app/resource.ts";
import { Link } from "../app/router.tsx";
import { may, serverNow, useSession, useWords } from "../app/session.tsx";
import { addDays, dayOf, daysBefore, instantOf } from "../app/time.ts";
import { useFacts } from "../app/use-facts.ts";
import { StatusBadge, ZoneChip } from "../components/chips.tsx";
import { Figure, type Comparison } from "../components/figure.tsx";
import { Empty, Loaded, Skeleton } from "../components/states.tsx";
import { changeOf, duration, moment, number } from "../i18n/format.ts";
import { hoursOf, totalsOf, type Measure, type Totals } from "./today/figures.ts";
import "./today.css";

const HourChart = lazy(() => import("../components/hour-chart.tsx"));

const kNowEveryMs = 5000;
const kCountsEveryMs = 60_000;

function useCounts() {
    const session = useSession();
    const { time_zone: timeZone, first_event: firstEvent } = session.shop;
    const now = serverNow(session);
    const today = dayOf(now, timeZone);
    const since = firstEvent ? new Date(firstEvent) : undefined;
    return useResource(
        `counts ${today}`,
        async (signal) => {
            const until = serverNow(session);
            const begin = instantOf(today, timeZone);
            const whole = (day: string) => ({ from: instantOf(day, timeZone), to: instantOf(addDays(day, 1), timeZone) });
            const before = (days: number) => ({ from: instantOf(addDays(today, -days), timeZone), to: daysBefore(until, days, timeZone) });
            const [hours, day, yesterdayHours, yesterday, weekHours, week, outages] = await Promise.all([
                api.counts({ from: begin, to: until }, "hour", undefined, signal),
                api.counts({ from: begin, to: until }, "day", undefined, signal),
                api.counts(whole(addDays(today, -1)), "hour", undefined, signal),
                api.counts(before(1), "day", undefined, signal),
                api.counts(whole(addDays(today, -7)), "hour", undefined, signal),
                api.counts(before(7), "day", undefined, signal),
                api.outages({ from: instantOf(addDays(today, -7), timeZone), to: until }, signal),
            ]);
            const knownOn = (days: number): boolean => since !== undefined && since < instantOf(addDays(today, 1 - days), timeZone);
            return {
                now: totalsOf(day),
                yesterday: knownOn(1) ? totalsOf(yesterday) : undefined,
                week: knownOn(7) ? totalsOf(week) : undefined,
                outages: outages.filter((outage) => outage.end === null || new Date(outage.end) > begin),
                hours: (measure: Measure) => {
                    const known = { since, until, outages };
                    return [hours, yesterdayHours, weekHours].map((buckets) => hoursOf(buckets, measure, timeZone, known).values);
                },
            };
        },
        kCountsEveryMs,
    );
}

type Counts = NonNullable<ReturnType<typeof useCounts>["data"]>;

function Trouble({ now, cameras }: { now: Now; cameras: Camera[] | undefined }) {
    const { t } = useWords();
    const { me } = useSession();
    const broken = now.cameras.filter((camera) => camera.status === "alarm" || camera.status === "silent");
    if (broken.length === 0) return null;
    return (
        <section className="card trouble">
            <h2>{t("today.trouble")}</h2>
            <ul>
                {broken.map((camera) => (
                    <li key={camera.id}>
                        <StatusBadge status={camera.status} />
                        <strong>{cameras?.find((other) => other.id === camera.id)?.name ?? camera.id}</strong>
                        <span>{camera.reason}</span>
                        {may(me.user.role, "seeCameras") && <Link href={`/cameras?camera=${encodeURIComponent(camera.id)}`}>{t("today.look")}</Link>}
                    </li>
                ))}
            </ul>
        </section>
    );
}

function ByHour({ counts }: { counts: Counts }) {
    const { t } = useWords();
    const [chosen, setChosen] = useState<Measure>();
    const measure = chosen ?? (counts.now.hasLines ? "entries" : "visits");
    const [today = [], yesterday = [], week = []] = counts.hours(measure);
    const busy = [today, yesterday, week].flatMap((values) => values.flatMap((value, hour) => (value ? [hour] : [])));
    const series = [
        { name: t("today.today"), token: "--series-1" as const, values: today },
        { name: t("today.yesterday"), token: "--series-2" as const, values: yesterday },
        { name: t("today.week_ago"), token: "--series-3" as const, values: week },
    ].filter((one) => one.token === "--series-1" || one.values.some((value) => value !== null));
    return (
        <section className="card">
            <header className="card-head">
                <h2>{t("today.by_hour")}</h2>
                <div className="segments" role="group" aria-label={t("today.measure")}>
                    {(["entries", "exits", "visits"] as const).map((name) => (
                        <button key={name} type="button" aria-pressed={measure === name} onClick={() => setChosen(name)}>
                            {t(`today.${name}`)}
                        </button>
                    ))}
                </div>
                <ul className="legend">
                    {series.map((one) => (
                        <li key={one.token}>
                            <span className="swatch" style={{ background: `var(${one.token})` }} /> {one.name}
                        </li>
                    ))}
                </ul>
            </header>
            <Suspense fallback={<Skeleton height="260px" />}>
                <HourChart title={`${t("today.by_hour")}: ${t(`today.${measure}`)}`} unit={t(`today.${measure}`)} series={series} firstHour={Math.min(8, ...busy)} lastHour={Math.max(20, ...busy)} />
            </Suspense>
        </section>
    );
}

function ByZone({ counts, now }: { counts: Counts; now: Now | undefined }) {
    const { t, language } = useWords();
    const zones = counts.now.zones;
    const before = (totals: Totals | undefined, camera: string, zone: string) => totals?.zones.find((other) => other.camera === camera && other.zone === zone)?.visits;
    if (zones.length === 0) {
        return (
            <section className="card">
                <Empty title={t("today.no_visits")}>
                    <p>{t("today.no_visits_hint")}</p>
                </Empty>
            </section>
        );
    }
    return (
        <section className="card">
            <h2>{t("today.by_zone")}</h2>
            <div className="table-place">
                <table>
                    <thead>
                        <tr>
                            <th>{t("zone")}</th>
                            <th className="figure">{t("today.now")}</th>
                            <th className="figure">{t("today.visits")}</th>
                            <th className="figure">{t("today.to_yesterday")}</th>
                            <th className="figure">{t("today.to_week")}</th>
                            <th className="figure">{t("today.dwell")}</th>
                        </tr>
                    </thead>
                    <tbody>
                        {zones.map(({ camera, zone, visits, dwell_median_s: dwell }) => (
                            <tr key={`${camera} ${zone}`}>
                                <td>
                                    <ZoneChip camera={camera} zone={zone} />
                                </td>
                                <td className="figure">{now?.zones.find((other) => other.camera === camera && other.zone === zone)?.people ?? 0}</td>
                                <td className="figure">
                                    <Link href={`/visits?camera=${encodeURIComponent(camera)}&zone=${encodeURIComponent(zone)}`}>{number(visits, language)}</Link>
                                </td>
                                <td className="figure">{changeOf(visits, before(counts.yesterday, camera, zone), language) ?? "–"}</td>
                                <td className="figure">{changeOf(visits, before(counts.week, camera, zone), language) ?? "–"}</td>
                                <td className="figure">{duration(dwell, language)}</td>
                            </tr>
                        ))}
                    </tbody>
                </table>
            </div>
        </section>
    );
}

function Outages({ outages, cameras }: { outages: Outage[]; cameras: Camera[] | undefined }) {
    const { t, language } = useWords();
    const { shop } = useSession();
    if (outages.length === 0) return null;
    const time = (instant: string): string => moment(instant, language, shop.time_zone, "time");
    return (
        <section className="card outages">
            <h2>{t("today.outages")}</h2>
            <ul>
                {outages.map((outage) => (
                    <li key={outage.camera + outage.begin}>
                        {outage.camera === "" ? "Vitrina" : (cameras?.find((camera) => camera.id === outage.camera)?.name ?? outage.camera)}, {time(outage.begin)}–
                        {outage.end ? time(outage.end) : t("today.until_now")}
                        <span className="soft"> {outage.reason}</span>
                    </li>
                ))}
            </ul>
        </section>
    );
}

function CountedDay({ now }: { now: Now | undefined }) {
    const { t } = useWords();
    const counts = useCounts();
    useFacts(counts.reload);
    const cameras = useResource("cameras", (signal) => api.cameras(signal)).data;
    return (
        <Loaded resource={counts} skeleton={<><Skeleton height="110px" /><Skeleton height="300px" /></>}>
            {(data) => {
                const compare = (measure: Measure): Comparison[] => [
                    { with: t("compare.yesterday"), value: data.yesterday?.[measure] },
                    { with: t("compare.week"), value: data.week?.[measure] },
                ];
                return (
                    <>
                        <div className="figures">
                            {data.now.hasLines ? (
                                <>
                                    <Figure title={t("today.entries")} value={data.now.entries} href="/visits" comparisons={compare("entries")} />
                                    <Figure title={t("today.exits")} value={data.now.exits} href="/visits" comparisons={compare("exits")} />
                                </>
                            ) : (
                                <section className="card figure-card">
                                    <h2>{t("today.entries")}</h2>
                                    <p className="soft">{t("today.no_line")}</p>
                                    <Link href="/layout">{t("today.draw_line")}</Link>
                                </section>
                            )}
                            <Figure title={t("today.visits_of_zones")} value={data.now.visits} href="/visits" comparisons={compare("visits")} />
                        </div>
                        <ByHour counts={data} />
                        <ByZone counts={data} now={now} />
                        <Outages outages={data.outages} cameras={cameras} />
                    </>
                );
            }}
        </Loaded>
    );
}

export default function TodayPage() {
    const { t, language } = useWords();
    const session = useSession();
    const now = useResource("now", (signal) => api.now(signal), kNowEveryMs);
    const counts = may(session.me.user.role, "seeCounts");
    const cameras = useResource(may(session.me.user.role, "seeCameras") ? "names" : null, (signal) => api.cameras(signal)).data;
    return (
        <div className="today">
            <header className="page-head">
                <h1>{t("nav.today")}</h1>
                <p className="soft">{new Intl.DateTimeFormat(language === "en" ? "en-GB" : "ru", { timeZone: session.shop.time_zone, weekday: "long", day: "numeric", month: "long" }).format(serverNow(session))}</p>
            </header>
            <Loaded resource={now} skeleton={<Skeleton height="96px" />}>
                {(data) => (
                    <>
                        <Trouble now={data} cameras={cameras} />
                        <section className="card now">
                            <p className="figure-value">{number(data.people, language)}</p>
                            <div>
                                <h2>{t("today.in_shop_now")}</h2>
                                <p className="soft">{t("today.as_of", { time: moment(data.at, language, session.shop.time_zone, "seconds") })}</p>
                            </div>
                            <ul className="now-zones">
                                {data.zones.filter((zone) => zone.people > 0).map((zone) => (
                                    <li key={`${zone.camera} ${zone.zone}`}>
                                        <ZoneChip camera={zone.camera} zone={zone.zone} /> <strong>{zone.people}</strong>
                                    </li>
                                ))}
                            </ul>
                        </section>
                    </>
                )}
            </Loaded>
            {counts && <CountedDay now={now.data} />}
        </div>
    );
}

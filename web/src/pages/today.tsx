// The first page: what is happening now, what needs doing, is today good.
import { lazy, Suspense, useMemo, useState } from "react";

import { api } from "../api/api.ts";
import { goodsApi } from "../api/goods.ts";
import type { AuditPlace, Bucket, Camera, LineCount, Now, Outage } from "../api/types.ts";
import { useResource } from "../app/resource.ts";
import { Link } from "../app/router.tsx";
import { may, serverNow, useSession, useWords } from "../app/session.tsx";
import { addDays, dayOf, daysBefore, instantOf } from "../app/time.ts";
import { useFacts } from "../app/use-facts.ts";
import { needsHelp } from "../components/camera-state.ts";
import { StatusBadge, ZoneChip } from "../components/chips.tsx";
import { Select } from "../components/controls.tsx";
import { CountTrust, useCountErrors } from "../components/count-trust.tsx";
import { Figure, type Comparison } from "../components/figure.tsx";
import { Icon } from "../components/icon.tsx";
import { Loaded, reasonOf, Skeleton } from "../components/states.tsx";
import { PlanHasStaff, useWho, WhoSwitch } from "../components/who-switch.tsx";
import { zoneName } from "../components/zone-name.ts";
import { changeOf, duration, moment, number } from "../i18n/format.ts";
import { errorOf } from "./audit/errors.ts";
import { Csv } from "./space/tables.tsx";
import { hoursOf, isKnown, isZone, totalsOf, type Measure, type Total, type ZoneName } from "./today/figures.ts";
import { SalesToday } from "./today/sales.tsx";
import { ToDoCard } from "./today/to-do.tsx";
import { crossingsHref } from "./visits-query.ts";
import "./today.css";

const HourChart = lazy(() => import("../components/hour-chart.tsx"));

const kNowEveryMs = 5000;
const kCountsEveryMs = 60_000;

/** Today's counts are read again with each fact; those of the days before, and what was not recorded, once a minute. */
function useCounts(mayRead: boolean) {
    const session = useSession();
    const { time_zone: timeZone, first_event: firstEvent } = session.shop;
    const today = dayOf(serverNow(session), timeZone);
    const begin = instantOf(today, timeZone);
    const who = useWho();
    const now = useResource(
        mayRead ? `now ${today} ${who}` : null,
        async (signal) => {
            const until = serverNow(session);
            const span = { from: begin, to: until };
            const [hours, [day]] = await Promise.all([api.counts(span, "hour", who, signal), api.counts(span, "day", who, signal)]);
            return { until, hours, day };
        },
        kCountsEveryMs,
    );
    const before = useResource(
        mayRead ? `before ${today} ${who}` : null,
        async (signal) => {
            const until = serverNow(session);
            const dayBefore = async (days: number) => {
                const from = instantOf(addDays(today, -days), timeZone);
                const [hours, [day]] = await Promise.all([
                    api.counts({ from, to: instantOf(addDays(today, 1 - days), timeZone) }, "hour", who, signal),
                    api.counts({ from, to: daysBefore(until, days, timeZone) }, "day", who, signal),
                ]);
                return { hours, day };
            };
            const [yesterday, week, outages] = await Promise.all([dayBefore(1), dayBefore(7), api.outages({ from: instantOf(addDays(today, -7), timeZone), to: until }, signal)]);
            return { yesterday, week, outages };
        },
        kCountsEveryMs,
    );

    const data = useMemo(() => {
        if (!now.data || !before.data) return undefined;
        const { yesterday, week, outages } = before.data;
        const records = { since: firstEvent ? new Date(firstEvent) : undefined, until: now.data.until, outages };
        const known = ({ day }: { day: Bucket | undefined }) => (total: Total) => (day && isKnown(day, { kind: total }, records) ? totalsOf(day)[total] : undefined);
        const zonesOf = ({ day }: { day: Bucket | undefined }) => (zone: ZoneName) => (day && isKnown(day, { kind: "visits", zone }, records) ? day.zones.find(isZone(zone)) : undefined);
        const days = [now.data.hours, yesterday.hours, week.hours];
        return {
            now: totalsOf(now.data.day),
            yesterday: { total: known(yesterday), zone: zonesOf(yesterday) },
            week: { total: known(week), zone: zonesOf(week) },
            outages: outages.filter((outage) => outage.end === null || new Date(outage.end) > begin),
            hours: (measure: Measure) => days.map((buckets) => hoursOf(buckets, measure, timeZone, records)),
        };
        // `begin` is a new object each time, and changes with `today`, by which the data are read.
        // eslint-disable-next-line react-hooks/exhaustive-deps
    }, [now.data, before.data, firstEvent, timeZone]);
    return {
        data,
        error: now.error ?? before.error,
        loading: now.loading || before.loading,
        reload: now.reload,
        retry: () => {
            now.reload();
            before.reload();
        },
    };
}

type Counts = NonNullable<ReturnType<typeof useCounts>["data"]>;

function Trouble({ now, cameras }: { now: Now; cameras: Camera[] | undefined }) {
    const { t } = useWords();
    const { me } = useSession();
    const broken = now.cameras.filter(needsHelp);
    if (broken.length === 0) return null;
    return (
        <section className="card trouble">
            <h2>{t("today.trouble")}</h2>
            <ul>
                {broken.map((camera) => (
                    <li key={camera.id}>
                        <StatusBadge status={camera.status} />
                        <strong>{cameras?.find((other) => other.id === camera.id)?.name ?? camera.id}</strong>
                        <span>{reasonOf(camera, t)}</span>
                        {may(me.user.role, "seeCameras") && <Link href={`/cameras?camera=${encodeURIComponent(camera.id)}`}>{t("today.look")}</Link>}
                    </li>
                ))}
            </ul>
        </section>
    );
}

const kKinds = ["entries", "exits", "visits", "dwell"] as const;
type Kind = (typeof kKinds)[number];

function measureOf(kind: Kind, zone: ZoneName | undefined, zones: readonly ZoneName[]): Measure {
    if (kind === "entries" || kind === "exits") return { kind };
    const shown = kind === "dwell" ? (zone ?? zones[0]) : zone;
    return shown ? { kind, zone: shown } : { kind: "visits" };
}

function ZoneSelect({ zones, chosen, hasAll, onChoose }: { zones: readonly ZoneName[]; chosen: ZoneName | undefined; hasAll: boolean; onChoose: (zone: ZoneName | undefined) => void }) {
    const { t } = useWords();
    return (
        <Select label={t("zone")} inline value={chosen ? zones.findIndex(isZone(chosen)) : -1} onChange={(event) => onChoose(zones[Number(event.target.value)])}>
            {hasAll && <option value={-1}>{t("all_zones")}</option>}
            {zones.map(({ camera, zone }, i) => (
                <option key={`${camera} ${zone}`} value={i}>
                    {zoneName(zone, t)}
                </option>
            ))}
        </Select>
    );
}

function ByHour({ counts }: { counts: Counts }) {
    const { t } = useWords();
    const [chosen, setChosen] = useState<Kind>();
    const [zone, setZone] = useState<ZoneName>();
    const { zones, hasEntries } = counts.now;
    const kind = chosen ?? (hasEntries ? "entries" : "visits");
    const isDwell = kind === "dwell";
    const measure = useMemo(() => measureOf(kind, zone, zones), [kind, zone, zones]);
    const shownZone = "zone" in measure ? measure.zone : undefined;
    const { series, busy } = useMemo(() => {
        const [today = [], yesterday = [], week = []] = counts.hours(measure);
        const all = [
            { name: t("today.today"), token: "--series-1" as const, values: today },
            { name: t("today.yesterday"), token: "--series-2" as const, values: yesterday },
            { name: t("today.week_ago"), token: "--series-3" as const, values: week },
        ];
        return {
            series: all.filter((one) => one.token === "--series-1" || one.values.some((value) => value !== null)),
            busy: all.flatMap(({ values }) => values.flatMap((value, hour) => (value ? [hour] : []))),
        };
    }, [counts, measure, t]);
    return (
        <section className="card">
            <header className="card-head">
                <h2>{t("today.by_hour")}</h2>
                <div className="segments" role="group" aria-label={t("today.measure")}>
                    {kKinds.map((name) => (
                        <button key={name} type="button" aria-pressed={kind === name} onClick={() => setChosen(name)}>
                            {t(`today.${name}`)}
                        </button>
                    ))}
                </div>
                {(kind === "visits" || isDwell) && <ZoneSelect zones={zones} chosen={shownZone} hasAll={!isDwell} onChoose={setZone} />}
                <ul className="legend">
                    {series.map((one) => (
                        <li key={one.token}>
                            <span className="swatch" style={{ background: `var(${one.token})` }} /> {one.name}
                        </li>
                    ))}
                </ul>
            </header>
            <Suspense fallback={<Skeleton height="260px" />}>
                <HourChart title={`${t("today.by_hour")}: ${t(`today.${kind}`)}`} unit={t(isDwell ? "today.dwell_s" : `today.${kind}`)} series={series} firstHour={Math.min(8, ...busy)} lastHour={Math.max(20, ...busy)} />
            </Suspense>
        </section>
    );
}

function ByZone({ counts, now, errors }: { counts: Counts; now: Now | undefined; errors: readonly AuditPlace[] }) {
    const { t, language } = useWords();
    const session = useSession();
    const who = useWho();
    const { zones } = counts.now;
    const { time_zone: timeZone } = session.shop;
    const csv = goodsApi.countsCsv({ from: instantOf(dayOf(serverNow(session), timeZone), timeZone), to: serverNow(session) }, "zones", who);
    const stay = (seconds: number | null | undefined): string => (seconds === null || seconds === undefined ? "–" : duration(seconds, language));
    if (zones.length === 0) return null;
    return (
        <section className="card">
            <header className="card-head">
                <h2>{t("today.by_zone")}</h2>
                <Csv href={csv} />
            </header>
            <div className="table-place">
                <table className="by-zone">
                    <thead>
                        <tr>
                            <th rowSpan={2}>{t("zone")}</th>
                            <th rowSpan={2} className="figure">
                                {t("today.now")}
                            </th>
                            <th colSpan={3} className="group">
                                {t("today.visits")}
                            </th>
                            <th colSpan={3} className="group">
                                {t("today.dwell")}
                            </th>
                        </tr>
                        <tr>
                            <th className="figure">{t("today.today")}</th>
                            <th className="figure">{t("today.to_yesterday")}</th>
                            <th className="figure">{t("today.to_week")}</th>
                            <th className="figure">{t("today.today")}</th>
                            <th className="figure">{t("today.yesterday")}</th>
                            <th className="figure">{t("today.week_ago")}</th>
                        </tr>
                    </thead>
                    <tbody>
                        {zones.map((count) => {
                            const { camera, zone, visits } = count;
                            const [yesterday, week] = [counts.yesterday.zone(count), counts.week.zone(count)];
                            return (
                                <tr key={`${camera} ${zone}`}>
                                    <td>
                                        <ZoneChip camera={camera} zone={zone} />
                                    </td>
                                    <td className="figure">{now?.zones.find(isZone(count))?.people ?? 0}</td>
                                    <td className="figure">
                                        <Link href={`/visits?camera=${encodeURIComponent(camera)}&zone=${encodeURIComponent(zone)}`}>{number(visits, language)}</Link>{" "}
                                        <CountTrust errors={errors} camera={camera} kind="stay" place={zone} direction="in" />
                                    </td>
                                    <td className="figure">{changeOf(visits, yesterday?.visits, language) ?? "–"}</td>
                                    <td className="figure">{changeOf(visits, week?.visits, language) ?? "–"}</td>
                                    <td className="figure">{stay(count.dwell_median_s)}</td>
                                    <td className="figure">{stay(yesterday?.dwell_median_s)}</td>
                                    <td className="figure">{stay(week?.dwell_median_s)}</td>
                                </tr>
                            );
                        })}
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
                        <span className="soft"> {reasonOf(outage, t)}</span>
                    </li>
                ))}
            </ul>
        </section>
    );
}

/** What a sum over lines is made of. */
function ByLine({ lines, direction, errors }: { lines: readonly LineCount[]; direction: "in" | "out"; errors: readonly AuditPlace[] }) {
    const { language } = useWords();
    if (lines.length < 2 && !lines.some((line) => errorOf(errors, line.camera, "crossing", line.line))) return null;
    return (
        <ul className="compared">
            {lines.map((line) => (
                <li key={`${line.camera} ${line.line}`}>
                    {line.line}:{" "}
                    <Link href={crossingsHref(direction, line)}>
                        <strong>{number(line[direction], language)}</strong>
                    </Link>{" "}
                    <CountTrust errors={errors} camera={line.camera} kind="crossing" place={line.line} direction={direction} />
                </li>
            ))}
        </ul>
    );
}

/** Of people in the shop now. Cameras are added up, so that somebody whom two of them see is there twice. */
function NowTitle({ now }: { now: Now }) {
    const { t } = useWords();
    const counting = now.cameras.filter((camera) => camera.status !== "paused").length;
    if (counting < 2) return <h2>{t("today.in_shop_now")}</h2>;
    const meaning = t("today.seen_by_cameras_meaning", { n: counting });
    return (
        <h2>
            {t("today.seen_by_cameras")}{" "}
            <span className="note" role="img" aria-label={meaning} title={meaning}>
                <Icon name="info" />
            </span>
        </h2>
    );
}

function CountedDay({ counts, now, cameras }: { counts: Counts; now: Now | undefined; cameras: Camera[] | undefined }) {
    const { t } = useWords();
    const session = useSession();
    const { me, shop } = session;
    const errors = useCountErrors();
    const today = dayOf(serverNow(session), shop.time_zone);
    /** A holiday says nothing of an ordinary day. */
    const wasOpen = (daysAgo: number): boolean => !shop.closed.includes(addDays(today, -daysAgo));
    const compare = (total: Total): Comparison[] => [
        ...(wasOpen(1) ? [{ with: t("compare.yesterday"), value: counts.yesterday.total(total) }] : []),
        ...(wasOpen(7) ? [{ with: t("compare.week"), value: counts.week.total(total) }] : []),
    ];
    const { entries, hasEntries, exits, visits, lines, zones } = counts.now;
    return (
        <>
            <PlanHasStaff of={[...lines, ...zones]} />
            <div className="figures">
                {hasEntries ? (
                    <>
                        <Figure title={t("today.entries")} value={entries} href={crossingsHref("in")} comparisons={compare("entries")}>
                            <ByLine lines={lines} direction="in" errors={errors} />
                        </Figure>
                        {lines.length > 0 && (
                            <Figure title={t("today.exits")} value={exits} href={crossingsHref("out")} comparisons={compare("exits")}>
                                <ByLine lines={lines} direction="out" errors={errors} />
                            </Figure>
                        )}
                    </>
                ) : (
                    <section className="card figure-card">
                        <h2>{t("today.entries")}</h2>
                        <p className="soft">{t("today.no_line")}</p>
                        {may(me.user.role, "draw") && <Link href="/layout">{t("today.draw_line")}</Link>}
                    </section>
                )}
                <Figure title={t("today.visits_of_zones")} value={visits} href="/visits" comparisons={compare("visits")} />
            </div>
            <SalesToday />
            <ByHour counts={counts} />
            <ByZone counts={counts} now={now} errors={errors} />
            <Outages outages={counts.outages} cameras={cameras} />
        </>
    );
}

export default function TodayPage() {
    const { t, language } = useWords();
    const session = useSession();
    const { role } = session.me.user;
    const now = useResource("now", (signal) => api.now(signal), kNowEveryMs);
    const counts = useCounts(may(role, "seeCounts"));
    useFacts(may(role, "hearFacts"), () => {
        now.reload();
        counts.reload();
    });
    const cameras = useResource(may(role, "seeCameras") ? "names" : null, (signal) => api.cameras(signal)).data;
    return (
        <div className="today">
            <header className="page-head">
                <h1>{t("nav.today")}</h1>
                <p className="soft">{new Intl.DateTimeFormat(language === "en" ? "en-GB" : "ru", { timeZone: session.shop.time_zone, weekday: "long", day: "numeric", month: "long" }).format(serverNow(session))}</p>
                {may(role, "seeCounts") && <WhoSwitch />}
            </header>
            <ToDoCard cameras={cameras ?? []} />
            <Loaded resource={now} skeleton={<Skeleton height="96px" />}>
                {(data) => (
                    <>
                        <Trouble now={data} cameras={cameras} />
                        <section className="card now">
                            <p className="figure-value">{number(data.people, language)}</p>
                            <div>
                                <NowTitle now={data} />
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
            {may(role, "seeCounts") && (
                <Loaded resource={{ ...counts, reload: counts.retry }} skeleton={<><Skeleton height="110px" /><Skeleton height="300px" /></>}>
                    {(data) => <CountedDay counts={data} now={now.data} cameras={cameras} />}
                </Loaded>
            )}
        </div>
    );
}

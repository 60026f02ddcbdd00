// What the first page counts, out of the server's buckets.
import type { Span } from "../../api/api.ts";
import { kPlanCamera, type Bucket, type LineCount, type Outage, type ZoneCount } from "../../api/types.ts";
import { hourOf } from "../../app/time.ts";

export interface Totals {
    entries: number;
    /** Somebody counts them: the floor plan, or a line. */
    hasEntries: boolean;
    exits: number;
    visits: number;
    zones: ZoneCount[];
    lines: LineCount[];
}

function sum(values: number[]): number {
    return values.reduce((total, value) => total + value, 0);
}

/** Of a bucket that holds a day, or its part until now; of none before the day has begun. */
export function totalsOf(bucket: Bucket | undefined): Totals {
    const { lines, zones, entered } = bucket ?? { lines: [], zones: [], entered: null };
    // Whom several cameras see counts once, on the floor plan, if it counted by then.
    const once = <T extends { camera: string; joined?: boolean }>(places: readonly T[], counted: (place: T) => boolean): readonly T[] =>
        places.some((place) => place.camera === kPlanCamera && counted(place)) ? places.filter((place) => !place.joined) : places;
    const counting = once(lines, (line) => line.in + line.out > 0);
    return {
        // Who steps out and comes back is one entry, as the floor plan knows him; over a line he goes twice.
        entries: entered ?? sum(counting.map((line) => line.in)),
        hasEntries: entered !== null || lines.length > 0,
        exits: sum(counting.map((line) => line.out)),
        visits: sum(once(zones, (zone) => zone.visits > 0).map((zone) => zone.visits)),
        zones,
        lines,
    };
}

export interface ZoneName {
    camera: string;
    zone: string;
}

export function isZone(zone: ZoneName): (other: ZoneName) => boolean {
    return (other) => other.camera === zone.camera && other.zone === zone.zone;
}

export type Total = "entries" | "exits" | "visits";
/** Medians don't add up, so a stay is one zone's. */
export type Measure = { kind: Total } | { kind: "visits" | "dwell"; zone: ZoneName };

function zoneOf(measure: Measure): ZoneName | undefined {
    return "zone" in measure ? measure.zone : undefined;
}

/** null where there was nothing to be measured. */
function valueOf(bucket: Bucket, measure: Measure): number | null {
    const zone = zoneOf(measure);
    if (!zone) return totalsOf(bucket)[measure.kind as Total];
    const count = bucket.zones.find(isZone(zone));
    return (measure.kind === "dwell" ? count?.dwell_median_s : count?.visits) ?? null;
}

function camerasOf(bucket: Bucket, measure: Measure): string[] {
    const zone = zoneOf(measure);
    if (zone) return [zone.camera];
    const places = (measure.kind === "visits" ? bucket.zones : bucket.lines).map((place) => place.camera);
    return measure.kind === "entries" && bucket.entered !== null ? [...places, kPlanCamera] : places;
}

export interface Records {
    /** Nothing was recorded before; undefined: nothing at all. */
    since: Date | undefined;
    /** Now. */
    until: Date;
    outages: readonly Outage[];
}

function wasWatched(camera: string, { from, to }: Span, { since, until, outages }: Records): boolean {
    if (!since) return false;
    const end = Math.min(to.getTime(), until.getTime());
    let at = Math.max(from.getTime(), since.getTime());
    const holes = outages
        .filter((outage) => outage.camera === camera || outage.camera === "")
        .map(({ begin, end: back }) => [Date.parse(begin), back === null ? Infinity : Date.parse(back)] as const)
        .sort(([a], [b]) => a - b);
    for (const [begin, back] of holes) {
        if (begin > at) break;
        at = Math.max(at, back);
    }
    return at < end;
}

/** Whether anything of the span could be counted. What is still to come, lies before the first record, or happened
    while this program or all cameras that would have seen it stood still, is unknown and not zero. */
export function isKnown(bucket: Bucket, measure: Measure, records: Records): boolean {
    const span = { from: new Date(bucket.from), to: new Date(bucket.to) };
    return camerasOf(bucket, measure).some((camera) => wasWatched(camera, span, records));
}

/** By hour of the shop's day; null where nothing is known. */
export function hoursOf(buckets: readonly Bucket[], measure: Measure, timeZone: string, records: Records): (number | null)[] {
    const values: (number | null)[] = Array.from({ length: 24 }, () => null);
    for (const bucket of buckets) {
        const value = isKnown(bucket, measure, records) ? valueOf(bucket, measure) : null;
        if (value === null) continue;
        const hour = hourOf(new Date(bucket.from), timeZone);
        // An hour comes twice when the clocks go back: then counts add up, and of stays the later one is shown.
        values[hour] = measure.kind === "dwell" ? value : (values[hour] ?? 0) + value;
    }
    return values;
}

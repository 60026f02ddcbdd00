// What the first page counts, out of the server's buckets.
import type { Bucket, Outage, ZoneCount } from "../../api/types.ts";
import { hourOf } from "../../app/time.ts";

export interface Totals {
    entries: number;
    exits: number;
    visits: number;
    zones: ZoneCount[];
    hasLines: boolean;
}

/** Of buckets that hold a day, or its part until now. */
export function totalsOf(buckets: readonly Bucket[]): Totals {
    const lines = buckets.flatMap((bucket) => bucket.lines);
    const zones = buckets.flatMap((bucket) => bucket.zones);
    const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0);
    return {
        entries: sum(lines.map((line) => line.in)),
        exits: sum(lines.map((line) => line.out)),
        visits: sum(zones.map((zone) => zone.visits)),
        zones,
        hasLines: lines.length > 0,
    };
}

export type Measure = "entries" | "exits" | "visits";

export interface DayOfHours {
    /** By hour of the shop's day; null where nothing is known. */
    values: (number | null)[];
}

interface Unknown {
    /** Nothing was recorded before. */
    since: Date | undefined;
    until: Date;
    outages: readonly Outage[];
}

/** Hours that are still to come, that lie before the first record, or in which this program stood still, are unknown
    and not zero. */
export function hoursOf(buckets: readonly Bucket[], measure: Measure, timeZone: string, { since, until, outages }: Unknown): DayOfHours {
    const values: (number | null)[] = Array.from({ length: 24 }, () => null);
    for (const bucket of buckets) {
        const [from, to] = [new Date(bucket.from), new Date(bucket.to)];
        if (from >= until || !since || to <= since) continue;
        const stoodStill = outages.some(
            (outage) => outage.camera === "" && new Date(outage.begin) <= from && (outage.end === null || new Date(outage.end) >= to),
        );
        if (stoodStill) continue;
        const hour = hourOf(from, timeZone);
        values[hour] = (values[hour] ?? 0) + totalsOf([bucket])[measure];
    }
    return { values };
}

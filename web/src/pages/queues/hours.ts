// What the page of queues shows, out of what the server says.
import type { QueueBin, QueueCount } from "../../api/types.ts";

/** The mean length in each hour of the shop's day, over all days; null where nothing is known. */
export function hoursOf(bins: readonly QueueBin[], timeZone: string): (number | null)[] {
    const hourIn = new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", hourCycle: "h23" });
    const sums = Array.from({ length: 24 }, () => ({ sum: 0, count: 0 }));
    for (const bin of bins) {
        const hour = sums[Number(hourIn.format(new Date(bin.from)))];
        if (!hour || bin.length_mean === null) continue;
        hour.sum += bin.length_mean;
        ++hour.count;
    }
    return sums.map(({ sum, count }) => (count === 0 ? null : Math.round((100 * sum) / count) / 100));
}

/** Of the waits that ended at the till or without it, those that ended without. */
export function shareLost({ served, abandoned }: Pick<QueueCount, "served" | "abandoned">): number | null {
    return served + abandoned === 0 ? null : abandoned / (served + abandoned);
}

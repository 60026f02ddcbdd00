// What the page of goods adds up, out of what the server says.
import type { Sales } from "../../api/types.ts";
import { hourOf } from "../../app/time.ts";

export interface HourOfSales {
    hour: number;
    visitors: number;
    sales: number;
}

/** By the hour of the shop's day, over all days; hours without visitors and receipts are left out. */
export function hoursOf(buckets: readonly Pick<Sales, "from" | "visitors" | "sales">[], timeZone: string): HourOfSales[] {
    const hours = new Map<number, HourOfSales>();
    for (const { from, visitors, sales } of buckets) {
        if (visitors + sales === 0) continue;
        const hour = hourOf(new Date(from), timeZone);
        const known = hours.get(hour) ?? { hour, visitors: 0, sales: 0 };
        hours.set(hour, { hour, visitors: known.visitors + visitors, sales: known.sales + sales });
    }
    return [...hours.values()].sort((a, b) => a.hour - b.hour);
}

/** null: there is no true share, because nobody came, or more bought than came. */
export function shareOf(part: number, whole: number): number | null {
    return whole > 0 && part <= whole ? part / whole : null;
}

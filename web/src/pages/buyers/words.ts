// What customers have in common, as numbers for sentences. Pure functions.
import type { BuyersFigures, Segment } from "../../api/buyers.ts";

const kDayNames = 7;

/** The three hours in a row in which most buy, and how much of all that is. */
export function busiestHours(hours: readonly number[]): { from: number; to: number; share: number } {
    let best = { from: 0, to: 3, share: -1 };
    for (let from = 0; from + 3 <= hours.length; ++from) {
        const share = hours.slice(from, from + 3).reduce((sum, one) => sum + one, 0);
        if (share > best.share + 1e-9) best = { from, to: from + 3, share };
    }
    return best;
}

/** 0 is Monday. */
export function busiestDay(weekdays: readonly number[]): number {
    return weekdays.reduce((best, share, day) => (share > (weekdays[best] ?? 0) ? day : best), 0);
}

/** "Monday" in the language, 0 is Monday. */
export function weekdayName(day: number, language: string): string {
    // 2024-01-01 was a Monday.
    const date = new Date(Date.UTC(2024, 0, 1 + (day % kDayNames)));
    return new Intl.DateTimeFormat(language, { weekday: "long", timeZone: "UTC" }).format(date);
}

/** What of a segment's goods it buys clearly more often than all do. */
export function favourites(segment: Segment): string[] {
    return segment.goods.filter((goods) => goods.share > 1.1 * goods.share_of_all && goods.customers >= 5).map((goods) => goods.name || goods.sku);
}

/** Of customers who came back at least once, half come at least so often; null: nobody did. */
export function gapDays(figures: BuyersFigures): number | null {
    return figures.gap_days === null ? null : Math.max(1, Math.round(figures.gap_days));
}

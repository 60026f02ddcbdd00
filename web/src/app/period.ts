// The period that a page shows, as it stands in its address: ?period=7d, or ?period=days&from=...&to=... with both
// days counted. Shared by all pages, so that going from one to another keeps it.
import type { Span } from "../api/api.ts";
import { addDays, dayOf, instantOf, isDay, type Day } from "./time.ts";

export const kPeriods = ["today", "yesterday", "7d", "30d", "month", "days"] as const;
export type PeriodKind = (typeof kPeriods)[number];

export interface Period {
    kind: PeriodKind;
    first: Day;
    last: Day;
}

export const kPeriodNames = ["period", "from", "to"] as const;

export function periodOf(query: URLSearchParams, now: Date, timeZone: string): Period {
    const today = dayOf(now, timeZone);
    const kind = kPeriods.find((known) => known === query.get("period")) ?? "today";
    switch (kind) {
        case "today":
            return { kind, first: today, last: today };
        case "yesterday":
            return { kind, first: addDays(today, -1), last: addDays(today, -1) };
        case "7d":
            return { kind, first: addDays(today, -6), last: today };
        case "30d":
            return { kind, first: addDays(today, -29), last: today };
        case "month":
            return { kind, first: `${today.slice(0, 8)}01`, last: today };
        case "days": {
            const from = query.get("from");
            const to = query.get("to");
            const first = isDay(from) ? from : today;
            const last = isDay(to) ? to : first;
            return first <= last ? { kind, first, last } : { kind, first: last, last: first };
        }
    }
}

export function spanOf(period: Period, timeZone: string): Span {
    return { from: instantOf(period.first, timeZone), to: instantOf(addDays(period.last, 1), timeZone) };
}

/** What to put into an address for this period. */
export function periodQuery(period: Period): Record<string, string | undefined> {
    const days = period.kind === "days";
    return {
        period: period.kind === "today" ? undefined : period.kind,
        from: days ? period.first : undefined,
        to: days ? period.last : undefined,
    };
}

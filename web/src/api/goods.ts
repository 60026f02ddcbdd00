// What was sold, who bought, and what the shop wants to reach: routes of docs/api.md.
import { traitsQuery, type TraitsFilter } from "../components/traits-filter.ts";
import { spanQuery, type Span, type Who } from "./api.ts";
import { change, get, withQuery } from "./client.ts";
import { sited } from "./site.ts";

export interface GoodsCount {
    sku: string;
    name: string;
    receipts: number;
    /** Less what came back. */
    quantity: number;
    amount_minor: number;
}

export interface GoodsPair {
    first: string;
    second: string;
    receipts: number;
    /** How many times as often as if they had nothing to do with each other. */
    lift: number;
}

export interface Goods {
    sales: number;
    goods: GoodsCount[];
    pairs: GoodsPair[];
}

/** What is wanted of a weekday; null: nothing. */
export interface Goal {
    /** From 1, Monday. */
    weekday: number;
    entries: number | null;
    sales: number | null;
    /** 0 to 1. */
    conversion: number | null;
}

function goodsQuery(span: Span, traits: Partial<TraitsFilter>) {
    return { ...spanQuery(span), ...traitsQuery(traits) };
}

export const goodsApi = {
    goods: (span: Span, traits: TraitsFilter, signal?: AbortSignal) => get<Goods>(withQuery("/api/goods", goodsQuery(span, traits)), signal),
    goodsCsv: (span: Span, traits: TraitsFilter, table: "goods" | "pairs") => sited(withQuery("/api/goods.csv", { ...goodsQuery(span, traits), table })),
    conversionCsv: (span: Span, bucket: "hour" | "day", table: "buckets" | "departments" | "groups") =>
        sited(withQuery("/api/conversion.csv", { ...spanQuery(span), bucket, table })),
    countsCsv: (span: Span, table: "zones" | "lines", who: Who) => sited(withQuery("/api/counts.csv", { ...spanQuery(span), bucket: "hour", table, who })),
    queuesCsv: (span: Span, table: "queues" | "bins", who: Who) => sited(withQuery("/api/queues.csv", { ...spanQuery(span), minutes: 60, table, who })),
    alarmsCsv: () => sited("/api/alarms.csv"),
    mixCsv: (span: Span, who: Who | undefined, camera: string | undefined) => sited(withQuery("/api/visitors/mix.csv", { ...spanQuery(span), who, camera })),
    goals: async (signal?: AbortSignal) => (await get<{ goals: Goal[] }>("/api/goals", signal)).goals,
    saveGoals: (goals: Goal[]) => change<unknown>("PUT", "/api/goals", { goals }),
    savePlanogram: (file: Blob) => change<{ kept: number; refused: number; problems: string[] }>("PUT", "/api/planogram", file),
};

// Customers by their loyalty cards, campaigns and what was looked at online: routes and what they give.
import { traitsQuery, type TraitsFilter } from "../components/traits-filter.ts";
import { spanQuery, type Span } from "./api.ts";
import { change, get, withQuery } from "./client.ts";
import { sited } from "./site.ts";

export const kSegments = ["new", "best", "loyal", "occasional", "at_risk", "lost"] as const;
export type SegmentName = (typeof kSegments)[number];

export interface GoodsOfCustomers {
    sku: string;
    name: string;
    customers: number;
    amount_minor: number;
    share: number;
    share_of_all: number;
}

export interface BuyersFigures {
    customers: number;
    purchases: number;
    spent_minor: number;
    basket_minor: number;
    gap_days: number | null;
    days_since: number | null;
    hours: number[];
    weekdays: number[];
}

export interface Segment extends BuyersFigures {
    segment: SegmentName;
    goods: GoodsOfCustomers[];
}

export interface BuyersPeriod {
    from: string;
    to: string;
    first_time: number;
    returning: number;
    purchases: number;
    spent_minor: number;
}

export interface Cohort {
    month: string;
    customers: number;
    active: number[];
}

export interface Buyers {
    from: string;
    to: string;
    currency: string;
    sales: number;
    sales_with_card: number;
    long_days: number;
    all: BuyersFigures;
    segments: Segment[];
    recency_by_frequency: number[][];
    periods: BuyersPeriod[];
    cohorts: Cohort[];
}

export interface Customer {
    customer: string;
    segment: SegmentName;
    first: string;
    last: string;
    purchases: number;
    spent_minor: number;
    gap_days: number | null;
    recency: number;
    frequency: number;
    value: number;
}

interface StayOrTouch {
    place: string;
    begin: string;
    end: string;
}

export interface CustomerReceipt {
    receipt: { id: string; at: string; kind: "sale" | "return"; currency: string; total_minor: number; lines: { sku: string; name: string; amount_minor: number }[] };
    seen: { person: number; probability: number; stays: StayOrTouch[]; touches: StayOrTouch[] } | null;
}

export interface ShelfTouched {
    shelf: string;
    people: number;
    buyers: number;
    bought_there: number | null;
    goods: number;
}

export type CampaignTarget = "list" | "area" | "everybody";

export interface Campaign {
    id: number;
    name: string;
    target: CampaignTarget;
    area: string;
    begin: string;
    end: string;
    cost_minor: number;
    created: string;
    created_by: string;
    audience: number;
}

export type CampaignInput = Pick<Campaign, "name" | "target" | "area" | "begin" | "end" | "cost_minor">;

export interface Brought {
    known: "yes" | "too_short" | "too_few" | "no_controls";
    observed: number;
    expected: number | null;
    brought: number | null;
    low: number | null;
    high: number | null;
}

export interface CampaignEffect {
    campaign: Campaign;
    currency: string;
    effect: {
        until: string;
        is_over: boolean;
        weeks_before: number;
        visitors_are: "entries" | "people";
        visitors: Brought;
        sales: Brought;
        sales_minor: Brought;
        customers: {
            addressed: number;
            exposed: number;
            held_back: number;
            buyers: number;
            controls: "held_back" | "others";
            control_customers: number;
            new_customers: number;
            compared_with: "recent" | "older";
            chosen_by_purchases: boolean;
            purchases: Brought;
            spent_minor: Brought;
            after_median_s: number | null;
        } | null;
        return_on_spend: { basis: "customers" | "sales"; value: number; low: number; high: number } | null;
        goods: GoodsOfCustomers[];
    } | null;
}

export interface CampaignCustomer {
    customer: string;
    exposed: "yes" | "no" | "unknown";
    visited: "yes" | "unknown";
    bought: "yes" | "unknown";
    bought_at: string | null;
    after_s: number | null;
    purchases: number;
    spent_minor: number;
}

export interface TableOutcome {
    kept: number;
    known?: number;
    refused: number;
    problems: string[];
}

interface OnlineSteps {
    looks: number;
    looked: number;
    in_shop: number;
    bought_same: number;
    amount_minor: number;
    after_median_s: number | null;
}

export interface Online {
    from: string;
    to: string;
    days: number;
    currency: string;
    kept: { events: number; customers: number; first: string | null; last: string | null };
    all: OnlineSteps;
    whats: (OnlineSteps & { page: string; sku: string; name: string })[];
}

const campaignPath = (id: number, rest = ""): string => `/api/campaigns/${id}${rest}`;
const customerPath = (id: string): string => `/api/customers/${encodeURIComponent(id)}`;

export const buyersApi = {
    buyers: (span: Span, signal?: AbortSignal) => get<Buyers>(withQuery("/api/buyers", { ...spanQuery(span), bucket: "week" }), signal),
    buyersCsv: (span: Span, table: "segments" | "periods" | "cohorts") => sited(withQuery("/api/buyers.csv", { ...spanQuery(span), table })),
    customers: (span: Span, segment: SegmentName | undefined, offset: number, limit: number, signal?: AbortSignal) =>
        get<{ currency: string; customers: Customer[]; total: number }>(withQuery("/api/customers", { ...spanQuery(span), segment, offset, limit }), signal),
    customersCsv: (span: Span, segment?: SegmentName) => sited(withQuery("/api/customers.csv", { ...spanQuery(span), segment })),
    customer: async (id: string, signal?: AbortSignal) => (await get<{ receipts: CustomerReceipt[] }>(`${customerPath(id)}?limit=20`, signal)).receipts,
    forgetCustomer: (id: string) => change<void>("DELETE", customerPath(id)),
    touched: async (span: Span, traits: TraitsFilter, signal?: AbortSignal) =>
        (await get<{ shelves: ShelfTouched[] }>(withQuery("/api/goods/touched", { ...spanQuery(span), ...traitsQuery(traits) }), signal)).shelves,
    touchedCsv: (span: Span, traits: TraitsFilter) => sited(withQuery("/api/goods/touched.csv", { ...spanQuery(span), ...traitsQuery(traits) })),
    online: (span: Span, signal?: AbortSignal) => get<Online>(withQuery("/api/online", spanQuery(span)), signal),
    onlineCsv: (span: Span) => sited(withQuery("/api/online.csv", spanQuery(span))),
    addWebEvents: (file: Blob) => change<TableOutcome>("POST", "/api/web-events", file),

    campaigns: (signal?: AbortSignal) => get<{ currency: string; campaigns: Campaign[] }>("/api/campaigns", signal),
    addCampaign: (campaign: CampaignInput) => change<Campaign>("POST", "/api/campaigns", campaign),
    changeCampaign: (id: number, campaign: CampaignInput) => change<Campaign>("PUT", campaignPath(id), campaign),
    removeCampaign: (id: number) => change<void>("DELETE", campaignPath(id)),
    setAudience: (id: number, file: Blob, allConsent: boolean) =>
        change<TableOutcome>("PUT", withQuery(campaignPath(id, "/audience"), { consent: allConsent ? "all" : "column" }), file),
    effect: (id: number, signal?: AbortSignal) => get<CampaignEffect>(campaignPath(id, "/effect"), signal),
    effectCsv: (id: number) => sited(campaignPath(id, "/effect.csv")),
    campaignCustomers: (id: number, offset: number, limit: number, signal?: AbortSignal) =>
        get<{ customers: CampaignCustomer[]; total: number }>(withQuery(campaignPath(id, "/customers"), { offset, limit }), signal),
    campaignCustomersCsv: (id: number) => sited(campaignPath(id, "/customers.csv")),
};

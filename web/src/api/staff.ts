// Those who work in the shop: what they did, whom they talked with, and what that adds.
import { spanQuery, type Span } from "./api.ts";
import { get, withQuery } from "./client.ts";
import { sited } from "./site.ts";
import type { Share } from "./types.ts";

export const kDoings = ["till", "talking", "floor", "idle", "stock_room"] as const;
export type Doing = (typeof kDoings)[number];

export interface Spread {
    count: number;
    median_s: number;
    p90_s: number;
}

export interface StaffTalks {
    talks: number;
    /** Staff came to the customer. */
    by_staff: number;
    by_customer: number;
    customers: number;
    buyers: number;
    bought: Share | null;
    length: Spread | null;
    waited: Spread | null;
}

export type StaffSpent = Record<`${Doing}_s`, number>;

export interface Stretch {
    from: string;
    to: string;
    doing: Doing;
    place: string;
}

export interface StaffMember {
    /** 0: those whom nobody named, together */
    member: number;
    name: string;
    numbers: number;
    arrived: string;
    seen: string;
    here: boolean;
    spent: StaffSpent;
    away_s: number;
    breaks: { from: string; to: string }[];
    stretches: Stretch[];
    talks: StaffTalks;
}

export interface StaffDay {
    from: string;
    to: string;
    spent: StaffSpent;
    talks: StaffTalks;
    customers: number;
    served: number;
    served_share: Share | null;
    members: StaffMember[];
}

export interface Staff {
    names_shown: boolean;
    whole: StaffDay;
    days: StaffDay[];
}

export interface Estimate {
    value: number | null;
    low: number | null;
    high: number | null;
}

export interface TreatmentEffect {
    treated: number;
    untreated: number;
    compared: number;
    known: boolean;
    outcome: number | null;
    added: Estimate | null;
    factor: Estimate | null;
    naive: Estimate | null;
}

export interface StaffEffect {
    from: string;
    to: string;
    stands: number;
    bought: TreatmentEffect;
    spent_minor: TreatmentEffect;
    /** Each who was named, to those who may know. */
    members: { member: number; name: string; bought: TreatmentEffect }[];
}

export const staffApi = {
    staff: (span: Span, signal?: AbortSignal) => get<Staff>(withQuery("/api/staff", spanQuery(span)), signal),
    effect: (span: Span | undefined, signal?: AbortSignal) => get<StaffEffect>(withQuery("/api/staff/effect", span ? spanQuery(span) : {}), signal),
    staffCsv: (span: Span) => withQuery(sited("/api/staff.csv"), spanQuery(span)),
    talksCsv: (span: Span) => withQuery(sited("/api/talks.csv"), spanQuery(span)),
};

// People whom the shop knows by face: the routes of docs/api.md about them, and what they give.
import { change, get } from "./client.ts";
import { sited } from "./site.ts";

export type PrivacyMode = "anonymous" | "pseudonymous" | "recognition";

export interface MatchRate {
    false_match: number;
    likeness: number;
    true_match: number;
    same_pairs: number;
    different_pairs: number;
    false_alarms_in_1000_visitors: number;
}

export interface PrivacyState {
    mode: PrivacyMode;
    whom: "enrolled-and-watchlist" | "all";
    /** Why the gallery is closed; empty: it is open. */
    closed: string;
    has_networks: boolean;
    people: number;
    people_max: number;
    enrolled: number;
    watched: number;
    seen: number;
    false_match: number;
    likeness_min: number | null;
    rates: MatchRate[];
    looks: number;
    dropped: number;
    back_today: number;
    alarm_delay_ms: number | null;
    trouble: string;
}

export interface KnownPicture {
    id: number;
    added: string;
    made_by: string;
}

export interface KnownPerson {
    id: number;
    kind: "enrolled" | "watched" | "seen";
    name: string;
    external: string;
    consent: { text: string; taken_by: string; at: string } | null;
    reason: string;
    created: string;
    created_by: string;
    expires: string;
    likeness_min: number;
    pictures: KnownPicture[];
}

export interface KnownStay {
    id: number;
    at: string;
    camera: string;
    person: number;
    likeness: number;
    dwell_s: number;
    visits: { zone: string; begin: string; end: string; dwell_s: number }[];
}

export interface KnownReceipt {
    id: string;
    till: string;
    at: string;
    currency: string;
    total_minor: number;
}

export interface PersonWithHistory extends KnownPerson {
    history: { stays: KnownStay[]; count: number; dwell_s: number; receipts: KnownReceipt[] };
}

export interface WatchMatch {
    id: string;
    entry: number;
    reason: string;
    alarm: number;
    at: string;
    camera: string;
    person: number;
    likeness: number;
    likeness_min: number;
    picture: number;
    has_look: boolean;
    verdict: "confirmed" | "rejected" | null;
    judged_by: string;
    judged: string | null;
}

export interface LookEntry {
    number: number;
    at: string;
    who: string;
    what: string;
    whom: number | null;
    hash: string;
}

export interface LogVerdict {
    whole: boolean;
    entries: number;
    head: string;
    problem: string;
}

export interface NewWatched {
    name?: string;
    reason: string;
    expires: string;
    photographs: string[];
}

export interface NewEnrolled {
    name?: string;
    external?: string;
    consent?: string;
    expires: string;
    photographs: string[];
}

export const recognition = {
    state: (signal?: AbortSignal) => get<PrivacyState>("/api/privacy", signal),
    setFalseMatch: (rate: number) => change<PrivacyState>("PATCH", "/api/privacy", { false_match: rate }),
    looks: async (signal?: AbortSignal) => (await get<{ looks: LookEntry[] }>("/api/privacy/looks", signal)).looks,
    verifyLooks: () => get<LogVerdict>("/api/privacy/looks/verify"),

    people: async (signal?: AbortSignal) => (await get<{ people: KnownPerson[] }>("/api/gallery", signal)).people,
    person: (id: number, signal?: AbortSignal) => get<PersonWithHistory>(`/api/gallery/${id}`, signal),
    enrol: (person: NewEnrolled) => change<KnownPerson>("POST", "/api/gallery", person),
    erase: (id: number) => change<void>("DELETE", `/api/gallery/${id}`),
    merge: (id: number, other: number) => change<KnownPerson>("POST", `/api/gallery/${id}/merge`, { other }),
    split: (id: number, pictures: number[], stays: number[]) => change<KnownPerson>("POST", `/api/gallery/${id}/split`, { pictures, stays }),
    exportAddress: (id: number) => sited(`/api/gallery/${id}/export.json`),
    pictureAddress: (person: number, picture: number) => sited(`/api/gallery/${person}/pictures/${picture}`),

    watchlist: async (signal?: AbortSignal) => (await get<{ entries: KnownPerson[] }>("/api/watchlist", signal)).entries,
    watch: (entry: NewWatched) => change<KnownPerson>("POST", "/api/watchlist", entry),
    removeWatched: (id: number) => change<void>("DELETE", `/api/watchlist/${id}`),
    watchedAddress: (entry: number, picture: number) => sited(`/api/watchlist/${entry}/pictures/${picture}`),
    matches: async (signal?: AbortSignal) => (await get<{ matches: WatchMatch[] }>("/api/watchlist/matches", signal)).matches,
    matchLookAddress: (id: string) => sited(`/api/watchlist/matches/${encodeURIComponent(id)}/look.jpg`),
    judge: (id: string, verdict: "confirmed" | "rejected") => change<WatchMatch>("POST", `/api/watchlist/matches/${encodeURIComponent(id)}/verdict`, { verdict }),
};

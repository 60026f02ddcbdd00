// People whom the shop knows by face: the routes of docs/api.md about them, and what they give.
import { change, get } from "./client.ts";
import { sited } from "./site.ts";

export type PrivacyMode = "anonymous" | "pseudonymous" | "recognition";

export interface MatchRate {
    /** That the likeness was chosen for. */
    false_match: number;
    /** That it may be by what was measured, 95 %. */
    false_match_high: number;
    likeness: number;
    true_match: number;
    same_pairs: number;
    different_pairs: number;
    false_pairs: number;
    false_alarms_in_1000_visitors: number;
    false_alarms_in_1000_visitors_at_most: number;
    false_recognitions_in_1000_visitors_at_most: number;
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
    /** The same of who is to be known: more where many are in the gallery. */
    likeness_known: number | null;
    pictures_watched: number;
    pictures_known: number;
    looks_of_visitor: number;
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

export interface Consent {
    text: string;
    taken_by: string;
    at: string;
}

export interface KnownPerson {
    id: number;
    kind: "enrolled" | "watched" | "seen";
    name: string;
    external: string;
    /** Of those who were joined into him. */
    more_external: string[];
    consent: Consent | null;
    more_consents: Consent[];
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

/** What is corrected; what is not named stays. */
export interface PersonChange {
    name?: string;
    external?: string;
    consent?: string;
    expires?: string;
}

export interface WatchedChange {
    name?: string;
    reason?: string;
    expires?: string;
}

export const recognition = {
    state: (signal?: AbortSignal) => get<PrivacyState>("/api/privacy", signal),
    setFalseMatch: (rate: number) => change<PrivacyState>("PATCH", "/api/privacy", { false_match: rate }),
    looks: async (signal?: AbortSignal) => (await get<{ looks: LookEntry[] }>("/api/privacy/looks", signal)).looks,
    verifyLooks: () => get<LogVerdict>("/api/privacy/looks/verify"),

    people: async (signal?: AbortSignal) => (await get<{ people: KnownPerson[] }>("/api/gallery", signal)).people,
    person: (id: number, signal?: AbortSignal) => get<PersonWithHistory>(`/api/gallery/${id}`, signal),
    enrol: (person: NewEnrolled) => change<KnownPerson>("POST", "/api/gallery", person),
    changePerson: (id: number, what: PersonChange) => change<KnownPerson>("PATCH", `/api/gallery/${id}`, what),
    addPictures: (id: number, photographs: string[]) => change<KnownPerson>("POST", `/api/gallery/${id}/pictures`, { photographs }),
    removePicture: (id: number, picture: number) => change<void>("DELETE", `/api/gallery/${id}/pictures/${picture}`),
    removeStay: (id: number, stay: number) => change<void>("DELETE", `/api/gallery/${id}/stays/${stay}`),
    erase: (id: number) => change<void>("DELETE", `/api/gallery/${id}`),
    merge: (id: number, other: number) => change<KnownPerson>("POST", `/api/gallery/${id}/merge`, { other }),
    split: (id: number, pictures: number[], stays: number[]) => change<KnownPerson>("POST", `/api/gallery/${id}/split`, { pictures, stays }),
    exportAddress: (id: number) => sited(`/api/gallery/${id}/export.json`),
    pictureAddress: (person: number, picture: number) => sited(`/api/gallery/${person}/pictures/${picture}`),

    watchlist: async (signal?: AbortSignal) => (await get<{ entries: KnownPerson[] }>("/api/watchlist", signal)).entries,
    watch: (entry: NewWatched) => change<KnownPerson>("POST", "/api/watchlist", entry),
    changeWatched: (id: number, what: WatchedChange) => change<KnownPerson>("PATCH", `/api/watchlist/${id}`, what),
    addWatchedPictures: (id: number, photographs: string[]) => change<KnownPerson>("POST", `/api/watchlist/${id}/pictures`, { photographs }),
    removeWatchedPicture: (id: number, picture: number) => change<void>("DELETE", `/api/watchlist/${id}/pictures/${picture}`),
    removeWatched: (id: number) => change<void>("DELETE", `/api/watchlist/${id}`),
    watchedAddress: (entry: number, picture: number) => sited(`/api/watchlist/${entry}/pictures/${picture}`),
    matches: async (signal?: AbortSignal) => (await get<{ matches: WatchMatch[] }>("/api/watchlist/matches", signal)).matches,
    matchLookAddress: (id: string) => sited(`/api/watchlist/matches/${encodeURIComponent(id)}/look.jpg`),
    judge: (id: string, verdict: "confirmed" | "rejected") => change<WatchMatch>("POST", `/api/watchlist/matches/${encodeURIComponent(id)}/verdict`, { verdict }),
};

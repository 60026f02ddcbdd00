// Sex and age in the address of a page, and bands of age in words.
import type { Words } from "../app/session.tsx";

export interface TraitsFilter {
    sex: "female" | "male" | undefined;
    ageMin: number | undefined;
    ageMax: number | undefined;
}

/** No finer than ages are off (docs/accuracy.md). */
export const kAgeBands = ["-24", "25-44", "45-"] as const;

/** Of a band, bounds included; an open side has none. */
export function agesOf(band: string): { ageMin: number | undefined; ageMax: number | undefined } {
    if (!(kAgeBands as readonly string[]).includes(band)) return { ageMin: undefined, ageMax: undefined };
    const [min = "", max = ""] = band.split("-");
    return { ageMin: min === "" ? undefined : Number(min), ageMax: max === "" ? undefined : Number(max) };
}

const kAgeMax = 120; // a band that goes on to it has no end

/** A band in words, bounds included; nothing, 0 or the oldest age stand for an open side. */
export function ageBand(from: number | undefined, to: number | undefined, t: Words["t"]): string {
    if (!from) return t("traits.under", { n: String((to ?? 0) + 1) });
    if (to === undefined || to >= kAgeMax) return t("traits.over", { n: String(from) });
    return `${from}–${to}`;
}

export function traitsFilterOf(query: URLSearchParams): TraitsFilter {
    const sex = query.get("sex");
    return { sex: sex === "female" || sex === "male" ? sex : undefined, ...agesOf(query.get("age") ?? "") };
}

/** For the interface. */
export function traitsQuery(filter: Partial<TraitsFilter>) {
    return { sex: filter.sex, age_min: filter.ageMin, age_max: filter.ageMax };
}

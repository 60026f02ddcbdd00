// Sex and age in the address of a page.

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

export function traitsFilterOf(query: URLSearchParams): TraitsFilter {
    const sex = query.get("sex");
    return { sex: sex === "female" || sex === "male" ? sex : undefined, ...agesOf(query.get("age") ?? "") };
}

/** For the interface. */
export function traitsQuery(filter: Partial<TraitsFilter>) {
    return { sex: filter.sex, age_min: filter.ageMin, age_max: filter.ageMax };
}

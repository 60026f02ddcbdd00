import { describe, expect, it } from "vitest";

import { agesOf, kAgeBands, traitsFilterOf, traitsQuery } from "./traits-filter.ts";

describe("sex and age in the address", () => {
    it("say who is listed", () => {
        expect(traitsFilterOf(new URLSearchParams("sex=female&age=25-44"))).toEqual({ sex: "female", ageMin: 25, ageMax: 44 });
        expect(traitsQuery(traitsFilterOf(new URLSearchParams("sex=male&age=45-")))).toEqual({ sex: "male", age_min: 45, age_max: undefined });
    });

    it("are not trusted", () => {
        expect(traitsFilterOf(new URLSearchParams("sex=both&age=7-8"))).toEqual({ sex: undefined, ageMin: undefined, ageMax: undefined });
    });

    it("have bands without gaps", () => {
        for (const [i, band] of kAgeBands.slice(1).entries()) expect(agesOf(band).ageMin).toBe((agesOf(kAgeBands[i] ?? "").ageMax ?? 0) + 1);
        expect(agesOf(kAgeBands[0]).ageMin).toBeUndefined();
        expect(agesOf(kAgeBands.at(-1) ?? "").ageMax).toBeUndefined();
    });
});

import { describe, expect, it } from "vitest";

import { wordsIn } from "../app/session.tsx";
import { ageBand, agesOf, kAgeBands, traitsFilterOf, traitsQuery } from "./traits-filter.ts";

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

    it("are called by their bounds, or by the one that they have", () => {
        const { t } = wordsIn("en", () => undefined);
        expect([ageBand(undefined, 24, t), ageBand(0, 17, t), ageBand(25, 44, t), ageBand(45, undefined, t), ageBand(45, 120, t)]).toEqual(["Under 25", "Under 18", "25–44", "45 and over", "45 and over"]);
    });
});

import { describe, expect, it } from "vitest";

import { baseOf, sited, unsited } from "./site.ts";

describe("site", () => {
    it("is told by the first part of the path alone", () => {
        expect(["/", "/today", "/simulatedly", "/simulated", "/simulated/", "/simulated/today"].map(baseOf)).toEqual(["", "", "", "/simulated", "/simulated", "/simulated"]);
    });

    it("stands before every address of a simulated shop, and pages don't see it", () => {
        expect(sited("/api/now", "/simulated")).toBe("/simulated/api/now");
        expect(sited("/api/now", "")).toBe("/api/now");
        expect(unsited("/simulated/today", "/simulated")).toBe("/today");
        expect(unsited("/simulated", "/simulated")).toBe("/");
        expect(unsited("/today", "")).toBe("/today");
    });
});

import { describe, expect, it } from "vitest";

import { base64Of, dateAfter, dateOf, endOfDay } from "./photographs.tsx";

describe("photographs", () => {
    it("are sent without what browsers put before them", () => {
        expect(base64Of("data:image/jpeg;base64,/9j/4AAQ")).toBe("/9j/4AAQ");
    });
});

describe("days", () => {
    it("are counted over the ends of months and years", () => {
        expect(dateAfter(1, new Date(2026, 11, 31, 23, 30))).toBe("2027-01-01");
        expect(dateAfter(30, new Date(2026, 1, 1))).toBe("2026-03-03");
    });
    it("are the same when they were sent and come back", () => {
        expect(dateOf(endOfDay("2026-12-31"))).toBe("2026-12-31");
    });
    it("end with their last second", () => {
        expect(new Date(endOfDay("2026-11-27")).getTime()).toBe(new Date(2026, 10, 27, 23, 59, 59).getTime());
    });
});

import { describe, expect, it } from "vitest";

import { hoursOf, shareLost } from "./hours.ts";

describe("queues", () => {
    it("have a mean for each hour of the shop's day", () => {
        const hours = hoursOf(
            [
                { from: "2026-11-23T06:00:00Z", length_mean: 1, longest: 2 },
                { from: "2026-11-23T06:15:00Z", length_mean: 2, longest: 4 },
                { from: "2026-11-24T06:30:00Z", length_mean: 3, longest: 4 },
                { from: "2026-11-23T07:00:00Z", length_mean: null, longest: null },
            ],
            "Europe/Moscow",
        );
        expect(hours[9]).toBe(2);
        expect(hours[10]).toBeNull();
        expect(hours).toHaveLength(24);
    });

    it("lose those who left, of all whose wait is over", () => {
        expect(shareLost({ served: 9, abandoned: 1 })).toBe(0.1);
        expect(shareLost({ served: 0, abandoned: 0 })).toBeNull();
    });
});

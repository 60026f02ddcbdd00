import { describe, expect, it } from "vitest";

import type { Segment } from "../../api/buyers.ts";
import { busiestDay, busiestHours, favourites, gapDays, weekdayName } from "./words.ts";

const kFigures = { customers: 10, purchases: 20, spent_minor: 1, basket_minor: 1, gap_days: 6.6, days_since: 3, hours: [], weekdays: [] };

describe("the typical buyer", () => {
    it("comes in the busiest three hours of the busiest day", () => {
        const hours = Array.from({ length: 24 }, (_, hour) => (hour === 17 ? 0.5 : hour === 18 ? 0.3 : 0));
        expect(busiestHours(hours)).toEqual({ from: 16, to: 19, share: 0.8 });
        expect(busiestHours(Array<number>(24).fill(0)).from).toBe(0);
        expect(busiestDay([0.1, 0.1, 0.1, 0.1, 0.2, 0.3, 0.1])).toBe(5);
        expect(weekdayName(5, "en")).toBe("Saturday");
        expect(weekdayName(0, "ru")).toBe("понедельник");
    });
    it("comes once a day at most", () => {
        expect(gapDays(kFigures)).toBe(7);
        expect(gapDays({ ...kFigures, gap_days: 0.2 })).toBe(1);
        expect(gapDays({ ...kFigures, gap_days: null })).toBeNull();
    });
    it("likes what others buy less", () => {
        const goods = { sku: "1", name: "milk", customers: 8, amount_minor: 1, share: 0.8, share_of_all: 0.4 };
        const segment: Segment = { ...kFigures, segment: "best", goods: [goods, { ...goods, name: "bread", share: 0.4 }, { ...goods, name: "", sku: "7", customers: 4 }] };
        expect(favourites(segment)).toEqual(["milk"]);
    });
});

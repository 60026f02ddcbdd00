import { expect, test } from "vitest";

import { hoursOf, shareOf } from "./figures.ts";

test("hours of all days are added up by the shop's clock", () => {
    const buckets = [
        { from: "2026-11-26T07:00:00Z", visitors: 10, sales: 3 },
        { from: "2026-11-26T06:00:00Z", visitors: 4, sales: 0 },
        { from: "2026-11-26T23:00:00Z", visitors: 0, sales: 0 },
        { from: "2026-11-27T07:00:00Z", visitors: 5, sales: 2 },
    ];
    expect(hoursOf(buckets, "Europe/Moscow")).toEqual([
        { hour: 9, visitors: 4, sales: 0 },
        { hour: 10, visitors: 15, sales: 5 },
    ]);
});

test("more receipts than visitors is no share", () => {
    expect(shareOf(1, 4)).toBe(0.25);
    expect(shareOf(5, 3)).toBeNull();
    expect(shareOf(0, 0)).toBeNull();
    expect(shareOf(3, 3)).toBe(1);
});

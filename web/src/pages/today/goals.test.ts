import { expect, test } from "vitest";

import { goalStates, weekdayOf } from "./goals.ts";

const kGoals = [
    { weekday: 5, entries: 400, sales: null, conversion: 0.3 },
    { weekday: 6, entries: null, sales: 90, conversion: null },
];

test("weekdays begin with Monday", () => {
    expect(weekdayOf("2026-11-23")).toBe(1);
    expect(weekdayOf("2026-11-29")).toBe(7);
});

test("only what is wanted of the day is told", () => {
    expect(goalStates(kGoals, 5, { entries: 100, sales: 40 })).toEqual([
        { what: "entries", goal: 400, now: 100 },
        { what: "conversion", goal: 0.3, now: 0.4 },
    ]);
    expect(goalStates(kGoals, 6, { entries: 100, sales: 40 })).toEqual([{ what: "sales", goal: 90, now: 40 }]);
    expect(goalStates(kGoals, 7, { entries: 100, sales: 40 })).toEqual([]);
});

test("what is not known is not zero", () => {
    expect(goalStates(kGoals, 5, { entries: null, sales: 40 })).toEqual([
        { what: "entries", goal: 400, now: null },
        { what: "conversion", goal: 0.3, now: null },
    ]);
    expect(goalStates(kGoals, 5, { entries: 10, sales: 40 })[1]?.now).toBeNull();
});

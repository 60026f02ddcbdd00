import { expect, test } from "vitest";

import type { StaffMember, StaffTalks } from "../../api/staff.ts";
import { barsOf, breakSeconds, hoursOfDay, partsOf, ticksOf } from "./timeline.ts";

const kTalks: StaffTalks = { talks: 0, by_staff: 0, by_customer: 0, customers: 0, buyers: 0, bought: null, length: null, waited: null };

const kMember: StaffMember = {
    member: 1,
    name: "Anna",
    numbers: 2,
    arrived: "2026-03-02T08:30:00.000Z",
    seen: "2026-03-02T11:15:00.000Z",
    here: false,
    spent: { till_s: 3600, talking_s: 0, floor_s: 900, idle_s: 0, stock_room_s: 0 },
    away_s: 5400,
    breaks: [{ from: "2026-03-02T09:30:00.000Z", to: "2026-03-02T11:00:00.000Z" }],
    stretches: [
        { from: "2026-03-02T08:30:00.000Z", to: "2026-03-02T09:30:00.000Z", doing: "till", place: "till-1" },
        { from: "2026-03-02T11:00:00.000Z", to: "2026-03-02T11:15:00.000Z", doing: "floor", place: "" },
    ],
    talks: kTalks,
};

const kHours = { first: new Date("2026-03-02T08:00:00Z"), last: new Date("2026-03-02T12:00:00Z") };

test("the line of a day goes from full hour to full hour", () => {
    expect(hoursOfDay([kMember])).toEqual(kHours);
    expect(hoursOfDay([{ ...kMember, stretches: [] }])).toBeUndefined();
});

test("bars lie where their time does", () => {
    const bars = barsOf(kMember, kHours);
    expect(bars.map((bar) => [bar.left, bar.width])).toEqual([
        [0.125, 0.25],
        [0.75, 0.0625],
    ]);
});

test("a line has no more hours than can be read", () => {
    expect(ticksOf(kHours).map((tick) => tick.share)).toEqual([0, 0.25, 0.5, 0.75, 1]);
    const day = { first: new Date("2026-03-02T06:00:00Z"), last: new Date("2026-03-02T22:00:00Z") };
    expect(ticksOf(day)).toHaveLength(9);
});

test("parts add up, and what is not there is left out", () => {
    expect(partsOf(kMember.spent)).toEqual([
        { doing: "till", seconds: 3600, share: 0.8 },
        { doing: "floor", seconds: 900, share: 0.2 },
    ]);
    expect(partsOf({ till_s: 0, talking_s: 0, floor_s: 0, idle_s: 0, stock_room_s: 0 })).toEqual([]);
    expect(breakSeconds(kMember)).toBe(5400);
});

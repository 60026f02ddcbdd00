import { describe, expect, it } from "vitest";

import { addDays, dayOf, daysBefore, hourOf, instantOf, isDay, setDayBegins } from "./time.ts";

describe("days of the shop", () => {
    it("begin at its midnight", () => {
        expect(dayOf(new Date("2026-11-23T20:59:59Z"), "Europe/Moscow")).toBe("2026-11-23");
        expect(dayOf(new Date("2026-11-23T21:00:00Z"), "Europe/Moscow")).toBe("2026-11-24");
        expect(instantOf("2026-11-23", "Europe/Moscow").toISOString()).toBe("2026-11-22T21:00:00.000Z");
        expect(instantOf("2026-11-23", "America/St_Johns").toISOString()).toBe("2026-11-23T03:30:00.000Z");
        expect(hourOf(new Date("2026-11-23T20:30:00Z"), "Asia/Kolkata")).toBe(2);
    });

    it("have 23 or 25 hours when the clocks change", () => {
        const hours = (day: string) => (instantOf(addDays(day, 1), "Europe/Berlin").getTime() - instantOf(day, "Europe/Berlin").getTime()) / 3_600_000;
        expect(hours("2026-03-29")).toBe(23);
        expect(hours("2026-10-25")).toBe(25);
        expect(hours("2026-11-23")).toBe(24);
    });

    it("know the same time of day of another day, over a change of the clocks too", () => {
        const monday = new Date("2026-10-26T11:30:00Z"); // 12:30 in Berlin, winter
        expect(daysBefore(monday, 7, "Europe/Berlin").toISOString()).toBe("2026-10-19T10:30:00.000Z"); // 12:30, summer
        expect(daysBefore(monday, 0, "Europe/Berlin").getTime()).toBe(monday.getTime());
    });

    it("begin later where the shop is open past midnight", () => {
        setDayBegins("04:30");
        try {
            const night = new Date("2026-11-23T23:30:00Z"); // 02:30 on the 24th in Moscow
            expect(dayOf(night, "Europe/Moscow")).toBe("2026-11-23");
            expect(dayOf(new Date("2026-11-24T01:30:00Z"), "Europe/Moscow")).toBe("2026-11-24");
            expect(instantOf("2026-11-23", "Europe/Moscow").toISOString()).toBe("2026-11-23T01:30:00.000Z");
            expect(instantOf("2026-11-23", "Europe/Moscow", 2 * 3_600_000).toISOString()).toBe("2026-11-23T23:00:00.000Z");
            expect(daysBefore(night, 7, "Europe/Moscow").toISOString()).toBe("2026-11-16T23:30:00.000Z");
        } finally {
            setDayBegins("00:00");
        }
    });

    it("are days of the calendar", () => {
        expect(addDays("2026-12-31", 1)).toBe("2027-01-01");
        expect(addDays("2028-03-01", -1)).toBe("2028-02-29");
        expect(["2026-11-23", "2026-02-30", "2026-13-01", "23.11.2026", "", null].map(isDay)).toEqual([true, false, false, false, false, false]);
    });
});

import { describe, expect, it } from "vitest";

import type { Bucket } from "../../api/types.ts";
import { hoursOf, isKnown, totalsOf } from "./figures.ts";

const at = (hour: number): string => new Date(Date.UTC(2026, 10, 23, hour)).toISOString();

function bucket(hour: number, entries: number, visits = 0): Bucket {
    return {
        from: at(hour),
        to: at(hour + 1),
        zones: [
            { camera: "till", zone: "till", visits, people: visits, dwell_median_s: visits > 0 ? 10 : null, dwell_mean_s: visits > 0 ? 12 : null },
            { camera: "door", zone: "shelf", visits: 1, people: 1, dwell_median_s: 40, dwell_mean_s: 40 },
        ],
        lines: [{ camera: "door", line: "door", in: entries, out: 1 }],
        entered: null,
    };
}

const always = { since: new Date("2026-01-01T00:00:00Z"), until: new Date("2026-11-23T12:30:00Z"), outages: [] };
const entries = { kind: "entries" } as const;
const outage = (camera: string, begin: string, end: string | null) => ({ camera, begin: `2026-11-23T${begin}:00Z`, end: end && `2026-11-23T${end}:00Z`, reason: "", reason_code: "" });

describe("totalsOf", () => {
    it("adds lines and zones", () => {
        expect(totalsOf(bucket(8, 3, 2))).toMatchObject({ entries: 3, exits: 1, visits: 3 });
        expect(totalsOf(undefined)).toMatchObject({ entries: 0, lines: [], zones: [] });
    });
    it("counts once whom several cameras see, where the floor plan counted", () => {
        const [zone] = bucket(8, 0).zones;
        const line = (camera: string, count: number, joined?: boolean) => ({ camera, line: "door", in: count, out: 0, ...(joined ? { joined } : {}) });
        const both = { ...bucket(8, 0), lines: [line("a", 4, true), line("b", 4, true), line("yard", 2), line("plan", 5)], zones: [] };
        expect(totalsOf(both).entries).toBe(7);
        expect(totalsOf({ ...both, lines: [line("a", 4, true), line("plan", 0)] }).entries).toBe(4);
        if (zone) expect(totalsOf({ ...both, zones: [{ ...zone, visits: 3, joined: true }, { ...zone, camera: "plan", visits: 2 }] }).visits).toBe(2);
    });
});

describe("entries", () => {
    it("are those whom the floor plan saw come in, where it tells", () => {
        const told = { ...bucket(8, 5), entered: 3 };
        expect(totalsOf(told)).toMatchObject({ entries: 3, exits: 1, hasEntries: true });
        expect(totalsOf({ ...told, lines: [] })).toMatchObject({ entries: 3, hasEntries: true });
        expect(totalsOf({ ...told, lines: [], entered: null })).toMatchObject({ entries: 0, hasEntries: false });
        expect(totalsOf({ ...told, entered: 0 }).entries).toBe(0);
        expect(hoursOf([{ ...told, lines: [] }], entries, "UTC", always)[8]).toBe(3);
    });
});

describe("hoursOf", () => {
    it("puts buckets into the shop's hours", () => {
        const values = hoursOf([bucket(8, 3)], entries, "Europe/Moscow", always);
        expect(values[11]).toBe(3);
        expect(values[8]).toBeNull();
    });

    it("shows one zone's visits and stays, and no stay where nobody stayed", () => {
        const zone = { camera: "till", zone: "till" };
        const day = [bucket(8, 0, 2), bucket(9, 0, 0)];
        expect(hoursOf(day, { kind: "visits", zone }, "UTC", always).slice(8, 10)).toEqual([2, 0]);
        expect(hoursOf(day, { kind: "visits" }, "UTC", always).slice(8, 10)).toEqual([3, 1]);
        expect(hoursOf(day, { kind: "dwell", zone }, "UTC", always).slice(8, 10)).toEqual([10, null]);
    });

    it("knows a quiet hour from an unknown one", () => {
        const all = [7, 8, 9, 10, 11, 12, 13].map((hour) => bucket(hour, 0));
        const values = hoursOf(all, entries, "UTC", { ...always, since: new Date("2026-11-23T08:30:00Z"), outages: [outage("", "08:50", "10:05")] });
        expect(values.slice(7, 14)).toEqual([null, 0, null, 0, 0, 0, null]);
    });

    it("knows nothing of hours in which all cameras of the measure were out", () => {
        const day = [8, 9, 10].map((hour) => bucket(hour, 0));
        // The door's camera, then the whole program, then the camera again: nobody watched the door from 8:30 to 11.
        const outages = [outage("door", "08:30", "09:20"), outage("", "09:10", "09:40"), outage("door", "09:40", null)];
        const records = { ...always, outages };
        expect(hoursOf(day, entries, "UTC", records).slice(8, 11)).toEqual([0, null, null]);
        expect(hoursOf(day, { kind: "visits" }, "UTC", records).slice(8, 11)).toEqual([1, 1, 1]);
    });

    it("knows nothing of a shop without records", () => {
        expect(hoursOf([bucket(8, 0)], entries, "UTC", { ...always, since: undefined })[8]).toBeNull();
    });
});

describe("isKnown", () => {
    it("doesn't compare with a morning that was not recorded", () => {
        const morning = { ...bucket(6, 0), to: at(10) };
        expect(isKnown(morning, entries, always)).toBe(true);
        expect(isKnown(morning, entries, { ...always, since: new Date(at(15)) })).toBe(false);
        expect(isKnown(morning, entries, { ...always, outages: [outage("door", "05:00", "10:00")] })).toBe(false);
    });
});

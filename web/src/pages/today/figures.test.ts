import { describe, expect, it } from "vitest";

import type { Bucket } from "../../api/types.ts";
import { hoursOf, totalsOf } from "./figures.ts";

function bucket(hour: number, entries: number, visits = 0): Bucket {
    const at = (h: number) => new Date(Date.UTC(2026, 10, 23, h)).toISOString();
    return {
        from: at(hour),
        to: at(hour + 1),
        zones: [{ camera: "door", zone: "till", visits, people: visits, dwell_median_s: 10, dwell_mean_s: 12 }],
        lines: [{ camera: "door", line: "door", in: entries, out: 1 }],
    };
}

const always = { since: new Date("2026-01-01T00:00:00Z"), until: new Date("2026-11-23T12:30:00Z"), outages: [] };

describe("totalsOf", () => {
    it("adds lines and zones", () => {
        expect(totalsOf([bucket(8, 3, 2), bucket(9, 4, 5)])).toMatchObject({ entries: 7, exits: 2, visits: 7, hasLines: true });
        expect(totalsOf([])).toMatchObject({ entries: 0, hasLines: false });
    });
});

describe("hoursOf", () => {
    it("puts buckets into the shop's hours", () => {
        const { values } = hoursOf([bucket(8, 3)], "entries", "Europe/Moscow", always);
        expect(values[11]).toBe(3);
        expect(values[8]).toBeNull();
    });

    it("knows a quiet hour from an unknown one", () => {
        const outages = [{ camera: "", begin: "2026-11-23T08:50:00Z", end: "2026-11-23T10:05:00Z", reason: "" }];
        const all = [7, 8, 9, 10, 11, 12, 13].map((hour) => bucket(hour, 0));
        const { values } = hoursOf(all, "entries", "UTC", { ...always, since: new Date("2026-11-23T08:30:00Z"), outages });
        expect(values.slice(7, 14)).toEqual([null, 0, null, 0, 0, 0, null]);
    });

    it("knows nothing of a shop without records", () => {
        expect(hoursOf([bucket(8, 0)], "entries", "UTC", { ...always, since: undefined }).values[8]).toBeNull();
    });
});

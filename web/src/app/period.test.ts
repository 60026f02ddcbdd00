import { describe, expect, it } from "vitest";

import { periodOf, periodQuery, spanOf } from "./period.ts";

const now = new Date("2026-11-23T22:10:00Z"); // already the 24th in Moscow
const of = (query: string) => periodOf(new URLSearchParams(query), now, "Europe/Moscow");

describe("the period of an address", () => {
    it("is today in the shop's time zone, and when nothing else is understood", () => {
        const today = { kind: "today", first: "2026-11-24", last: "2026-11-24" };
        expect(of("")).toEqual(today);
        expect(of("period=century")).toEqual(today);
    });

    it("counts both its ends", () => {
        expect(of("period=yesterday")).toMatchObject({ first: "2026-11-23", last: "2026-11-23" });
        expect(of("period=7d")).toMatchObject({ first: "2026-11-18", last: "2026-11-24" });
        expect(of("period=month")).toMatchObject({ first: "2026-11-01", last: "2026-11-24" });
        const { from, to } = spanOf(of("period=7d"), "Europe/Moscow");
        expect((to.getTime() - from.getTime()) / 86_400_000).toBe(7);
    });

    it("takes days in either order, and bad ones as today", () => {
        expect(of("period=days&from=2026-11-02&to=2026-11-05")).toMatchObject({ first: "2026-11-02", last: "2026-11-05" });
        expect(of("period=days&from=2026-11-05&to=2026-11-02")).toMatchObject({ first: "2026-11-02", last: "2026-11-05" });
        expect(of("period=days&from=2026-02-31")).toMatchObject({ first: "2026-11-24", last: "2026-11-24" });
    });

    it("comes back out of what it writes", () => {
        for (const query of ["", "period=yesterday", "period=30d", "period=days&from=2026-11-02&to=2026-11-05"]) {
            const written = Object.entries(periodQuery(of(query))).filter((entry): entry is [string, string] => entry[1] !== undefined);
            expect(of(new URLSearchParams(written).toString())).toEqual(of(query));
        }
    });
});

import { describe, expect, it } from "vitest";

import { api } from "../api/api.ts";
import { withQuery } from "../api/client.ts";
import { filtersOf, sortedBy } from "./visits-query.ts";

const span = { from: new Date("2026-11-22T21:00:00Z"), to: new Date("2026-11-23T21:00:00Z") };

describe("the address of the visits' page", () => {
    it("says what is shown", () => {
        expect(filtersOf(new URLSearchParams("camera=door&zone=till&min_dwell_s=30&person=1048577&sort=dwell&page=3"))).toEqual({
            camera: "door",
            zone: "till",
            minDwellS: 30,
            person: "1048577",
            sort: "dwell",
            page: 2,
        });
    });

    it("is not trusted", () => {
        expect(filtersOf(new URLSearchParams("camera=&min_dwell_s=-3&person=me&sort=name&page=0"))).toEqual({
            camera: undefined,
            zone: undefined,
            minDwellS: undefined,
            person: undefined,
            sort: "-begin",
            page: 0,
        });
    });

    it("turns a column around", () => {
        expect(sortedBy("-begin", "begin")).toBe("begin");
        expect(sortedBy("begin", "begin")).toBeUndefined();
        expect(sortedBy("-begin", "dwell")).toBe("-dwell");
    });
});

describe("the CSV link", () => {
    it("has the filters and no page", () => {
        const link = new URL(api.visitsCsv({ span, zone: "Касса & co", minDwellS: 5, sort: "-dwell", offset: 100, limit: 50 }), "http://shop");
        expect(link.pathname).toBe("/api/visits.csv");
        expect(Object.fromEntries(link.searchParams)).toEqual({
            from: "2026-11-22T21:00:00.000Z",
            to: "2026-11-23T21:00:00.000Z",
            zone: "Касса & co",
            min_dwell_s: "5",
            sort: "-dwell",
        });
    });

    it("leaves out what isn't chosen", () => {
        expect(withQuery("/api/visits", { camera: undefined, zone: "", offset: 0 })).toBe("/api/visits?offset=0");
        expect(withQuery("/api/visits", {})).toBe("/api/visits");
    });
});

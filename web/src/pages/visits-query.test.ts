import { describe, expect, it } from "vitest";

import { api } from "../api/api.ts";
import { withQuery } from "../api/client.ts";
import { crossingFiltersOf, crossingsHref, filtersOf, sortedBy } from "./visits-query.ts";

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

describe("the address of the list of crossings", () => {
    it("says what is behind a number", () => {
        const { searchParams, pathname } = new URL(crossingsHref("out", { camera: "door 1", line: "Вход & co" }), "http://shop");
        expect(pathname).toBe("/visits");
        expect(searchParams.get("show")).toBe("crossings");
        expect(crossingFiltersOf(searchParams)).toEqual({ camera: "door 1", line: "Вход & co", direction: "out", sort: "-at", page: 0 });
        expect(crossingFiltersOf(new URL(crossingsHref("in"), "http://shop").searchParams)).toMatchObject({ camera: undefined, line: undefined, direction: "in" });
    });

    it("is not trusted", () => {
        expect(crossingFiltersOf(new URLSearchParams("direction=up&sort=-dwell&page=-1"))).toEqual({ camera: undefined, line: undefined, direction: undefined, sort: "-at", page: 0 });
    });

    it("gives its filters to the CSV file, without the page", () => {
        const link = new URL(api.crossingsCsv({ span, direction: "in", sort: "at", offset: 50, limit: 50 }), "http://shop");
        expect(link.pathname).toBe("/api/crossings.csv");
        expect(Object.fromEntries(link.searchParams)).toEqual({ from: "2026-11-22T21:00:00.000Z", to: "2026-11-23T21:00:00.000Z", direction: "in", sort: "at" });
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

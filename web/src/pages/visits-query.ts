// What the address of the visits' page says.

import type { Direction } from "../api/types.ts";
import { traitsFilterOf, type TraitsFilter } from "../components/traits-filter.ts";

export interface Filters extends TraitsFilter {
    camera: string | undefined;
    zone: string | undefined;
    person: string | undefined;
    minDwellS: number | undefined;
    sort: string;
    /** From 0; in the address from 1. */
    page: number;
}

const kSorts = ["begin", "end", "dwell", "zone", "camera", "person", "confidence"];
const kSort = "-begin";

function wholeNumber(text: string | null): number | undefined {
    return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

function pageOf(query: URLSearchParams): number {
    return Math.max(1, wholeNumber(query.get("page")) ?? 1) - 1;
}

export function filtersOf(query: URLSearchParams): Filters {
    const sort = query.get("sort") ?? kSort;
    const person = query.get("person");
    return {
        camera: query.get("camera") || undefined,
        zone: query.get("zone") || undefined,
        person: person !== null && /^\d{1,15}$/.test(person) ? person : undefined,
        minDwellS: wholeNumber(query.get("min_dwell_s")) || undefined,
        ...traitsFilterOf(query),
        sort: kSorts.includes(sort.replace(/^-/, "")) ? sort : kSort,
        page: pageOf(query),
    };
}

export interface CrossingFilters {
    camera: string | undefined;
    line: string | undefined;
    direction: Direction | undefined;
    sort: "at" | "-at";
    page: number;
}

export function crossingFiltersOf(query: URLSearchParams): CrossingFilters {
    const direction = query.get("direction");
    return {
        camera: query.get("camera") || undefined,
        line: query.get("line") || undefined,
        direction: direction === "in" || direction === "out" ? direction : undefined,
        sort: query.get("sort") === "at" ? "at" : "-at",
        page: pageOf(query),
    };
}

export interface TouchFilters {
    camera: string | undefined;
    shelf: string | undefined;
    page: number;
}

export function touchFiltersOf(query: URLSearchParams): TouchFilters {
    return { camera: query.get("camera") || undefined, shelf: query.get("shelf") || undefined, page: pageOf(query) };
}

/** The list behind a number of crossings: of all lines, or of one. */
export function crossingsHref(direction: Direction, of?: { camera: string; line: string }): string {
    return `/visits?${new URLSearchParams({ show: "crossings", direction, ...(of && { camera: of.camera, line: of.line }) }).toString()}`;
}

/** What the address says after a click on a column: the same column turns around. */
export function sortedBy(sort: string, column: string): string | undefined {
    const next = sort === `-${column}` ? column : `-${column}`;
    return next === kSort ? undefined : next;
}

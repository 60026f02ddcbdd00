import { describe, expect, it } from "vitest";

import type { Point } from "../../api/types.ts";
import { PeopleOnPlan } from "./live-people.ts";

const now = (second: number, ...people: [person: number, place: Point][]) => ({
    at: new Date(second * 1000).toISOString(),
    people: people.map(([person, place]) => ({ person, label: String(person), place, spread_m: 0.1, zones: [] })),
});

describe("PeopleOnPlan", () => {
    it("knows where everybody is, and the way there", () => {
        const people = new PeopleOnPlan();
        people.take(now(1, [7, [2, 3]], [8, [5, 5]]), 501_000);
        people.take(now(2, [7, [2.5, 3]]), 502_000);
        const [first, second] = people.at(502_000);
        expect(first).toMatchObject({ person: 7, place: [2.5, 3], trail: [[2, 3], [2.5, 3]] });
        expect(second).toMatchObject({ person: 8, place: [5, 5] });
    });
    it("keeps how tall somebody is while he is there", () => {
        const people = new PeopleOnPlan();
        const first = now(1, [7, [2, 3]], [8, [5, 5]]);
        people.take({ ...first, people: first.people.map((person) => (person.person === 7 ? { ...person, height_m: [1.62, 1.8] as [number, number] } : person)) }, 501_000);
        people.take(now(2, [7, [2.5, 3]], [8, [5, 5]]), 502_000);
        expect(people.at(502_000).map(({ person, height_m }) => [person, height_m])).toEqual([[7, [1.62, 1.8]], [8, undefined]]);
        people.take(now(3), 503_000);
        people.at(503_000);
        people.take(now(4, [7, [2, 3]]), 504_000);
        expect(people.at(504_000)[0]?.height_m).toBeUndefined();
    });
    it("leaves out who is gone, and begins his way anew", () => {
        const people = new PeopleOnPlan();
        people.take(now(1, [7, [2, 3]]), 501_000);
        expect(people.at(501_500)).toHaveLength(1);
        expect(people.at(504_000)).toHaveLength(0);
        people.take(now(20, [7, [6, 3]]), 520_000);
        expect(people.at(520_000)[0]?.trail).toEqual([[6, 3]]);
    });
    it("draws nobody in an empty shop, whether the server says so or falls silent", () => {
        const people = new PeopleOnPlan();
        people.take(now(1, [7, [2, 3]]), 501_000);
        people.take(now(1.2), 501_200);
        expect(people.at(501_200)).toHaveLength(0);
        people.take(now(2, [8, [2, 3]]), 502_000);
        expect(people.at(503_000)).toHaveLength(1);
        expect(people.at(505_000)).toHaveLength(0);
    });
    it("draws nobody before anything is known", () => {
        expect(new PeopleOnPlan().at(500_000)).toEqual([]);
    });
});

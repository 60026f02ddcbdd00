import { describe, expect, it } from "vitest";

import type { PathOfPerson } from "../../api/types.ts";
import { placesAt } from "./moment.ts";

const walk: PathOfPerson = { person: 7, points: [[10, 0.1, 0.2, 0.1], [11, 0.2, 0.2, 0.1], [12, 0.2, 0.4, 0.1], [30, 0.5, 0.5, 0.1]] };

describe("placesAt", () => {
    it("is on the line between two points", () => {
        const [person] = placesAt([walk], 10.5, 20);
        expect(person?.place[0]).toBeCloseTo(0.15);
        expect(person?.place[1]).toBeCloseTo(0.2);
        expect(person?.trail).toHaveLength(1);
    });
    it("draws the way here, and no line over a gap", () => {
        expect(placesAt([walk], 12, 20)[0]?.trail).toHaveLength(3);
        expect(placesAt([walk], 30, 60)[0]?.trail).toHaveLength(3);
        expect(placesAt([walk], 12, 1.5)[0]?.trail).toHaveLength(2);
    });
    it("shows nobody who was not seen", () => {
        expect(placesAt([walk], 9, 20)).toEqual([]);
        expect(placesAt([walk], 13.5, 20)).toEqual([]);
        expect(placesAt([], 0, 20)).toEqual([]);
    });
    it("joins pieces of one person", () => {
        const later: PathOfPerson = { person: 7, points: [[40, 0.9, 0.9, 0.1]] };
        expect(placesAt([walk, later, { ...walk, person: 3 }], 40, 20).map(({ person }) => person)).toEqual([7]);
    });
});

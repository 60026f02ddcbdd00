import { describe, expect, it } from "vitest";

import type { Point } from "../api/types.ts";
import { areaOf, crossesItself, doCross, inArrow, nearestOn, snap, type SnapTargets } from "./geometry.ts";

const square: Point[] = [[10, 10], [50, 10], [50, 50], [10, 50]];
const bow: Point[] = [[10, 10], [50, 50], [50, 10], [10, 50]];

describe("polygons", () => {
    it("know whether they cross themselves", () => {
        expect(crossesItself(square)).toBe(false);
        expect(crossesItself(bow)).toBe(true);
        expect(crossesItself([[0, 0], [10, 0], [5, 8]])).toBe(false);
        // Touching its own edge is crossing too: what is inside would not be clear.
        expect(crossesItself([[0, 0], [10, 0], [10, 10], [5, 0], [0, 10]])).toBe(true);
    });

    it("have an area", () => {
        expect(areaOf(square)).toBe(1600);
        expect(areaOf([[0, 0], [10, 0], [20, 0]])).toBe(0);
    });
});

describe("lines", () => {
    it("cross, touch or miss each other", () => {
        const line = { from: [0, 0] as Point, to: [10, 10] as Point };
        expect(doCross(line, { from: [0, 10], to: [10, 0] })).toBe(true);
        expect(doCross(line, { from: [5, 5], to: [5, 20] })).toBe(true);
        expect(doCross(line, { from: [6, 5], to: [20, 5] })).toBe(false);
    });

    it("show as in what goes from their left to their right", () => {
        // Looking right along a line, with y down: the right hand points down.
        const { tip } = inArrow({ from: [0, 50], to: [100, 50] }, 20);
        expect(tip).toEqual([50, 70]);
        expect(inArrow({ from: [100, 50], to: [0, 50] }, 20).tip).toEqual([50, 30]);
        // Looking up: the right hand points right.
        expect(inArrow({ from: [50, 100], to: [50, 0] }, 20).tip).toEqual([70, 50]);
    });

    it("have a nearest point, also when they have no length", () => {
        expect(nearestOn({ from: [0, 0], to: [10, 0] }, [4, 7])).toEqual([4, 0]);
        expect(nearestOn({ from: [0, 0], to: [10, 0] }, [40, 7])).toEqual([10, 0]);
        expect(nearestOn({ from: [3, 3], to: [3, 3] }, [40, 7])).toEqual([3, 3]);
    });
});

describe("snap", () => {
    const targets: SnapTargets = { corners: square, edges: [{ from: [10, 10], to: [50, 10] }], width: 640, height: 360 };

    it("prefers a corner to an edge", () => {
        expect(snap([47, 12], targets, 8)).toEqual([50, 10]);
        expect(snap([30, 14], targets, 8)).toEqual([30, 10]);
    });

    it("finds the border of the picture, and both at its corner", () => {
        expect(snap([636, 200.4], targets, 8)).toEqual([640, 200]);
        expect(snap([634, 357], targets, 8)).toEqual([640, 360]);
    });

    it("stays within the picture and on whole pixels", () => {
        expect(snap([-30, 200], targets, 8)).toEqual([0, 200]);
        expect(snap([100.4, 200.6], targets, 8)).toEqual([100, 201]);
    });

    it("leaves alone what is far from everything", () => {
        expect(snap([200, 200], targets, 8)).toEqual([200, 200]);
    });
});

import { describe, expect, it } from "vitest";

import { fitDrawing, fitShelves, hasAnotherShape } from "./fit.ts";

const kOld = { width: 640, height: 480 };
const kNew = { width: 1280, height: 720 };

describe("the shape of a picture", () => {
    it("is the same in another size, and with a cut to whole blocks", () => {
        expect(hasAnotherShape({ width: 1920, height: 1080 }, { width: 640, height: 360 })).toBe(false);
        expect(hasAnotherShape({ width: 1920, height: 1080 }, { width: 640, height: 368 })).toBe(true);
        expect(hasAnotherShape({ width: 1920, height: 1080 }, { width: 1920, height: 1088 })).toBe(false);
        expect(hasAnotherShape(kOld, kNew)).toBe(true);
    });

    it("is nothing to tell of while it is unknown", () => {
        expect(hasAnotherShape(kOld, { width: 0, height: 0 })).toBe(false);
        expect(hasAnotherShape({ width: 0, height: 0 }, kNew)).toBe(false);
    });
});

describe("a drawing on a picture of another shape", () => {
    const drawing = {
        zones: [{ name: "floor", kind: "queue" as const, till: "1", polygon: [[0, 0], [640, 0], [321, 480]] as [number, number][] }],
        lines: [{ name: "door", from: [10, 100] as [number, number], to: [100, 10] as [number, number] }],
    };

    it("keeps its parts, names and purposes, and stays within", () => {
        expect(fitDrawing(drawing, kOld, kNew)).toEqual({
            zones: [{ name: "floor", kind: "queue", till: "1", polygon: [[0, 0], [1280, 0], [642, 720]] }],
            lines: [{ name: "door", from: [20, 150], to: [200, 15] }],
        });
    });

    it("comes back as it was", () => {
        expect(fitDrawing(fitDrawing(drawing, kOld, kNew), kNew, kOld)).toEqual(drawing);
    });

    it("takes the shelves with it", () => {
        const shelves = [{ name: "milk", polygon: [[64, 48], [128, 48], [128, 96]] as [number, number][], sections: [{ name: "left", polygon: [[64, 48], [96, 48], [96, 96]] as [number, number][] }] }];
        expect(fitShelves(shelves, kOld, kOld)).toEqual(shelves);
        const [fitted] = fitShelves(shelves, kOld, kNew);
        expect([fitted?.polygon, fitted?.sections?.[0]?.polygon]).toEqual([[[128, 72], [256, 72], [256, 144]], [[128, 72], [192, 72], [192, 144]]]);
    });
});

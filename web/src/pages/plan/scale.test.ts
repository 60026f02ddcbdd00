import { describe, expect, it } from "vitest";

import type { Plan } from "../../api/types.ts";
import { isDrawn, scaleOf, withDrawing } from "./scale.ts";

const empty: Plan = { version: "a", plan: { width_m: 20, depth_m: 12 }, zones: [], lines: [], walls: [], doors: [], fixtures: [], cameras: [{ camera: "yard" }] };
const drawing = { id: "ab", width: 3000, height: 1500, pages: 1 };

describe("scaleOf", () => {
    it("is metres for a pixel", () => {
        expect(scaleOf([[0, 0], [300, 400]], 5)).toBeCloseTo(0.01);
    });
    it("can't be told from one point, from two that are as good as one, or without a distance", () => {
        expect(scaleOf([[0, 0]], 5)).toBeUndefined();
        expect(scaleOf([[0, 0], [3, 3]], 5)).toBeUndefined();
        expect(scaleOf([[0, 0], [300, 400]], 0)).toBeUndefined();
        expect(scaleOf([[0, 0], [300, 400]], Number.NaN)).toBeUndefined();
    });
});

describe("withDrawing", () => {
    it("makes an empty floor as large as its drawing", () => {
        expect(isDrawn(empty)).toBe(false);
        expect(withDrawing(empty, drawing, 0.0101).plan).toEqual({ width_m: 30.3, depth_m: 15.15, drawing: "ab", drawing_at: [0, 0], drawing_width_m: 30.3 });
    });
    it("leaves a floor on which something stands as it is", () => {
        const drawn = { ...empty, walls: [{ from: [0, 0] as [number, number], to: [20, 0] as [number, number] }] };
        expect(withDrawing(drawn, drawing, 0.01).plan).toMatchObject({ width_m: 20, depth_m: 12, drawing_width_m: 30 });
    });
});

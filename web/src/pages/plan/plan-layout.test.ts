import { describe, expect, it } from "vitest";

import type { Plan } from "../../api/types.ts";
import { layoutOf, withShapes } from "./plan-layout.ts";

const plan: Plan = {
    version: "a",
    plan: { width_m: 8.5, depth_m: 6 },
    zones: [{ name: "till", kind: "queue", till: "1", polygon: [[1.1, 2], [3, 2], [3, 4.25]] }],
    lines: [{ name: "door", from: [0.3, 5], to: [2, 5] }],
    walls: [],
    doors: [],
    fixtures: [],
    cameras: [{ camera: "yard" }],
};

describe("a plan's zones and lines", () => {
    it("are drawn in centimetres", () => {
        expect(layoutOf(plan)).toMatchObject({ picture: { width: 850, height: 600 }, zones: [{ name: "till", kind: "queue", polygon: [[110, 200], [300, 200], [300, 425]] }] });
    });
    it("are metres again when they are saved, and nothing else is lost", () => {
        expect(withShapes(plan, { ...layoutOf(plan), version: "b" })).toEqual({ ...plan, version: "b" });
    });
});

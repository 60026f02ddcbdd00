import { describe, expect, it } from "vitest";

import type { Calibration, Plan } from "../../api/types.ts";
import type { Building } from "../../layout-editor/drawing.ts";
import { buildingOf, layoutOf, withShapes } from "./plan-layout.ts";

const calibration: Calibration = { width: 640, height: 480, focal_px: 500, center: [320, 240], k1: 0, place: [1, 1], height_m: 3, pan_deg: 45, tilt_deg: 30, roll_deg: 0, error_m: 0.1 };

const plan: Plan = {
    version: "a",
    plan: { width_m: 8.5, depth_m: 6 },
    zones: [{ name: "till", kind: "queue", till: "1", polygon: [[1.1, 2], [3, 2], [3, 4.25]] }],
    lines: [{ name: "door", from: [0.3, 5], to: [2, 5] }],
    walls: [{ from: [0, 0], to: [8.5, 0] }],
    doors: [{ name: "main", from: [1, 6], to: [2.5, 6], use: "entrance" }, { name: "store", from: [8.5, 1], to: [8.5, 2], use: "staff" }],
    fixtures: [{ name: "shelf", polygon: [[4, 2], [6, 2], [6, 2.5]], height_m: 1.8 }],
    cameras: [{ camera: "yard" }, { camera: "hall", calibration }, { camera: "till", place: [3, 0.5], pan_deg: 90 }],
};

describe("a plan", () => {
    it("is drawn in centimetres", () => {
        expect(layoutOf(plan)).toMatchObject({ picture: { width: 850, height: 600 }, zones: [{ name: "till", kind: "queue", polygon: [[110, 200], [300, 200], [300, 425]] }] });
        expect(buildingOf(plan)).toEqual({
            walls: [{ from: [0, 0], to: [850, 0] }],
            doors: [{ name: "main", from: [100, 600], to: [250, 600], use: "entrance" }, { name: "store", from: [850, 100], to: [850, 200], use: "staff" }],
            fixtures: [{ name: "shelf", polygon: [[400, 200], [600, 200], [600, 250]], height_m: 1.8 }],
            cameras: [{ camera: "till", from: [300, 50], to: [300, 250] }],
        });
    });

    it("is in metres again when it is saved, and nothing is lost", () => {
        expect(withShapes(plan, { ...layoutOf(plan), version: "b" })).toEqual({ ...plan, version: "b" });
        expect(withShapes(plan, { ...layoutOf(plan), building: buildingOf(plan), version: "b" })).toEqual({ ...plan, version: "b" });
    });

    it("keeps calibrations, whatever is done to the cameras beside them", () => {
        const building: Building = { ...buildingOf(plan), cameras: [{ camera: "yard", from: [100, 100], to: [0, 100] }, { camera: "new", from: [0, 0], to: [100, 100] }] };
        const after = withShapes(plan, { ...layoutOf(plan), building, version: "b" });
        expect(after.cameras).toEqual([{ camera: "yard", place: [1, 1], pan_deg: 180 }, { camera: "hall", calibration }, { camera: "till" }, { camera: "new", place: [0, 0], pan_deg: 45 }]);
    });
});

import { describe, expect, it } from "vitest";

import type { Calibration } from "../../api/types.ts";
import { coneOf } from "./projection.ts";

const camera: Calibration = { width: 1280, height: 720, focal_px: 900, center: [640, 360], k1: 0, place: [2, 3], height_m: 3, pan_deg: 0, tilt_deg: 45, roll_deg: 0, error_m: 0.1 };

describe("coneOf", () => {
    it("opens where the camera looks", () => {
        const cone = coneOf(camera);
        expect(cone[0]).toEqual([2, 3]);
        expect(cone[2]?.[0]).toBeCloseTo(8);
        expect(cone[1]?.[1]).toBeLessThan(3);
    });
});

import { describe, expect, it } from "vitest";

import type { Calibration } from "../../api/types.ts";
import { coneOf, toPlan } from "./projection.ts";

const camera: Calibration = { width: 1280, height: 720, focal_px: 900, center: [640, 360], k1: 0, place: [2, 3], height_m: 3, pan_deg: 0, tilt_deg: 45, roll_deg: 0, error_m: 0.1 };

describe("toPlan", () => {
    it("meets the floor where the tilt says", () => {
        // Half a right angle down from three metres is three metres away.
        const [x, y] = toPlan(camera, [640, 360]) ?? [NaN, NaN];
        expect(x).toBeCloseTo(5);
        expect(y).toBeCloseTo(3);
    });
    it("turns with the camera: right in the picture is clockwise on the plan", () => {
        const [x, y] = toPlan({ ...camera, pan_deg: 90 }, [740, 360]) ?? [NaN, NaN];
        expect(y).toBeCloseTo(6);
        expect(x).toBeLessThan(2);
        expect(toPlan(camera, [740, 360])?.[1]).toBeGreaterThan(3);
    });
    it("is nearer for what is lower in the picture, and nowhere for the sky", () => {
        expect(toPlan(camera, [640, 600])?.[0]).toBeLessThan(5);
        expect(toPlan({ ...camera, tilt_deg: 5 }, [640, 0])).toBeUndefined();
    });
    it("undoes distortion", () => {
        const straight = toPlan(camera, [1100, 360]) ?? [NaN, NaN];
        const bent = toPlan({ ...camera, k1: -0.1 }, [1100, 360]) ?? [NaN, NaN];
        expect(bent[1]).toBeGreaterThan(straight[1]);
    });
});

describe("coneOf", () => {
    it("opens where the camera looks", () => {
        const cone = coneOf(camera);
        expect(cone[0]).toEqual([2, 3]);
        expect(cone[2]?.[0]).toBeCloseTo(8);
        expect(cone[1]?.[1]).toBeLessThan(3);
    });
});

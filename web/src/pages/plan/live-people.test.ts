import { describe, expect, it } from "vitest";

import type { Plan } from "../../api/types.ts";
import { PeopleOnPlan } from "./live-people.ts";

const plan: Plan = {
    version: "a",
    plan: { width_m: 20, depth_m: 10 },
    zones: [],
    lines: [],
    walls: [],
    doors: [],
    fixtures: [],
    cameras: [{ camera: "door", calibration: { width: 1280, height: 720, focal_px: 900, center: [640, 360], k1: 0, place: [2, 3], height_m: 3, pan_deg: 0, tilt_deg: 45, roll_deg: 0, error_m: 0.1 } }, { camera: "yard" }],
};

const tracks = (camera: string, second: number, x: number) => ({
    camera,
    media_time_s: second,
    at: new Date(second * 1000).toISOString(),
    width: 640,
    height: 360,
    people: [{ person: 7, label: "7", box: [x - 20, 80, 40, 100] as [number, number, number, number], score: 0.9, zones: [] }],
});

describe("PeopleOnPlan", () => {
    it("puts feet of a smaller picture on the floor, with the way there", () => {
        const people = new PeopleOnPlan(plan);
        people.take(tracks("door", 1, 300));
        people.take(tracks("door", 2, 320));
        const [person] = people.at(2000);
        expect(person?.place[0]).toBeCloseTo(5);
        expect(person?.place[1]).toBeCloseTo(3);
        expect(person?.trail).toHaveLength(2);
    });
    it("leaves out cameras that are not calibrated, and who is gone", () => {
        const people = new PeopleOnPlan(plan);
        people.take(tracks("yard", 1, 300));
        expect(people.at(1000)).toEqual([]);
        people.take(tracks("door", 1, 300));
        expect(people.at(1500)).toHaveLength(1);
        expect(people.at(4000)).toHaveLength(0);
    });
});

import { describe, expect, it } from "vitest";

import type { AuditClip, AuditPlace, CountError } from "../../api/types.ts";
import { errorOf, nextUnanswered, percentOf, progressOf, signed } from "./errors.ts";

const error: CountError = { counted: 90, truth: 100, truth_low: 95, truth_high: 110, share: -0.1, share_low: -0.18, share_high: -0.05 };

function clip(id: number, answer: number | null, frames = 50, unclear = false): AuditClip {
    return {
        id, camera: "door", kind: "crossing", place: "gate", begin: "", end: "", film: "door", drawing: { points: [] }, frames,
        answer: { in: answer, out: answer, unclear, by: "", at: null }, counted: null,
    };
}

describe("errors of counts", () => {
    it("are percent of the truth", () => {
        expect(percentOf(error)).toEqual({ error: -10, low: -18, high: -5 });
        expect(percentOf({ ...error, share_high: null })).toBeUndefined();
        expect(percentOf(null)).toBeUndefined();
    });
    it("have a sign", () => {
        const format = (value: number): string => String(value);
        expect(signed(3.4, format)).toBe("+3");
        expect(signed(-12, format)).toBe("−12");
        expect(signed(0.3, format)).toBe("0");
        expect(signed(-0.3, format)).toBe("0");
    });
    it("are found by place", () => {
        const place = { camera: "door", kind: "crossing", place: "gate" } as AuditPlace;
        expect(errorOf([place], "door", "crossing", "gate")).toBe(place);
        expect(errorOf([place], "door", "stay", "gate")).toBeUndefined();
    });
});

describe("clips", () => {
    it("go on with the next that has no answer, from the beginning where none follows", () => {
        const clips = [clip(1, null), clip(2, 1), clip(3, null, 0), clip(4, null), clip(5, null, 50, true)];
        expect(nextUnanswered(clips, undefined)?.id).toBe(1);
        expect(nextUnanswered(clips, 1)?.id).toBe(4);
        expect(nextUnanswered(clips, 4)?.id).toBe(1);
        expect(nextUnanswered([clip(2, 1)], undefined)).toBeUndefined();
    });
    it("count those whose pictures are gone only when they were answered", () => {
        expect(progressOf([clip(1, null), clip(2, 1, 0), clip(3, null, 0), clip(4, null, 50, true)])).toEqual({ done: 2, all: 3 });
    });
});

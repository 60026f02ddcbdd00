import { describe, expect, it } from "vitest";

import { streamed } from "./streams.ts";

describe("streamed", () => {
    const cameras = (["silent", "live", "paused", "alarm", "live", "connecting", "live"] as const).map((status, i) => ({ id: i, status }));
    const ids = (max: number): number[] => [...streamed(cameras, max)].map((camera) => camera.id);

    it("prefers cameras that have a picture", () => {
        expect([ids(2), ids(3)]).toEqual([[1, 4], [1, 4, 6]]);
    });

    it("gives what is left to the others, but nothing to the paused", () => {
        expect([ids(4), ids(9)]).toEqual([[1, 4, 6, 0], [1, 4, 6, 0, 3, 5]]);
    });
});

import { expect, test } from "vitest";

import { bonesOf } from "./overlay.ts";

test("bones are drawn only between joints that were seen", () => {
    const pose = Array.from({ length: 51 }, (_, i) => (i % 3 === 2 ? 0 : i));
    expect(bonesOf(pose)).toEqual([]);
    for (const joint of [5, 7, 9]) pose[3 * joint + 2] = 0.9; // a left arm
    expect(bonesOf(pose)).toEqual([
        [[15, 16], [21, 22]],
        [[21, 22], [27, 28]],
    ]);
});

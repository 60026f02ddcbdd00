import { describe, expect, it } from "vitest";

import { colourAt, pixelsOf, topOf } from "./scale.ts";

describe("the scale", () => {
    it("grows lighter all the way", () => {
        const lightness = Array.from({ length: 101 }, (_, i) => {
            const [red, green, blue] = colourAt(i / 100);
            return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
        });
        for (let i = 1; i < lightness.length; ++i) expect(lightness[i]).toBeGreaterThanOrEqual((lightness[i - 1] ?? 0) - 0.6);
        expect(colourAt(-1)).toEqual(colourAt(0));
        expect(colourAt(2)).toEqual(colourAt(1));
    });

    it("isn't stretched by one cell where somebody stood all day", () => {
        const cells = [...Array.from({ length: 199 }, () => 10), 30_000, 0, 0];
        expect(topOf(cells)).toBe(10);
        expect(topOf([0, 0])).toBe(0);
        expect(topOf([0, 7])).toBe(7);
    });

    it("leaves clear what nobody entered", () => {
        const pixels = pixelsOf([0, 5, 10], 10);
        expect([pixels[3], pixels[7], pixels[11]]).toEqual([0, 255, 255]);
        expect([...pixelsOf([0, 0], 0)]).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
    });
});

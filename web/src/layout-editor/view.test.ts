import { describe, expect, it } from "vitest";

import { pan, showing, wholeOf, zoom } from "./view.ts";

const size = { width: 800, height: 400 };

describe("the view", () => {
    it("keeps the point under the pointer", () => {
        const view = zoom(wholeOf(size), size, 2, [200, 100]);
        expect(view).toEqual({ x: 100, y: 50, width: 400, height: 200 });
        expect((200 - view.x) / view.width).toBeCloseTo(200 / 800);
    });

    it("is never larger than the picture, nor smaller than an eighth of it", () => {
        expect(zoom(wholeOf(size), size, 0.5, [0, 0])).toEqual(wholeOf(size));
        expect(zoom(wholeOf(size), size, 100, [0, 0]).width).toBe(100);
    });

    it("doesn't leave the picture", () => {
        const near = zoom(wholeOf(size), size, 2, [0, 0]);
        expect(pan(near, size, [500, 500])).toMatchObject({ x: 0, y: 0 });
        expect(pan(near, size, [-5000, -5000])).toMatchObject({ x: 400, y: 200 });
    });

    it("moves to a point outside it, and no further", () => {
        const near = zoom(wholeOf(size), size, 2, [0, 0]);
        expect(showing(near, size, [399, 199])).toEqual(near);
        expect(showing(near, size, [450, 0])).toMatchObject({ x: 50, y: 0 });
        expect(showing({ ...near, x: 400, y: 200 }, size, [390, 400])).toMatchObject({ x: 390, y: 200 });
    });
});

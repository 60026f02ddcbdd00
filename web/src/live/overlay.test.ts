import { afterEach, beforeEach, expect, test, vi } from "vitest";

import type { Layout, Point } from "../api/types.ts";
import { personColour, zoneColour } from "../theme/colours.ts";
import { bonesOf, drawOverlay, facingArrow } from "./overlay.ts";
import type { DrawnMoment, DrawnPerson } from "./track-buffer.ts";

/** A path with the style that it was drawn in. */
interface Drawn {
    style: string;
    points: Point[];
    closed: boolean;
    dash: number[];
    alpha: number;
}

/** Remembers what is drawn, as far as the overlay draws it. */
class FakeContext {
    strokes: Drawn[] = [];
    fills: Drawn[] = [];
    boxes: { style: string; box: [number, number, number, number] }[] = [];
    texts: { text: string; style: string; at: Point }[] = [];
    clears = 0;

    strokeStyle = "";
    fillStyle = "";
    globalAlpha = 1;
    private dash: number[] = [];
    private points: Point[] = [];
    private closed = false;

    beginPath(): void {
        this.points = [];
        this.closed = false;
    }
    moveTo(x: number, y: number): void {
        this.points.push([x, y]);
    }
    lineTo(x: number, y: number): void {
        this.points.push([x, y]);
    }
    closePath(): void {
        this.closed = true;
    }
    setLineDash(dash: number[]): void {
        this.dash = dash;
    }
    stroke(): void {
        this.strokes.push(this.drawn(this.strokeStyle));
    }
    fill(): void {
        this.fills.push(this.drawn(this.fillStyle));
    }
    strokeRect(x: number, y: number, width: number, height: number): void {
        this.boxes.push({ style: this.strokeStyle, box: [x, y, width, height] });
    }
    fillText(text: string, x: number, y: number): void {
        this.texts.push({ text, style: this.fillStyle, at: [x, y] });
    }
    measureText(text: string): { width: number } {
        return { width: 7 * text.length };
    }
    clearRect(): void {
        ++this.clears;
    }
    // What is behind a label, hands, and the density of the screen are of no interest here.
    roundRect(): void {}
    arc(): void {}
    setTransform(): void {}

    private drawn(style: string): Drawn {
        return { style, points: [...this.points], closed: this.closed, dash: this.dash, alpha: this.globalAlpha };
    }
}

/** What is drawn on a canvas of this size. */
function drawnOn(width: number, height: number, layout: Layout | undefined, moment: DrawnMoment | undefined): FakeContext {
    const context = new FakeContext();
    const canvas = { clientWidth: width, clientHeight: height, width: 0, height: 0, getContext: () => context };
    drawOverlay(canvas as unknown as HTMLCanvasElement, "door", layout, moment);
    return context;
}

function person(number: number, more: Partial<DrawnPerson> = {}): DrawnPerson {
    return { person: number, label: String(number), box: [100, 50, 40, 80], zones: [], trail: [[120, 130]], coloured: number, ...more };
}

const momentOf = (...people: DrawnPerson[]): DrawnMoment => ({ width: 640, height: 360, people });

function layoutOf(more: Partial<Layout>): Layout {
    return { version: "1", valid_from: "2026-11-23T10:00:00.000Z", author: "Irina", picture: { width: 640, height: 360 }, zones: [], lines: [], ...more };
}

beforeEach(() => void vi.stubGlobal("window", { devicePixelRatio: 1 }));
afterEach(() => void vi.unstubAllGlobals());

test("bones are drawn only between joints that were seen", () => {
    const pose = Array.from({ length: 51 }, (_, i) => (i % 3 === 2 ? 0 : i));
    expect(bonesOf(pose)).toEqual([]);
    for (const joint of [5, 7, 9]) pose[3 * joint + 2] = 0.9; // a left arm
    expect(bonesOf(pose)).toEqual([
        [[15, 16], [21, 22]],
        [[21, 22], [27, 28]],
    ]);
});

test("an arrow at the feet points where the body faces, and nowhere when that is not known", () => {
    // The box is 40 wide, its feet are at 120, 130: to the right, to the camera, to the left, away.
    const tips = [0, 90, 180, 270].map((deg) => facingArrow([100, 50, 40, 80], deg)[0]?.[1].map(Math.round));
    expect(tips).toEqual([[160, 130], [120, 150], [80, 130], [120, 110]]);
    expect(facingArrow([100, 50, 40, 80], 0).slice(1).map(([, end]) => end[0])).toEqual([expect.closeTo(148.45, 1), expect.closeTo(148.45, 1)]);
    const coloured = (more: Partial<DrawnPerson>) =>
        drawnOn(1280, 720, undefined, momentOf(person(3, { trail: [], ...more }))).strokes.filter(({ style }) => style === personColour(3));
    expect(coloured({})).toEqual([]);
    expect(coloured({ facing_deg: 180 }).map(({ points }) => points.map((point) => point.map(Math.round)))[0]).toEqual([[240, 260], [160, 260]]);
});

test("each person has a box and an identifier in the person's colour", () => {
    const { boxes, texts, clears } = drawnOn(640, 360, undefined, momentOf(person(3), person(8, { box: [300, 60, 30, 70] })));
    expect(clears).toBe(1);
    expect(texts.map(({ text, style }) => [text, style])).toEqual([["3", personColour(3)], ["8", personColour(8)]]);
    const coloured = (number: number) => boxes.filter(({ style }) => style === personColour(number)).map(({ box }) => box);
    expect(coloured(3)).toEqual([[100, 50, 40, 80]]);
    expect(coloured(8)).toEqual([[300, 60, 30, 70]]);
});

test("who is known on the floor plan has the colour of there, and the identifier of here", () => {
    const { boxes, texts } = drawnOn(640, 360, undefined, momentOf(person(3, { coloured: 5 })));
    expect(texts).toMatchObject([{ text: "3", style: personColour(5) }]);
    expect(boxes.at(-1)?.style).toBe(personColour(5));
});

test("an identifier stays in the picture, above a head that is at its edge", () => {
    const { texts } = drawnOn(640, 360, undefined, momentOf(person(3, { box: [100, 0, 40, 80] })));
    expect(texts[0]?.at[1]).toBeGreaterThan(10);
});

test("the way behind a person is drawn from its oldest place, fainter there", () => {
    const trail: Point[] = [[20, 130], [60, 131], [90, 129], [120, 130]];
    const { strokes } = drawnOn(640, 360, undefined, momentOf(person(3, { trail })));
    expect(strokes.map(({ points }) => points)).toEqual([
        [[20, 130], [60, 131]],
        [[60, 131], [90, 129]],
        [[90, 129], [120, 130]],
    ]);
    expect(new Set(strokes.map(({ style }) => style))).toEqual(new Set([personColour(3)]));
    const alphas = strokes.map(({ alpha }) => alpha);
    expect(alphas).toEqual([...alphas].sort((a, b) => a - b));
    expect(new Set(alphas).size).toBe(3);
});

test("who has just come has no way yet", () => {
    expect(drawnOn(640, 360, undefined, momentOf(person(3))).strokes).toEqual([]);
});

test("a zone is its polygon, closed, filled thinly and edged with dashes in its colour, and its name", () => {
    const polygon: Point[] = [[100, 100], [300, 100], [300, 300], [100, 300]];
    const { fills, strokes, texts } = drawnOn(640, 360, layoutOf({ zones: [{ name: "shelf", polygon }] }), undefined);
    const colour = zoneColour("door", "shelf");
    expect(fills.filter(({ style }) => style === colour)).toMatchObject([{ points: polygon, closed: true, alpha: 0.2 }]);
    expect(strokes).toMatchObject([{ style: colour, points: polygon, closed: true }]);
    expect(strokes[0]?.dash).not.toEqual([]);
    expect(texts.map(({ text }) => text)).toEqual(["shelf"]);
});

test("a line has an arrow that points in, and its name", () => {
    const { strokes, texts } = drawnOn(640, 360, layoutOf({ lines: [{ name: "entrance", from: [320, 360], to: [320, 0] }] }), undefined);
    expect(strokes[0]).toMatchObject({ points: [[320, 360], [320, 0]], closed: false, dash: [] });
    // The line, the shaft and the barbs; who looks up the picture has his right hand at its right.
    expect(strokes).toHaveLength(3);
    expect(strokes[1]?.points).toEqual([[320, 180], [342, 180]]);
    expect(texts.map(({ text }) => text)).toEqual(["entrance"]);
});

test("a shelf and its sections are edged and named once", () => {
    const polygon: Point[] = [[10, 10], [90, 10], [90, 40], [10, 40]];
    const sections = [{ name: "milk", polygon: [[10, 10], [50, 10], [50, 40], [10, 40]] satisfies Point[] }];
    const { strokes, texts } = drawnOn(640, 360, layoutOf({ shelves: [{ name: "dairy", polygon, sections }] }), undefined);
    expect(strokes.map(({ points, closed }) => [points, closed])).toEqual([
        [polygon, true],
        [sections[0]?.polygon, true],
    ]);
    expect(texts.map(({ text }) => text)).toEqual(["dairy"]);
});

test("all of it lies where the picture is, as large as that is shown", () => {
    // A picture of 640x360 in a canvas of 1280x1000: twice as large, 140 px below the edge.
    const layout = layoutOf({ zones: [{ name: "floor", polygon: [[0, 0], [640, 0], [640, 360]] }] });
    const { boxes, strokes } = drawnOn(1280, 1000, layout, momentOf(person(3, { trail: [[100, 130], [120, 130]] })));
    expect(strokes.map(({ points }) => points)).toEqual([
        [[0, 140], [1280, 140], [1280, 860]],
        [[200, 400], [240, 400]],
    ]);
    expect(boxes.at(-1)?.box).toEqual([200, 240, 80, 160]);
});

test("without a moment the drawing stays, and nobody is drawn", () => {
    const { boxes, texts } = drawnOn(640, 360, layoutOf({ lines: [{ name: "entrance", from: [0, 0], to: [0, 360] }] }), undefined);
    expect(boxes).toEqual([]);
    expect(texts.map(({ text }) => text)).toEqual(["entrance"]);
});

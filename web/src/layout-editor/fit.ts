// A drawing that was made on a picture of one shape, laid over a picture of another.
import type { Point, Shelf } from "../api/types.ts";
import type { Drawing, Size } from "./drawing.ts";

/** Of width to height, as the server takes it: a substream is cut to whole blocks. */
const kShapeTolerance = 0.02;

/** False while either is unknown. */
export function hasAnotherShape(drawn: Size, now: Size): boolean {
    if ([drawn.width, drawn.height, now.width, now.height].some((side) => side <= 0)) return false;
    return Math.abs(((drawn.width / drawn.height) * now.height) / now.width - 1) > kShapeTolerance;
}

/** To a tenth of a pixel, and never outside of the picture. */
function fitPoint(from: Size, to: Size) {
    const fit = (value: number, before: number, after: number): number => Math.min(after, Math.round((value * after * 10) / before) / 10);
    return ([x, y]: Point): Point => [fit(x, from.width, to.width), fit(y, from.height, to.height)];
}

/** Each shape at the same part of the picture as before. */
export function fitDrawing({ zones, lines, ...rest }: Drawing, from: Size, to: Size): Drawing {
    const fit = fitPoint(from, to);
    return {
        ...rest, // of the plan, which has one shape for ever
        zones: zones.map((zone) => ({ ...zone, polygon: zone.polygon.map(fit) })),
        lines: lines.map((line) => ({ ...line, from: fit(line.from), to: fit(line.to) })),
    };
}

export function fitShelves(shelves: readonly Shelf[], from: Size, to: Size): Shelf[] {
    if (from.width === to.width && from.height === to.height) return [...shelves];
    const fit = fitPoint(from, to);
    return shelves.map((shelf) => ({
        ...shelf,
        polygon: shelf.polygon.map(fit),
        ...(shelf.sections && { sections: shelf.sections.map((section) => ({ ...section, polygon: section.polygon.map(fit) })) }),
    }));
}

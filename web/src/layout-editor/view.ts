// Which part of the picture is shown: zoom and its limits.
import type { Point } from "../api/types.ts";
import type { Size } from "./drawing.ts";

export interface View {
    x: number;
    y: number;
    width: number;
    height: number;
}

const kZoomMax = 8;

export function wholeOf({ width, height }: Size): View {
    return { x: 0, y: 0, width, height };
}

export function centreOf({ x, y, width, height }: View): Point {
    return [x + width / 2, y + height / 2];
}

function within(view: View, size: Size): View {
    return {
        ...view,
        x: Math.min(Math.max(0, view.x), size.width - view.width),
        y: Math.min(Math.max(0, view.y), size.height - view.height),
    };
}

/** The point stays where it is on the screen. */
export function zoom(view: View, size: Size, factor: number, [x, y]: Point): View {
    const wanted = view.width / factor;
    const width = Math.min(size.width, Math.max(size.width / kZoomMax, wanted));
    const scale = width / view.width;
    return within({ x: x - (x - view.x) * scale, y: y - (y - view.y) * scale, width, height: view.height * scale }, size);
}

export function pan(view: View, size: Size, [dx, dy]: Point): View {
    return within({ ...view, x: view.x - dx, y: view.y - dy }, size);
}

/** Moved no further than needed to show the point. */
export function showing(view: View, size: Size, [x, y]: Point): View {
    return within({ ...view, x: Math.max(x - view.width, Math.min(x, view.x)), y: Math.max(y - view.height, Math.min(y, view.y)) }, size);
}

// Draws people, their ways, zones and lines over a picture.
import type { Layout, Point } from "../api/types.ts";
import { inArrow, middleOf } from "../layout-editor/geometry.ts";
import { personColour, zoneColour } from "../theme/colours.ts";
import type { DrawnMoment, DrawnPerson } from "./track-buffer.ts";

/** From the picture's pixels to those of the canvas, as object-fit: contain does. */
export interface Fit {
    scale: number;
    left: number;
    top: number;
}

export function fitOf(width: number, height: number, intoWidth: number, intoHeight: number): Fit {
    const scale = Math.min(intoWidth / width, intoHeight / height);
    return { scale, left: (intoWidth - width * scale) / 2, top: (intoHeight - height * scale) / 2 };
}

const kFont = "600 12px system-ui, sans-serif";
const kDark = "rgb(12 14 12 / 78%)";

function label(context: CanvasRenderingContext2D, text: string, x: number, y: number, colour: string): void {
    context.font = kFont;
    const width = context.measureText(text).width + 10;
    context.fillStyle = kDark;
    context.beginPath();
    context.roundRect(x, y - 18, width, 18, 4);
    context.fill();
    context.fillStyle = colour;
    context.fillText(text, x + 5, y - 5);
}

function centredLabel(context: CanvasRenderingContext2D, text: string, [x, y]: Point): void {
    context.font = kFont;
    label(context, text, x - context.measureText(text).width / 2 - 5, y + 9, "#ffffff");
}

function polyline(context: CanvasRenderingContext2D, points: Point[]): void {
    context.beginPath();
    points.forEach(([x, y], i) => (i === 0 ? context.moveTo(x, y) : context.lineTo(x, y)));
}

/** Joints of COCO that a bone joins. */
const kBones: readonly (readonly [number, number])[] = [
    [5, 6], [5, 7], [7, 9], [6, 8], [8, 10], [5, 11], [6, 12], [11, 12], [11, 13], [13, 15], [12, 14], [14, 16],
];
const kJointMin = 0.2;

/** Bones whose both ends are seen, as pairs of points in the picture. */
export function bonesOf(pose: readonly number[]): [Point, Point][] {
    const joint = (index: number): Point => [pose[3 * index] ?? 0, pose[3 * index + 1] ?? 0];
    const isSeen = (index: number): boolean => (pose[3 * index + 2] ?? 0) >= kJointMin;
    return kBones.flatMap(([a, b]) => (isSeen(a) && isSeen(b) ? [[joint(a), joint(b)] as [Point, Point]] : []));
}

function drawPose(context: CanvasRenderingContext2D, pose: readonly number[], colour: string, place: (point: Point) => Point): void {
    drawStrokes(context, bonesOf(pose), colour, place);
    context.fillStyle = colour;
    for (const hand of [9, 10]) {
        if ((pose[3 * hand + 2] ?? 0) < kJointMin) continue;
        const [x, y] = place([pose[3 * hand] ?? 0, pose[3 * hand + 1] ?? 0]);
        context.beginPath();
        context.arc(x, y, 4, 0, 2 * Math.PI);
        context.fill();
    }
}

/** What lies on the floor seems half as deep as it is wide, from where cameras hang. */
const kFloorDepth = 0.5;

/** The strokes of an arrow at the feet, as long as the box is wide, to where the body faces. */
export function facingArrow([x, y, width, height]: DrawnPerson["box"], facingDeg: number): [Point, Point][] {
    const foot: Point = [x + width / 2, y + height];
    const along = (from: Point, deg: number, length: number): Point => {
        const angle = (deg * Math.PI) / 180;
        return [from[0] + length * Math.cos(angle), from[1] + kFloorDepth * length * Math.sin(angle)];
    };
    const tip = along(foot, facingDeg, width);
    return [[foot, tip], ...[150, -150].map((turn): [Point, Point] => [tip, along(tip, facingDeg + turn, width / 3)])];
}

function drawStrokes(context: CanvasRenderingContext2D, strokes: readonly [Point, Point][], colour: string, place: (point: Point) => Point): void {
    for (const [width, style] of [[5, "rgb(0 0 0 / 45%)"], [2.5, colour]] as const) {
        context.lineWidth = width;
        context.strokeStyle = style;
        for (const stroke of strokes) {
            polyline(context, stroke.map(place));
            context.stroke();
        }
    }
}

function drawPerson(context: CanvasRenderingContext2D, fit: Fit, { coloured, label: name, box, trail, pose, facing_deg }: DrawnPerson): void {
    const colour = personColour(coloured);
    const place = ([x, y]: Point): Point => [fit.left + x * fit.scale, fit.top + y * fit.scale];
    context.strokeStyle = colour;
    context.lineJoin = "round";
    context.lineCap = "round";
    for (let i = 1; i < trail.length; ++i) {
        context.globalAlpha = (0.85 * i) / trail.length;
        context.lineWidth = 2.5;
        polyline(context, trail.slice(i - 1, i + 1).map(place));
        context.stroke();
    }
    context.globalAlpha = 1;
    const [x, y] = place([box[0], box[1]]);
    const [width, height] = [box[2] * fit.scale, box[3] * fit.scale];
    // A dark edge outside keeps the colour visible on any floor.
    context.lineWidth = 4;
    context.strokeStyle = "rgb(0 0 0 / 45%)";
    context.strokeRect(x, y, width, height);
    context.lineWidth = 2;
    context.strokeStyle = colour;
    context.strokeRect(x, y, width, height);
    if (pose) drawPose(context, pose, colour, place);
    if (facing_deg !== undefined) drawStrokes(context, facingArrow(box, facing_deg), colour, place);
    label(context, name, x - 1, Math.max(18, y - 2), colour);
}

function drawLayout(context: CanvasRenderingContext2D, camera: string, layout: Layout, width: number, height: number): void {
    const fit = fitOf(layout.picture.width, layout.picture.height, width, height);
    const place = ([x, y]: Point): Point => [fit.left + x * fit.scale, fit.top + y * fit.scale];
    for (const zone of layout.zones) {
        const colour = zoneColour(camera, zone.name);
        const points = zone.polygon.map(place);
        polyline(context, points);
        context.closePath();
        context.globalAlpha = 0.2;
        context.fillStyle = colour;
        context.fill();
        context.globalAlpha = 0.9;
        context.setLineDash([6, 4]);
        context.lineWidth = 1.5;
        context.strokeStyle = colour;
        context.stroke();
        context.setLineDash([]);
        context.globalAlpha = 1;
        centredLabel(context, zone.name, middleOf(points));
    }
    for (const shelf of layout.shelves ?? []) {
        const points = shelf.polygon.map(place);
        context.lineWidth = 1.5;
        context.strokeStyle = "#ffffff";
        for (const polygon of [points, ...(shelf.sections ?? []).map((section) => section.polygon.map(place))]) {
            polyline(context, polygon);
            context.closePath();
            context.stroke();
        }
        centredLabel(context, shelf.name, middleOf(points));
    }
    for (const line of layout.lines) {
        context.strokeStyle = "#ffffff";
        context.lineWidth = 2;
        polyline(context, [place(line.from), place(line.to)]);
        context.stroke();
        const arrow = inArrow({ from: place(line.from), to: place(line.to) }, 22);
        for (const stroke of arrow.strokes) {
            polyline(context, stroke);
            context.stroke();
        }
        centredLabel(context, line.name, arrow.tail);
    }
}

/** The canvas gets the size that it has on the screen. */
export function drawOverlay(canvas: HTMLCanvasElement, camera: string, layout: Layout | undefined, moment: DrawnMoment | undefined): void {
    const context = canvas.getContext("2d");
    if (!context) return;
    const density = window.devicePixelRatio || 1;
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    const [pixelsAcross, pixelsDown] = [Math.round(width * density), Math.round(height * density)];
    if (canvas.width !== pixelsAcross || canvas.height !== pixelsDown) {
        canvas.width = pixelsAcross;
        canvas.height = pixelsDown;
    }
    context.setTransform(density, 0, 0, density, 0, 0);
    context.clearRect(0, 0, width, height);
    if (layout) drawLayout(context, camera, layout, width, height);
    if (!moment) return;
    const fit = fitOf(moment.width, moment.height, width, height);
    for (const person of moment.people) drawPerson(context, fit, person);
}

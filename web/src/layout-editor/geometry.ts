// Points, polygons and lines of a picture: x to the right, y down, in its pixels.
import type { Point } from "../api/types.ts";

export interface Segment {
    from: Point;
    to: Point;
}

export function distance(a: Point, b: Point): number {
    return Math.hypot(a[0] - b[0], a[1] - b[1]);
}

export function samePoint(a: Point, b: Point | undefined): boolean {
    return b !== undefined && a[0] === b[0] && a[1] === b[1];
}

export function nearestOn({ from, to }: Segment, point: Point): Point {
    const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
    const length2 = dx * dx + dy * dy;
    if (length2 === 0) return from;
    const part = Math.min(1, Math.max(0, ((point[0] - from[0]) * dx + (point[1] - from[1]) * dy) / length2));
    return [from[0] + part * dx, from[1] + part * dy];
}

export function edgesOf(polygon: readonly Point[]): Segment[] {
    return polygon.map((from, i) => ({ from, to: polygon[(i + 1) % polygon.length] ?? from }));
}

function side(a: Point, b: Point, c: Point): number {
    return Math.sign((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]));
}

function isWithin(a: Point, b: Point, c: Point): boolean {
    return Math.min(a[0], b[0]) <= c[0] && c[0] <= Math.max(a[0], b[0]) && Math.min(a[1], b[1]) <= c[1] && c[1] <= Math.max(a[1], b[1]);
}

/** Touching counts. */
export function doCross(p: Segment, q: Segment): boolean {
    const [a, b] = [side(p.from, p.to, q.from), side(p.from, p.to, q.to)];
    const [c, d] = [side(q.from, q.to, p.from), side(q.from, q.to, p.to)];
    if (a !== b && c !== d) return true;
    return (
        (a === 0 && isWithin(p.from, p.to, q.from)) ||
        (b === 0 && isWithin(p.from, p.to, q.to)) ||
        (c === 0 && isWithin(q.from, q.to, p.from)) ||
        (d === 0 && isWithin(q.from, q.to, p.to))
    );
}

export function crossesItself(polygon: readonly Point[]): boolean {
    const edges = edgesOf(polygon);
    return edges.some((edge, i) =>
        edges.some((other, j) => {
            const areNeighbours = j <= i + 1 || (i === 0 && j === edges.length - 1);
            return !areNeighbours && doCross(edge, other);
        }),
    );
}

export function areaOf(polygon: readonly Point[]): number {
    const sum = edgesOf(polygon).reduce((total, { from, to }) => total + from[0] * to[1] - to[0] * from[1], 0);
    return Math.abs(sum) / 2;
}

export function middleOf(points: readonly Point[]): Point {
    const sum = points.reduce<Point>((total, point) => [total[0] + point[0], total[1] + point[1]], [0, 0]);
    return [sum[0] / points.length, sum[1] / points.length];
}

/** The arrow across a line that shows what counts as "in": from the left to the right of who stands at `from` and
    looks to `to`. `tail` is on the other side, where a name doesn't hide the arrow. */
export function inArrow({ from, to }: Segment, length: number): { tip: Point; tail: Point; strokes: Point[][] } {
    const along = distance(from, to) || 1;
    const [ux, uy] = [(to[0] - from[0]) / along, (to[1] - from[1]) / along];
    const right: Point = [-uy, ux];
    const foot = middleOf([from, to]);
    const tip: Point = [foot[0] + right[0] * length, foot[1] + right[1] * length];
    const tail: Point = [foot[0] - right[0] * length * 0.7, foot[1] - right[1] * length * 0.7];
    const barb = length * 0.35;
    const wing = (sign: number): Point => [tip[0] - right[0] * barb + sign * ux * barb, tip[1] - right[1] * barb + sign * uy * barb];
    return { tip, tail, strokes: [[foot, tip], [wing(1), tip, wing(-1)]] };
}

export function clampTo(width: number, height: number, [x, y]: Point): Point {
    return [Math.min(width, Math.max(0, x)), Math.min(height, Math.max(0, y))];
}

export interface SnapTargets {
    corners: readonly Point[];
    edges: readonly Segment[];
    width: number;
    height: number;
}

/** Where a point goes that is drawn near something: to a corner first, then to an edge, then to the picture's border;
    to whole pixels otherwise. It never leaves the picture. */
export function snap(point: Point, targets: SnapTargets, reach: number): Point {
    const nearest = (candidates: Point[]): Point | undefined => {
        const near = candidates.filter((candidate) => distance(candidate, point) <= reach);
        return near.sort((a, b) => distance(a, point) - distance(b, point))[0];
    };
    const corner = nearest([...targets.corners]);
    if (corner) return corner;
    const edge = nearest(targets.edges.map((segment) => nearestOn(segment, point)));
    const [x, y] = clampTo(targets.width, targets.height, edge ?? [Math.round(point[0]), Math.round(point[1])]);
    const toBorder = (value: number, size: number): number => (value <= reach ? 0 : size - value <= reach ? size : value);
    if (edge) return [Math.round(x * 10) / 10, Math.round(y * 10) / 10];
    return [toBorder(x, targets.width), toBorder(y, targets.height)];
}

// Zones and lines being drawn, and what may be done to them. Nothing here changes what it is given.
import type { Layout, Line, Point, Zone } from "../api/types.ts";
import { areaOf, clampTo, crossesItself, distance, edgesOf, type SnapTargets } from "./geometry.ts";

export interface Drawing {
    zones: readonly Zone[];
    lines: readonly Line[];
}

/** A zone or line, and perhaps one of its corners. */
export interface Target {
    kind: "zone" | "line";
    index: number;
    corner?: number | undefined;
}

export type Size = Layout["picture"];

/** The limits of docs/layout.md. */
export const kNameLengthMax = 64;
export const kShapesMax = 64;
export const kCornersMax = 256;

export function cornersOf(drawing: Drawing, { kind, index }: Target): readonly Point[] {
    if (kind === "zone") return drawing.zones[index]?.polygon ?? [];
    const line = drawing.lines[index];
    return line ? [line.from, line.to] : [];
}

function withCorners(drawing: Drawing, { kind, index }: Target, corners: readonly Point[]): Drawing {
    if (kind === "zone") {
        return { ...drawing, zones: drawing.zones.map((zone, i) => (i === index ? { ...zone, polygon: [...corners] } : zone)) };
    }
    const [from, to] = corners;
    if (!from || !to) return drawing;
    return { ...drawing, lines: drawing.lines.map((line, i) => (i === index ? { ...line, from, to } : line)) };
}

export function addZone(drawing: Drawing, zone: Zone): Drawing {
    return { ...drawing, zones: [...drawing.zones, zone] };
}

export function addLine(drawing: Drawing, line: Line): Drawing {
    return { ...drawing, lines: [...drawing.lines, line] };
}

export function moveCorner(drawing: Drawing, target: Target, to: Point): Drawing {
    return withCorners(drawing, target, cornersOf(drawing, target).map((corner, i) => (i === target.corner ? to : corner)));
}

/** As a whole, as far as the picture reaches. */
export function moveShape(drawing: Drawing, target: Target, by: Point, size: Size): Drawing {
    const corners = cornersOf(drawing, target);
    const across = corners.map(([x]) => x);
    const down = corners.map(([, y]) => y);
    const dx = Math.min(Math.max(by[0], -Math.min(...across)), size.width - Math.max(...across));
    const dy = Math.min(Math.max(by[1], -Math.min(...down)), size.height - Math.max(...down));
    return withCorners(drawing, target, corners.map(([x, y]) => clampTo(size.width, size.height, [x + dx, y + dy])));
}

export function insertCorner(drawing: Drawing, target: Target, after: number, point: Point): Drawing {
    const corners = cornersOf(drawing, target);
    return withCorners(drawing, target, [...corners.slice(0, after + 1), point, ...corners.slice(after + 1)]);
}

/** A corner of a zone; the zone or the line itself where no corner is meant, or too few would be left. */
export function remove(drawing: Drawing, target: Target): Drawing {
    const { kind, index, corner } = target;
    const corners = cornersOf(drawing, target);
    if (kind === "zone" && corner !== undefined && corners.length > 3) {
        return withCorners(drawing, target, corners.filter((_, i) => i !== corner));
    }
    if (kind === "zone") return { ...drawing, zones: drawing.zones.filter((_, i) => i !== index) };
    return { ...drawing, lines: drawing.lines.filter((_, i) => i !== index) };
}

export function rename(drawing: Drawing, { kind, index }: Target, name: string): Drawing {
    if (kind === "zone") return { ...drawing, zones: drawing.zones.map((zone, i) => (i === index ? { ...zone, name } : zone)) };
    return { ...drawing, lines: drawing.lines.map((line, i) => (i === index ? { ...line, name } : line)) };
}

export const kZoneKinds = ["area", "department", "queue", "service", "cashier", "staff"] as const;
export type ZoneKind = (typeof kZoneKinds)[number];

export function belongsToTill(kind: ZoneKind): boolean {
    return kind === "queue" || kind === "service" || kind === "cashier";
}

/** What a zone is for; the till is kept only where one is meant. */
export function setPurpose(drawing: Drawing, index: number, kind: ZoneKind, till: string): Drawing {
    const zones = drawing.zones.map((zone, i) => {
        if (i !== index) return zone;
        const { name, polygon } = zone;
        return { name, polygon, ...(kind === "area" ? {} : { kind }), ...(belongsToTill(kind) ? { till } : {}) };
    });
    return { ...drawing, zones };
}

/** In and out change places. */
export function turnLine(drawing: Drawing, index: number): Drawing {
    return { ...drawing, lines: drawing.lines.map((line, i) => (i === index ? { ...line, from: line.to, to: line.from } : line)) };
}

/** "zone 1", "zone 2": the first that is free. */
export function freeName(word: string, taken: readonly { name: string }[]): string {
    for (let n = 1; ; ++n) {
        const name = `${word} ${n}`;
        if (!taken.some((other) => other.name === name)) return name;
    }
}

/** Everything but the corner, or the shape, that is being moved. */
export function snapTargets(drawing: Drawing, size: Size, moved?: Target): SnapTargets {
    const isMoved = (kind: Target["kind"], index: number): boolean => moved?.kind === kind && moved.index === index;
    const shapes = [
        ...drawing.zones.map((zone, i) => ({ points: zone.polygon, skip: isMoved("zone", i) })),
        ...drawing.lines.map((line, i) => ({ points: [line.from, line.to], skip: isMoved("line", i) })),
    ].filter((shape) => !shape.skip);
    return {
        corners: shapes.flatMap((shape) => shape.points),
        edges: shapes.flatMap((shape) => edgesOf(shape.points)),
        width: size.width,
        height: size.height,
    };
}

export type Problem = "name_empty" | "name_long" | "name_control" | "name_twice" | "corners_few" | "corners_many" | "crosses_itself" | "no_area" | "no_length" | "shapes_many" | "till_empty";

function problemOfName(name: string, all: readonly { name: string }[]): Problem | undefined {
    if (name.trim() === "") return "name_empty";
    if ([...name].length > kNameLengthMax) return "name_long";
    if (/\p{Cc}/u.test(name)) return "name_control";
    return all.filter((other) => other.name === name).length > 1 ? "name_twice" : undefined;
}

export function problemOfPolygon(polygon: readonly Point[]): Problem | undefined {
    if (polygon.length < 3) return "corners_few";
    if (polygon.length > kCornersMax) return "corners_many";
    if (crossesItself(polygon)) return "crosses_itself";
    return areaOf(polygon) < 1 ? "no_area" : undefined;
}

function problemOfTill({ kind = "area", till = "" }: Zone): Problem | undefined {
    return belongsToTill(kind) && till.trim() === "" ? "till_empty" : undefined;
}

/** What docs/layout.md doesn't allow, where it is. */
export function problemsOf(drawing: Drawing): { target: Target; problem: Problem }[] {
    const found: { target: Target; problem: Problem }[] = [];
    drawing.zones.forEach((zone, index) => {
        const problem = problemOfName(zone.name, drawing.zones) ?? problemOfPolygon(zone.polygon) ?? problemOfTill(zone) ?? (index >= kShapesMax ? "shapes_many" : undefined);
        if (problem) found.push({ target: { kind: "zone", index }, problem });
    });
    drawing.lines.forEach((line, index) => {
        const length = distance(line.from, line.to) < 1 ? "no_length" : undefined;
        const problem = problemOfName(line.name, drawing.lines) ?? length ?? (index >= kShapesMax ? "shapes_many" : undefined);
        if (problem) found.push({ target: { kind: "line", index }, problem });
    });
    return found;
}

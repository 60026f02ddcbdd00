// Zones and lines being drawn, on the floor plan walls, doors, fixtures and cameras too, and what may be done to them. Nothing here changes what it is given.
import type { Layout, Line, Point, Zone } from "../api/types.ts";
import { areaOf, clampTo, crossesItself, distance, edgesOf, type Segment, type SnapTargets } from "./geometry.ts";

export interface Drawing {
    zones: readonly Zone[];
    lines: readonly Line[];
    /** Of the floor plan alone: a camera's picture shows what stands in the shop by itself. */
    building?: Building;
}

/** What stands on the floor plan. Corners are in the drawing's unit, heights in metres. */
export interface Building {
    walls: readonly Segment[];
    doors: readonly Door[];
    fixtures: readonly Fixture[];
    /** Cameras that are not calibrated: where a calibrated one hangs is part of its calibration. */
    cameras: readonly Stand[];
}

export const kDoorUses = ["entrance", "staff", "inner"] as const;
export type DoorUse = (typeof kDoorUses)[number];

export interface Door extends Segment {
    name: string;
    use: DoorUse;
}

export interface Fixture {
    name: string;
    polygon: Point[];
    height_m: number;
}

/** A camera at `from`, by its id, that looks to `to`. */
export interface Stand extends Segment {
    camera: string;
}

export const kBuildingKinds = ["wall", "door", "fixture", "camera"] as const;
export type BuildingKind = (typeof kBuildingKinds)[number];
export type ShapeKind = "zone" | "line" | BuildingKind;

/** A shape, and perhaps one of its corners. */
export interface Target {
    kind: ShapeKind;
    index: number;
    corner?: number | undefined;
}

export type Size = Layout["picture"];

/** The limits of docs/layout.md. */
export const kNameLengthMax = 64;
export const kShapesMax = 64;
export const kCornersMax = 256;

type Shape = Zone | Line | Segment | Door | Fixture | Stand;

const kEmpty: Building = { walls: [], doors: [], fixtures: [], cameras: [] };

/** Whether it is a piece of floor, and not two points. */
export function isArea(kind: ShapeKind): boolean {
    return kind === "zone" || kind === "fixture";
}

/** All of one kind, in their order. */
export function shapesOf({ zones, lines, building = kEmpty }: Drawing, kind: ShapeKind): readonly Shape[] {
    return { zone: zones, line: lines, wall: building.walls, door: building.doors, fixture: building.fixtures, camera: building.cameras }[kind];
}

/** What it is called; empty for walls, which have no names. */
export function nameOf(drawing: Drawing, { kind, index }: Target): string {
    const shape = shapesOf(drawing, kind)[index];
    if (!shape) return "";
    if ("camera" in shape) return shape.camera;
    return "name" in shape ? shape.name : "";
}

function withShapes(drawing: Drawing, kind: ShapeKind, change: (shapes: readonly Shape[]) => readonly Shape[]): Drawing {
    const changed = change(shapesOf(drawing, kind));
    if (kind === "zone") return { ...drawing, zones: changed as readonly Zone[] };
    if (kind === "line") return { ...drawing, lines: changed as readonly Line[] };
    const list = { wall: "walls", door: "doors", fixture: "fixtures", camera: "cameras" }[kind];
    return { ...drawing, building: { ...(drawing.building ?? kEmpty), [list]: changed } };
}

function withShape(drawing: Drawing, { kind, index }: Target, change: (shape: Shape) => Shape): Drawing {
    return withShapes(drawing, kind, (shapes) => shapes.map((shape, i) => (i === index ? change(shape) : shape)));
}

export function add(drawing: Drawing, kind: ShapeKind, shape: Shape): Drawing {
    return withShapes(drawing, kind, (shapes) => [...shapes, shape]);
}

export function cornersOf(drawing: Drawing, { kind, index }: Target): readonly Point[] {
    const shape = shapesOf(drawing, kind)[index];
    if (!shape) return [];
    return "polygon" in shape ? shape.polygon : [shape.from, shape.to];
}

function withCorners(drawing: Drawing, target: Target, corners: readonly Point[]): Drawing {
    if (isArea(target.kind)) return withShape(drawing, target, (shape) => ({ ...shape, polygon: [...corners] }));
    const [from, to] = corners;
    return from && to ? withShape(drawing, target, (shape) => ({ ...shape, from, to })) : drawing;
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
    if (isArea(kind) && corner !== undefined && corners.length > 3) {
        return withCorners(drawing, target, corners.filter((_, i) => i !== corner));
    }
    return withShapes(drawing, kind, (shapes) => shapes.filter((_, i) => i !== index));
}

/** Of a camera: which of them it is. */
export function rename(drawing: Drawing, target: Target, name: string): Drawing {
    if (target.kind === "wall") return drawing;
    return withShape(drawing, target, (shape) => (target.kind === "camera" ? { ...shape, camera: name } : { ...shape, name }));
}

export function setUse(drawing: Drawing, index: number, use: DoorUse): Drawing {
    return withShape(drawing, { kind: "door", index }, (door) => ({ ...door, use }));
}

export function setHeight(drawing: Drawing, index: number, height_m: number): Drawing {
    return withShape(drawing, { kind: "fixture", index }, (fixture) => ({ ...fixture, height_m }));
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
    // A camera hangs somewhere; nothing stands along its look.
    const kinds = (["zone", "line", ...kBuildingKinds] as const).filter((kind) => kind !== "camera");
    const shapes = kinds.flatMap((kind) =>
        shapesOf(drawing, kind)
            .map((_, index) => ({ kind, index }))
            .filter((target) => !isMoved(target.kind, target.index))
            .map((target) => cornersOf(drawing, target)),
    );
    return {
        corners: shapes.flat(),
        edges: shapes.flatMap(edgesOf),
        width: size.width,
        height: size.height,
    };
}

export type Problem = "name_empty" | "name_long" | "name_control" | "name_twice" | "corners_few" | "corners_many" | "crosses_itself" | "no_area" | "no_length" | "shapes_many" | "till_empty" | "height" | "camera_none" | "camera_twice" | "building_many" | "short";

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
    return [...found, ...kBuildingKinds.flatMap((kind) => shapesOf(drawing, kind).flatMap((_, index) => {
        const target = { kind, index };
        const problem = problemOfBuilding(drawing, target);
        return problem ? [{ target, problem }] : [];
    }))];
}

/** The limits of the plan, which are those of docs/layout.md: its drawing is in centimetres. */
const kBuildingMax = { wall: 2048, door: 64, fixture: 512, camera: 64 } as const;
const kLengthMin = 10;
const kAreaMin = 100;
export const kFixtureHeightMax = 10;

function problemOfBuilding(drawing: Drawing, target: Target & { kind: BuildingKind }): Problem | undefined {
    const { kind, index } = target;
    const { doors, fixtures, cameras } = drawing.building ?? kEmpty;
    const corners = cornersOf(drawing, target);
    const name = nameOf(drawing, target);
    if (kind === "door" || kind === "fixture") {
        const problem = problemOfName(name, kind === "door" ? doors : fixtures);
        if (problem) return problem;
    }
    if (kind === "camera" && name === "") return "camera_none";
    if (kind === "camera" && cameras.filter(({ camera }) => camera === name).length > 1) return "camera_twice";
    if (kind === "fixture") {
        const height = fixtures[index]?.height_m ?? Number.NaN;
        const problem = problemOfPolygon(corners);
        if (problem) return problem;
        if (areaOf(corners) < kAreaMin) return "no_area";
        if (!(height >= 0 && height <= kFixtureHeightMax)) return "height";
    } else if (distance(corners[0] ?? [0, 0], corners[1] ?? [0, 0]) < kLengthMin) {
        return "short";
    }
    return index >= kBuildingMax[kind] ? "building_many" : undefined;
}

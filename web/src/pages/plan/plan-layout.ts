// The floor plan as a layout that the editor can draw: in centimetres.
import type { Layout, Line, Plan, PlanCamera, Point, Zone } from "../../api/types.ts";
import type { Building, Drawing, Stand } from "../../layout-editor/drawing.ts";

export const kPerMetre = 100;
/** How far a placed camera's look is drawn, m: what it sees is not known before it is calibrated. */
export const kLookM = 2;
const kDegree = Math.PI / 180;

type Shapes = { zones: readonly Zone[]; lines: readonly Line[] };

const placeBy =
    (by: number) =>
    ([x, y]: Point): Point => [Math.round(x * by * 1000) / 1000, Math.round(y * by * 1000) / 1000];

function scaled({ zones, lines }: Shapes, by: number): { zones: Zone[]; lines: Line[] } {
    const place = placeBy(by);
    return {
        zones: zones.map((zone) => ({ ...zone, polygon: zone.polygon.map(place) })),
        lines: lines.map((line) => ({ ...line, from: place(line.from), to: place(line.to) })),
    };
}

export function layoutOf(plan: Plan): Layout {
    const picture = { width: plan.plan.width_m * kPerMetre, height: plan.plan.depth_m * kPerMetre };
    return { version: plan.version, valid_from: plan.valid_from ?? new Date(0).toISOString(), author: plan.author ?? "", picture, ...scaled(plan, kPerMetre) };
}

/** Where the look of a placed camera ends that is drawn. */
export function lookEnd([x, y]: Point, panDeg: number): Point {
    return [x + kLookM * Math.cos(panDeg * kDegree), y + kLookM * Math.sin(panDeg * kDegree)];
}

/** What stands on the plan, for the editor; cameras that are calibrated are no part of it. */
export function buildingOf(plan: Plan): Building {
    const place = placeBy(kPerMetre);
    return {
        walls: plan.walls.map(({ from, to }) => ({ from: place(from), to: place(to) })),
        doors: plan.doors.map(({ name, from, to, use = "entrance" }) => ({ name, from: place(from), to: place(to), use })),
        fixtures: plan.fixtures.map(({ name, polygon, height_m }) => ({ name, polygon: polygon.map(place), height_m })),
        cameras: plan.cameras.flatMap(({ camera, calibration, place: at, pan_deg = 0 }) => (calibration || !at ? [] : [{ camera, from: place(at), to: place(lookEnd(at, pan_deg)) }])),
    };
}

function placedCamera({ camera, from, to }: Stand): PlanCamera {
    const pan = Math.atan2(to[1] - from[1], to[0] - from[0]) / kDegree;
    return { camera, place: placeBy(1 / kPerMetre)(from), pan_deg: Math.round(pan * 10) / 10 };
}

/** Those with a calibration as they are; of the others, where they were placed, and which belong to the plan without a place. */
function camerasWith(before: readonly PlanCamera[], stands: readonly Stand[]): PlanCamera[] {
    const kept = before.flatMap((known) => {
        if (known.calibration) return [known];
        const stand = stands.find(({ camera }) => camera === known.camera);
        return [stand ? placedCamera(stand) : { camera: known.camera }];
    });
    const added = stands.filter(({ camera }) => !before.some((known) => known.camera === camera));
    return [...kept, ...added.map(placedCamera)];
}

/** The plan with what was drawn on it. */
export function withShapes(plan: Plan, drawn: Pick<Drawing, "zones" | "lines" | "building"> & { version: string }): Plan {
    const after = { ...plan, version: drawn.version, ...scaled(drawn, 1 / kPerMetre) };
    if (!drawn.building) return after;
    const place = placeBy(1 / kPerMetre);
    const { walls, doors, fixtures, cameras } = drawn.building;
    return {
        ...after,
        walls: walls.map(({ from, to }) => ({ from: place(from), to: place(to) })),
        doors: doors.map(({ name, from, to, use }) => ({ name, from: place(from), to: place(to), use })),
        fixtures: fixtures.map(({ name, polygon, height_m }) => ({ name, polygon: polygon.map(place), height_m })),
        cameras: camerasWith(plan.cameras, cameras),
    };
}

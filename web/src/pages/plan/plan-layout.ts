// The floor plan as a layout that the editor can draw: in centimetres.
import type { Layout, Line, Plan, Point, Zone } from "../../api/types.ts";

export const kPerMetre = 100;

type Shapes = { zones: Zone[]; lines: Line[] };

function scaled({ zones, lines }: Shapes, by: number): Shapes {
    const place = ([x, y]: Point): Point => [Math.round(x * by * 1000) / 1000, Math.round(y * by * 1000) / 1000];
    return {
        zones: zones.map((zone) => ({ ...zone, polygon: zone.polygon.map(place) })),
        lines: lines.map((line) => ({ ...line, from: place(line.from), to: place(line.to) })),
    };
}

export function layoutOf(plan: Plan): Layout {
    const picture = { width: plan.plan.width_m * kPerMetre, height: plan.plan.depth_m * kPerMetre };
    return { version: plan.version, valid_from: plan.valid_from ?? new Date(0).toISOString(), author: plan.author ?? "", picture, ...scaled(plan, kPerMetre) };
}

/** The plan with what was drawn on it. */
export function withShapes(plan: Plan, drawn: Shapes & { version: string }): Plan {
    return { ...plan, version: drawn.version, ...scaled(drawn, 1 / kPerMetre) };
}

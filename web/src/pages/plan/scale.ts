// The scale of a drawing, from two points on it and how far apart they are.
import type { FloorDrawing, Plan, Point } from "../../api/types.ts";

/** Nearer points say too little. In pixels of the drawing. */
export const kApartLeastPx = 20;

/** Metres of a pixel; undefined while it can't be told. */
export function scaleOf([from, to]: readonly Point[], distanceM: number): number | undefined {
    if (!from || !to || !(distanceM > 0)) return undefined;
    const apart = Math.hypot(to[0] - from[0], to[1] - from[1]);
    return apart >= kApartLeastPx ? distanceM / apart : undefined;
}

const kCentimetre = 0.01;
const toCentimetres = (metres: number): number => Math.round(metres / kCentimetre) * kCentimetre;

/** Whether there is something on the plan that would be elsewhere if it got another size. */
export function isDrawn(plan: Plan): boolean {
    const { zones, lines, walls, doors, fixtures, cameras } = plan;
    return [zones, lines, walls, doors, fixtures].some((list) => list.length > 0) || cameras.some((camera) => camera.calibration);
}

/** The plan with the drawing below it; as large as that while nothing is on it. */
export function withDrawing(plan: Plan, drawing: FloorDrawing, scaleM: number): Plan {
    const width = toCentimetres(drawing.width * scaleM);
    const size = isDrawn(plan) ? { width_m: plan.plan.width_m, depth_m: plan.plan.depth_m } : { width_m: width, depth_m: toCentimetres(drawing.height * scaleM) };
    return { ...plan, plan: { ...size, drawing: drawing.id, drawing_at: [0, 0], drawing_width_m: width } };
}

// What of the floor a camera sees, for the drawing.
import type { Calibration, Point } from "../../api/types.ts";

const kDegree = Math.PI / 180;
/** How far the cone of a camera is drawn, in metres. */
const kConeM = 6;

/** The floor that the camera sees, near it: a triangle from below the lens. */
export function coneOf(calibration: Calibration): Point[] {
    const half = Math.atan2(calibration.width / 2, calibration.focal_px);
    const pan = calibration.pan_deg * kDegree;
    const [x, y] = calibration.place;
    const edge = (angle: number): Point => [x + kConeM * Math.cos(angle), y + kConeM * Math.sin(angle)];
    return [[x, y], edge(pan - half), edge(pan), edge(pan + half)];
}

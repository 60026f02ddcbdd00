// From a camera's picture to the floor plan: src/scene/camera_model.cpp in the browser, so that what comes as boxes is
// drawn on the plan at once.
import type { Calibration, Point } from "../../api/types.ts";

type Vector = [number, number, number];

const kDegree = Math.PI / 180;
/** Nobody stands further away, in metres. */
const kReachMax = 200;

function mixed(a: Vector, byA: number, b: Vector, byB: number): Vector {
    return [a[0] * byA + b[0] * byB, a[1] * byA + b[1] * byB, a[2] * byA + b[2] * byB];
}

function axesOf({ pan_deg, tilt_deg, roll_deg }: Calibration): { right: Vector; down: Vector; ahead: Vector } {
    const [pan, tilt, roll] = [pan_deg * kDegree, tilt_deg * kDegree, roll_deg * kDegree];
    const levelRight: Vector = [-Math.sin(pan), Math.cos(pan), 0];
    const levelDown: Vector = [-Math.cos(pan) * Math.sin(tilt), -Math.sin(pan) * Math.sin(tilt), -Math.cos(tilt)];
    return {
        ahead: [Math.cos(pan) * Math.cos(tilt), Math.sin(pan) * Math.cos(tilt), -Math.sin(tilt)],
        right: mixed(levelRight, Math.cos(roll), levelDown, Math.sin(roll)),
        down: mixed(levelRight, -Math.sin(roll), levelDown, Math.cos(roll)),
    };
}

/** Where the ray of a pixel (of a picture of the calibration's size) meets the floor; undefined for the sky. */
export function toPlan(calibration: Calibration, pixel: Point): Point | undefined {
    const { center, k1, focal_px, place, height_m, width, height } = calibration;
    const { right, down, ahead } = axesOf(calibration);
    const [x, y] = [pixel[0] - center[0], pixel[1] - center[1]];
    const r = Math.hypot(x, y) / (Math.hypot(width, height) / 2);
    const by = 1 / (1 + k1 * r * r);
    const ray = mixed(mixed(right, x * by, down, y * by), 1, ahead, focal_px);
    const along = -height_m / ray[2];
    if (!Number.isFinite(along) || along <= 0 || along * Math.hypot(ray[0], ray[1]) > kReachMax) return undefined;
    return [place[0] + along * ray[0], place[1] + along * ray[1]];
}

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

// Which of the cameras on a page have a stream of their own; the others are on a wall.
import type { Camera } from "../api/types.ts";

/** Those that have a picture first: a silent camera must not keep a stream from one that has. In their order otherwise. */
export function streamed<T extends Pick<Camera, "status">>(cameras: readonly T[], max: number): ReadonlySet<T> {
    const wanted = cameras.filter((camera) => camera.status !== "paused");
    const byWant = [...wanted.filter((camera) => camera.status === "live"), ...wanted.filter((camera) => camera.status !== "live")];
    return new Set(byWant.slice(0, max));
}

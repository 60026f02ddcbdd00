// What a camera is called, by its id; the floor plan stands among them where its zones and lines are counted.
import { kPlanCamera, type Camera } from "../api/types.ts";
import type { useWords } from "../app/session.tsx";

type Words = ReturnType<typeof useWords>["t"];

export function cameraName(cameras: readonly Camera[], id: string, t: Words): string {
    return id === kPlanCamera ? t("nav.plan") : (cameras.find((camera) => camera.id === id)?.name ?? id);
}

/** Id and name of all whose zones and lines there may be facts of. */
export function placesToCount(cameras: readonly Camera[], t: Words): [id: string, name: string][] {
    return [...cameras.map(({ id, name }): [string, string] => [id, name]), [kPlanCamera, t("nav.plan")]];
}

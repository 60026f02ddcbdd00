// What there is to say of a camera: that it gives no picture, and whatever else the server gives as its reason, also of one
// that is live, when its picture can't be used as it is meant to be.
import type { Camera } from "../api/types.ts";
import type { Words } from "../app/session.tsx";
import { duration } from "../i18n/format.ts";
import { reasonOf } from "./states.tsx";

type Known = Pick<Camera, "status" | "reason" | "reason_code">;

/** Somebody should look at it. Who has paused it knows: then there is no reason, unless it waits for its lost password. */
export function needsHelp({ status, reason }: Pick<Camera, "status" | "reason">): boolean {
    return status === "silent" || status === "alarm" || reason !== "";
}

function stateOf(camera: Pick<Camera, "status" | "without_picture_s">, { t, language }: Words): string {
    switch (camera.status) {
        case "connecting":
            return t("live.connecting");
        case "silent":
        case "alarm":
            return t("live.silent", { time: duration(camera.without_picture_s, language) });
        case "paused":
            return t("live.paused");
        case "live":
            return "";
    }
}

/** Either is empty where there is nothing to say. */
export function wordsOf(camera: Known & Pick<Camera, "without_picture_s">, words: Words): { state: string; reason: string } {
    return { state: stateOf(camera, words), reason: camera.reason === "" ? "" : reasonOf(camera, words.t) };
}

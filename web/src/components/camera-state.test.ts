import { describe, expect, it } from "vitest";

import { wordsIn } from "../app/session.tsx";
import { needsHelp, wordsOf } from "./camera-state.ts";

const kStatuses = ["live", "connecting", "silent", "alarm", "paused"] as const;
const english = wordsIn("en", () => {});
const camera = { reason: "", reason_code: "", without_picture_s: 65 };

describe("a camera's state", () => {
    it("wants help without a picture, or for any reason", () => {
        const helped = (reason: string): string[] => kStatuses.filter((status) => needsHelp({ status, reason }));
        expect(helped("")).toEqual(["silent", "alarm"]);
        expect(helped("its password is lost")).toEqual([...kStatuses]);
    });

    it("is told with its reason, also when it is live", () => {
        expect(wordsOf({ ...camera, status: "live" }, english)).toEqual({ state: "", reason: "" });
        expect(wordsOf({ ...camera, status: "live", reason: "another shape" }, english)).toEqual({ state: "", reason: "another shape" });
        expect(wordsOf({ ...camera, status: "alarm", reason: "404", reason_code: "no_answer" }, english)).toEqual({ state: "No picture for 1 min 5 s", reason: "The camera does not answer" });
        expect(wordsOf({ ...camera, status: "paused" }, english).state).toBe("Paused");
    });
});

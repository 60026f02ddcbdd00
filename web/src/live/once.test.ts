import { getEventListeners } from "node:events";
import { describe, expect, it } from "vitest";

import { once } from "./once.ts";

function listeners(target: EventTarget, signal: AbortSignal): number {
    const ofTarget = ["updateend", "error"].map((name) => getEventListeners(target, name).length);
    return ofTarget.reduce((sum, count) => sum + count, getEventListeners(signal, "abort").length);
}

describe("once", () => {
    it("leaves nothing behind, however it ends", async () => {
        const target = new EventTarget();
        const controller = new AbortController();
        const { signal } = controller;
        for (let piece = 0; piece < 100; ++piece) {
            const ended = once(target, "updateend", signal);
            target.dispatchEvent(new Event("updateend"));
            await ended;
        }
        expect(listeners(target, signal)).toBe(0);

        const failed = once(target, "updateend", signal);
        target.dispatchEvent(new Event("error"));
        await expect(failed).rejects.toThrow("updateend failed");
        expect(listeners(target, signal)).toBe(0);

        const stopped = once(target, "updateend", signal);
        controller.abort();
        await expect(stopped).rejects.toThrow("stopped");
        await expect(once(target, "updateend", signal)).rejects.toThrow("stopped");
        expect(listeners(target, signal)).toBe(0);
    });
});

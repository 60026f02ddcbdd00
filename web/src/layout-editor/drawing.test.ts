import { describe, expect, it } from "vitest";

import * as drawing from "./drawing.ts";
import type { Drawing } from "./drawing.ts";
import { amend, begin, redo, step, undo } from "./history.ts";

const size = { width: 100, height: 80 };
const plain: Drawing = {
    zones: [{ name: "till", polygon: [[10, 10], [30, 10], [30, 30], [10, 30]] }],
    lines: [{ name: "door", from: [50, 10], to: [50, 70] }],
};
const till = { kind: "zone", index: 0 } as const;
const door = { kind: "line", index: 0 } as const;

describe("a drawing", () => {
    it("moves a corner, and nothing else", () => {
        const moved = drawing.moveCorner(plain, { ...till, corner: 2 }, [35, 36]);
        expect(moved.zones[0]?.polygon).toEqual([[10, 10], [30, 10], [35, 36], [10, 30]]);
        expect(drawing.moveCorner(plain, { ...door, corner: 1 }, [60, 70]).lines[0]).toEqual({ name: "door", from: [50, 10], to: [60, 70] });
        expect(plain.zones[0]?.polygon[2]).toEqual([30, 30]);
    });

    it("keeps the form of what is moved to the border", () => {
        const moved = drawing.moveShape(plain, till, [-50, 500], size);
        expect(moved.zones[0]?.polygon).toEqual([[0, 60], [20, 60], [20, 80], [0, 80]]);
    });

    it("puts in and takes out corners, down to a triangle", () => {
        const more = drawing.insertCorner(plain, till, 3, [5, 20]);
        expect(more.zones[0]?.polygon.at(-1)).toEqual([5, 20]);
        const less = drawing.remove(plain, { ...till, corner: 0 });
        expect(less.zones[0]?.polygon).toHaveLength(3);
        expect(drawing.remove(less, { ...till, corner: 0 }).zones).toEqual([]);
        expect(drawing.remove(plain, { ...door, corner: 0 }).lines).toEqual([]);
    });

    it("turns a line and finds a free name", () => {
        expect(drawing.turnLine(plain, 0).lines[0]).toEqual({ name: "door", from: [50, 70], to: [50, 10] });
        expect(drawing.freeName("zone", [{ name: "zone 1" }, { name: "zone 3" }])).toBe("zone 2");
    });

    it("doesn't snap a shape to itself", () => {
        expect(drawing.snapTargets(plain, size, till).corners).toEqual([[50, 10], [50, 70]]);
        expect(drawing.snapTargets(plain, size).corners).toHaveLength(6);
    });

    it("says what the format doesn't allow", () => {
        const problems = (changed: Drawing) => drawing.problemsOf(changed).map(({ target, problem }) => `${target.kind} ${target.index} ${problem}`);
        expect(problems(plain)).toEqual([]);
        expect(problems(drawing.rename(plain, till, " "))).toEqual(["zone 0 name_empty"]);
        expect(problems(drawing.rename(plain, till, "й".repeat(64)))).toEqual([]);
        expect(problems(drawing.rename(plain, till, "й".repeat(65)))).toEqual(["zone 0 name_long"]);
        expect(problems(drawing.rename(plain, till, "a\u0007"))).toEqual(["zone 0 name_control"]);
        // A zone and a line may have the same name; two zones may not.
        expect(problems(drawing.rename(plain, till, "door"))).toEqual([]);
        expect(problems(drawing.add(plain, "zone", { name: "till", polygon: [[0, 0], [9, 0], [9, 9]] }))).toEqual(["zone 0 name_twice", "zone 1 name_twice"]);
        expect(problems(drawing.moveCorner(plain, { ...till, corner: 0 }, [40, 25]))).toEqual(["zone 0 crosses_itself"]);
        expect(problems(drawing.add(plain, "line", { name: "x", from: [3, 3], to: [3, 3] }))).toEqual(["line 1 no_length"]);
    });

    it("binds a zone to a till where it is meant for one", () => {
        const problems = (changed: Drawing) => drawing.problemsOf(changed).map(({ target, problem }) => `${target.kind} ${target.index} ${problem}`);
        const queue = drawing.setPurpose(plain, 0, "queue", "");
        expect(problems(queue)).toEqual(["zone 0 till_empty"]);
        const named = drawing.setPurpose(queue, 0, "queue", "till-1");
        expect(problems(named)).toEqual([]);
        expect(named.zones[0]).toMatchObject({ kind: "queue", till: "till-1" });
        expect(drawing.setPurpose(named, 0, "area", "till-1")).toEqual(plain);
    });
});

describe("history", () => {
    it("goes back and forth, and forgets the future after a new step", () => {
        let history = step(step(begin("a"), "b"), "c");
        history = undo(undo(history));
        expect(history.present).toBe("a");
        expect(undo(history)).toBe(history);
        history = redo(history);
        expect(history.present).toBe("b");
        history = step(history, "d");
        expect(redo(history)).toBe(history);
        expect(undo(history).present).toBe("b");
    });

    it("takes a whole movement back as one step", () => {
        let history = step(begin(0), 1);
        for (const at of [2, 3, 4]) history = amend(history, at);
        expect(history.present).toBe(4);
        expect(undo(history).present).toBe(0);
    });
});

describe("what stands on a plan", () => {
    const shop: Drawing = {
        ...plain,
        building: {
            walls: [{ from: [0, 0], to: [100, 0] }],
            doors: [{ name: "main", from: [20, 0], to: [40, 0], use: "entrance" }],
            fixtures: [{ name: "shelf", polygon: [[60, 40], [90, 40], [90, 60], [60, 60]], height_m: 1.8 }],
            cameras: [{ camera: "cam-1", from: [0, 0], to: [50, 50] }],
        },
    };
    const problems = (changed: Drawing) => drawing.problemsOf(changed).map(({ target, problem }) => `${target.kind} ${target.index} ${problem}`);

    it("is moved, named and taken away as zones and lines are", () => {
        expect(problems(shop)).toEqual([]);
        expect(drawing.moveCorner(shop, { kind: "wall", index: 0, corner: 1 }, [80, 0]).building?.walls).toEqual([{ from: [0, 0], to: [80, 0] }]);
        expect(drawing.moveShape(shop, { kind: "fixture", index: 0 }, [-10, 50], size).building?.fixtures[0]?.polygon).toEqual([[50, 60], [80, 60], [80, 80], [50, 80]]);
        expect(drawing.remove(shop, { kind: "fixture", index: 0, corner: 0 }).building?.fixtures[0]?.polygon).toHaveLength(3);
        expect(drawing.remove(shop, { kind: "door", index: 0, corner: 0 }).building?.doors).toEqual([]);
        expect(drawing.rename(shop, { kind: "door", index: 0 }, "back").building?.doors[0]?.name).toBe("back");
        expect(drawing.rename(shop, { kind: "camera", index: 0 }, "cam-2").building?.cameras[0]?.camera).toBe("cam-2");
        expect(drawing.rename(shop, { kind: "wall", index: 0 }, "x")).toBe(shop);
        expect(drawing.setUse(shop, 0, "staff").building?.doors[0]?.use).toBe("staff");
        expect(drawing.remove(shop, { kind: "wall", index: 0 }).zones).toBe(shop.zones);
    });

    it("is snapped to, but for how cameras look", () => {
        expect(drawing.snapTargets(shop, size).corners).toHaveLength(6 + 2 + 2 + 4);
        expect(drawing.snapTargets(shop, size, { kind: "wall", index: 0 }).corners).not.toContainEqual([100, 0]);
    });

    it("says what the format doesn't allow", () => {
        expect(problems(drawing.rename(shop, { kind: "door", index: 0 }, ""))).toEqual(["door 0 name_empty"]);
        expect(problems(drawing.setHeight(shop, 0, 11))).toEqual(["fixture 0 height"]);
        expect(problems(drawing.setHeight(shop, 0, Number.NaN))).toEqual(["fixture 0 height"]);
        expect(problems(drawing.add(shop, "wall", { from: [1, 1], to: [5, 5] }))).toEqual(["wall 1 short"]);
        expect(problems(drawing.add(shop, "camera", { camera: "cam-1", from: [9, 9], to: [50, 9] }))).toEqual(["camera 0 camera_twice", "camera 1 camera_twice"]);
        expect(problems(drawing.rename(shop, { kind: "camera", index: 0 }, ""))).toEqual(["camera 0 camera_none"]);
        expect(problems(drawing.moveCorner(shop, { kind: "fixture", index: 0, corner: 0 }, [95, 50]))).toEqual(["fixture 0 crosses_itself"]);
    });
});

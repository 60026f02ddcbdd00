// What is drawn, chosen and being drawn, and everything that can be done to it.
import { useCallback, useMemo, useState } from "react";

import type { Layout, Point } from "../api/types.ts";
import type { Tool } from "./canvas.tsx";
import * as draw from "./drawing.ts";
import type { Drawing, Size, Target } from "./drawing.ts";
import { fitDrawing } from "./fit.ts";
import { clampTo } from "./geometry.ts";
import * as history from "./history.ts";

/** What new shapes are called, with a number after it. */
export interface Words {
    zone: string;
    line: string;
    door?: string;
    fixture?: string;
}

/** What may be drawn beside zones and lines, on the floor plan. */
export interface BuildingToDraw {
    building: draw.Building;
    /** Ids of cameras that are not calibrated, and so may be placed. */
    cameras: readonly string[];
}

const kFixtureHeight = 1.5; // m, as in a plan that says none

/** What is drawn, and the size of the picture that its corners are on. */
interface Sheet {
    size: Size;
    drawing: Drawing;
}

export function useEditor(layout: Layout, words: Words, plan?: BuildingToDraw) {
    const [steps, setSteps] = useState(() => history.begin<Sheet>({ size: layout.picture, drawing: { zones: layout.zones, lines: layout.lines, ...(plan && { building: plan.building }) } }));
    const [saved, setSaved] = useState<Drawing>(steps.present.drawing);
    const [tool, setTool] = useState<Tool>("select");
    const [selected, setSelected] = useState<Target>();
    const [draft, setDraft] = useState<readonly Point[]>([]);
    const [naming, setNaming] = useState(false);
    const { size, drawing } = steps.present;

    const step = useCallback((next: (drawing: Drawing) => Drawing) => setSteps((old) => history.step(old, { ...old.present, drawing: next(old.present.drawing) })), []);
    const amend = useCallback((next: (drawing: Drawing) => Drawing) => setSteps((old) => history.amend(old, { ...old.present, drawing: next(old.present.drawing) })), []);

    function select(target: Target | undefined): void {
        setSelected(target);
        setNaming(false);
    }

    function choose(next: Tool): void {
        setTool(next);
        setDraft([]);
        if (next !== "select") select(undefined);
    }

    /** The next camera that may be placed and isn't yet. */
    const cameraToPlace = plan?.cameras.find((camera) => !drawing.building?.cameras.some((placed) => placed.camera === camera));

    function added(old: Drawing, kind: draw.ShapeKind, points: readonly Point[]): Drawing {
        const [from = [0, 0], to = [0, 0]] = points;
        const polygon = [...points];
        const { doors = [], fixtures = [] } = old.building ?? {};
        if (kind === "zone") return draw.add(old, kind, { name: draw.freeName(words.zone, old.zones), polygon });
        if (kind === "line") return draw.add(old, kind, { name: draw.freeName(words.line, old.lines), from, to });
        if (kind === "door") return draw.add(old, kind, { name: draw.freeName(words.door ?? kind, doors), from, to, use: "entrance" });
        if (kind === "fixture") return draw.add(old, kind, { name: draw.freeName(words.fixture ?? kind, fixtures), polygon, height_m: kFixtureHeight });
        if (kind === "camera") return draw.add(old, kind, { camera: cameraToPlace ?? "", from, to });
        return draw.add(old, kind, { from, to });
    }

    function finish(kind: draw.ShapeKind, points: readonly Point[]): void {
        step((old) => added(old, kind, points));
        // One wall begins where the last one ends, until somebody says that it was the last.
        if (kind === "wall") return setDraft(points.slice(-1));
        setDraft([]);
        setTool("select");
        setSelected({ kind, index: draw.shapesOf(drawing, kind).length });
        setNaming(kind !== "camera");
    }

    /** Ends an area where it is, if it is one, and a row of walls. */
    function close(): void {
        if (tool === "select") return;
        if (draw.isArea(tool) && draft.length >= 3) finish(tool, draft);
        else if (tool === "wall") choose("select");
    }

    function addPoint(point: Point, closes: boolean): void {
        if (closes) return close();
        const points = [...draft, point];
        if (tool !== "select" && !draw.isArea(tool) && points.length === 2) finish(tool, points);
        else setDraft(points);
    }

    function grab(target: Target, insertAt?: Point): void {
        select(target);
        const { corner } = target;
        if (insertAt && corner !== undefined) step((old) => draw.insertCorner(old, target, corner - 1, insertAt));
    }

    function move(target: Target, to: Point, by: Point, begins: boolean): void {
        const change = begins ? step : amend;
        change((old) => (target.corner === undefined ? draw.moveShape(old, target, by, size) : draw.moveCorner(old, target, to)));
    }

    function nudge(target: Target, by: Point): void {
        step((old) => {
            const corner = draw.cornersOf(old, target)[target.corner ?? -1];
            if (!corner) return draw.moveShape(old, target, by, size);
            return draw.moveCorner(old, target, clampTo(size.width, size.height, [corner[0] + by[0], corner[1] + by[1]]));
        });
    }

    function remove(target: Target): void {
        const before = draw.cornersOf(drawing, target).length;
        step((old) => draw.remove(old, target));
        const cornerOnly = draw.isArea(target.kind) && target.corner !== undefined && before > 3;
        select(cornerOnly ? { kind: target.kind, index: target.index } : undefined);
    }

    /** Lays what is drawn over a picture of another shape; can be undone as every step. */
    function fit(to: Size): void {
        setDraft([]);
        setSteps((old) => history.step(old, { size: to, drawing: fitDrawing(old.present.drawing, old.present.size, to) }));
    }

    function go(how: typeof history.undo): void {
        if (draft.length > 0) return setDraft((old) => old.slice(0, -1));
        setSteps((old) => how(old));
        select(undefined);
    }

    /** One thing at a time: what is being drawn, the tool, the choice. */
    function escape(): void {
        if (draft.length > 0) setDraft([]);
        else if (tool !== "select") setTool("select");
        else select(undefined);
    }

    const problems = useMemo(() => draw.problemsOf(drawing), [drawing]);
    return {
        size,
        drawing,
        tool,
        selected,
        draft,
        naming,
        problems,
        /** Ids of cameras that may be placed; none in a camera's picture, where nothing of the building is drawn. */
        cameras: plan?.cameras,
        cameraToPlace,
        isChanged: drawing !== saved,
        canUndo: steps.past.length > 0 || draft.length > 0,
        canRedo: steps.future.length > 0,
        select,
        choose,
        close,
        addPoint,
        grab,
        move,
        nudge,
        remove,
        fit,
        escape,
        undo: () => go(history.undo),
        redo: () => go(history.redo),
        rename: (target: Target, name: string) => step((old) => draw.rename(old, target, name)),
        setPurpose: (index: number, kind: draw.ZoneKind, till: string) => step((old) => draw.setPurpose(old, index, kind, till)),
        setUse: (index: number, use: draw.DoorUse) => step((old) => draw.setUse(old, index, use)),
        setHeight: (index: number, height_m: number) => step((old) => draw.setHeight(old, index, height_m)),
        turn: (index: number) => step((old) => draw.turnLine(old, index)),
        markSaved: () => setSaved(drawing),
    };
}

export type Editor = ReturnType<typeof useEditor>;

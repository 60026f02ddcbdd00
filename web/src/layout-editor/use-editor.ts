// What is drawn, chosen and being drawn, and everything that can be done to it.
import { useCallback, useMemo, useState } from "react";

import type { Layout, Point } from "../api/types.ts";
import type { Tool } from "./canvas.tsx";
import * as draw from "./drawing.ts";
import type { Drawing, Size, Target } from "./drawing.ts";
import { fitDrawing } from "./fit.ts";
import { clampTo } from "./geometry.ts";
import * as history from "./history.ts";

export interface Words {
    zone: string;
    line: string;
}

/** What is drawn, and the size of the picture that its corners are on. */
interface Sheet {
    size: Size;
    drawing: Drawing;
}

export function useEditor(layout: Layout, words: Words) {
    const [steps, setSteps] = useState(() => history.begin<Sheet>({ size: layout.picture, drawing: { zones: layout.zones, lines: layout.lines } }));
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

    function finish(kind: Target["kind"], points: readonly Point[]): void {
        setDraft([]);
        const [from, to] = points;
        if (kind === "zone") step((old) => draw.addZone(old, { name: draw.freeName(words.zone, old.zones), polygon: [...points] }));
        else if (from && to) step((old) => draw.addLine(old, { name: draw.freeName(words.line, old.lines), from, to }));
        setTool("select");
        setSelected({ kind, index: (kind === "zone" ? drawing.zones : drawing.lines).length });
        setNaming(true);
    }

    /** Ends a zone where it is, if it is one. */
    function close(): void {
        if (tool === "zone" && draft.length >= 3) finish("zone", draft);
    }

    function addPoint(point: Point, closes: boolean): void {
        if (closes) return close();
        const points = [...draft, point];
        if (tool === "line" && points.length === 2) finish("line", points);
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
        const cornerOnly = target.kind === "zone" && target.corner !== undefined && before > 3;
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
        turn: (index: number) => step((old) => draw.turnLine(old, index)),
        markSaved: () => setSaved(drawing),
    };
}

export type Editor = ReturnType<typeof useEditor>;

// The picture with its zones and lines, to be drawn, moved and named on.
import { useEffect, useRef, useState, type KeyboardEvent, type PointerEvent, type ReactNode } from "react";

import type { Point } from "../api/types.ts";
import { useWords } from "../app/session.tsx";
import { zoneColour } from "../theme/colours.ts";
import { cornersOf, isArea, kNameLengthMax, nameOf, shapesOf, snapTargets, type Drawing, type ShapeKind, type Size, type Target } from "./drawing.ts";
import { clampTo, distance, edgesOf, inArrow, middleOf, samePoint, snap } from "./geometry.ts";
import { centreOf, pan, showing, zoom, type View } from "./view.ts";

export type Tool = "select" | ShapeKind;

interface Props {
    camera: string;
    /** What a shape without a name of its own is called. */
    called: (target: Target) => string;
    /** What is drawn on, `size` large. */
    ground: ReactNode;
    size: Size;
    drawing: Drawing;
    view: View;
    tool: Tool;
    selected: Target | undefined;
    draft: readonly Point[];
    /** The name field of this new shape wants the focus. */
    naming: boolean;
    onView: (view: View) => void;
    onSelect: (target: Target | undefined) => void;
    onDraw: (point: Point, closes: boolean) => void;
    onGrab: (target: Target, insertAt?: Point) => void;
    /** A whole movement is one step: the rest of it follows its beginning. */
    onMove: (target: Target, to: Point, by: Point, begins: boolean) => void;
    onNudge: (target: Target, by: Point) => void;
    onName: (target: Target, name: string) => void;
}

/** What is as near as this on the screen, in CSS pixels, is meant. */
const kReachPx = 10;
const kNudges: Record<string, Point> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** How far an arrow key goes, in pixels of the picture. */
function nudgeOf(event: KeyboardEvent): Point | undefined {
    const by = kNudges[event.key];
    const far = event.shiftKey ? 10 : 1;
    return by && [by[0] * far, by[1] * far];
}

function pathOf(points: readonly Point[]): string {
    return points.map((point) => point.join(",")).join(" ");
}

function useScale(svg: React.RefObject<SVGSVGElement | null>, view: View): number {
    const [widthPx, setWidthPx] = useState(800);
    useEffect(() => {
        const element = svg.current;
        if (!element) return;
        const observer = new ResizeObserver(([entry]) => setWidthPx(entry?.contentRect.width || 800));
        observer.observe(element);
        return () => observer.disconnect();
    }, [svg]);
    return view.width / widthPx;
}

/** Where the next point comes. Without a mouse it is moved by the arrows, and doesn't snap: each step is seen. */
interface Cursor {
    at: Point;
    byKeys: boolean;
}

type Drag = { kind: "shape"; target: Target; last: Point; begins: boolean } | { kind: "view"; last: Point };

export function EditorCanvas(props: Props) {
    const { camera, ground, size, drawing, view, tool, selected, draft, onView, onSelect, onDraw, onGrab, onMove, onNudge } = props;
    const { t } = useWords();
    const svg = useRef<SVGSVGElement>(null);
    const drag = useRef<Drag>(undefined);
    const [cursor, setCursor] = useState<Cursor>();
    /** Pixels of the picture for one of the screen. */
    const px = useScale(svg, view);
    const reach = kReachPx * px;

    // Who has chosen a tool by the keyboard goes on with it on the picture.
    useEffect(() => {
        if (tool !== "select") svg.current?.focus();
    }, [tool]);

    function pointOf(event: { clientX: number; clientY: number }): Point {
        const box = svg.current?.getBoundingClientRect();
        if (!box) return [0, 0];
        return [view.x + ((event.clientX - box.left) / box.width) * view.width, view.y + ((event.clientY - box.top) / box.height) * view.height];
    }

    function snapped(event: PointerEvent, moved?: Target): Point {
        const targets = snapTargets(drawing, size, moved);
        return snap(pointOf(event), { ...targets, corners: [...targets.corners, ...draft.slice(0, 1)] }, reach);
    }

    useEffect(() => {
        const element = svg.current;
        if (!element) return;
        // React's own wheel listeners can't keep the page from scrolling.
        const onWheel = (event: WheelEvent): void => {
            if (!event.ctrlKey && !event.metaKey) return;
            event.preventDefault();
            onView(zoom(view, size, event.deltaY < 0 ? 1.2 : 1 / 1.2, pointOf(event)));
        };
        element.addEventListener("wheel", onWheel, { passive: false });
        return () => element.removeEventListener("wheel", onWheel);
    });

    function grab(event: PointerEvent, target: Target, insertAt?: Point): void {
        if (tool !== "select" || event.button !== 0) return;
        event.stopPropagation();
        svg.current?.setPointerCapture(event.pointerId);
        drag.current = { kind: "shape", target, last: pointOf(event), begins: insertAt === undefined };
        onGrab(target, insertAt);
    }

    function down(event: PointerEvent): void {
        if (event.button !== 0) return;
        if (tool === "select") {
            onSelect(undefined);
            svg.current?.setPointerCapture(event.pointerId);
            drag.current = { kind: "view", last: pointOf(event) };
            return;
        }
        event.preventDefault();
        place(snapped(event));
    }

    function place(point: Point): void {
        const closes = tool !== "select" && isArea(tool) && draft.length >= 3 && draft[0] !== undefined && distance(point, draft[0]) <= reach;
        onDraw(point, closes);
    }

    function press(event: KeyboardEvent): void {
        if (tool === "select" || event.target !== svg.current) return;
        const by = nudgeOf(event);
        if (by) {
            const from = cursor?.at ?? draft.at(-1) ?? centreOf(view);
            const at = clampTo(size.width, size.height, [Math.round(from[0]) + by[0], Math.round(from[1]) + by[1]]);
            setCursor({ at, byKeys: true });
            onView(showing(view, size, at));
        } else if (event.key === "Enter" && cursor?.byKeys && !samePoint(cursor.at, draft.at(-1))) {
            place(cursor.at);
        } else {
            return; // a second Enter at the same place ends the zone, as it does after a click
        }
        event.preventDefault();
        event.stopPropagation();
    }

    function move(event: PointerEvent): void {
        const point = pointOf(event);
        const current = drag.current;
        if (!current) {
            if (tool !== "select") setCursor({ at: snapped(event), byKeys: false });
            return;
        }
        const by: Point = [point[0] - current.last[0], point[1] - current.last[1]];
        if (current.kind === "view") {
            onView(pan(view, size, by));
            return;
        }
        current.last = point;
        onMove(current.target, current.target.corner === undefined ? point : snapped(event, current.target), by, current.begins);
        current.begins = false;
    }

    function shapeProps(target: Target) {
        const isSelected = selected?.kind === target.kind && selected.index === target.index;
        return { className: isSelected ? "shape selected" : "shape", onPointerDown: (event: PointerEvent) => grab(event, target) };
    }

    const preview = cursor && tool !== "select" && draft.length > 0 ? [...draft, cursor.at] : draft;
    return (
        <div className={`editor-canvas ${tool}`} style={{ aspectRatio: `${size.width} / ${size.height}` }}>
            <svg
                ref={svg}
                viewBox={`${view.x} ${view.y} ${view.width} ${view.height}`}
                role={tool === "select" ? "group" : "application"}
                aria-label={t("layout.picture")}
                tabIndex={tool === "select" ? undefined : 0}
                onKeyDown={press}
                onPointerDown={down}
                onPointerMove={move}
                onPointerUp={() => (drag.current = undefined)}
                onPointerCancel={() => (drag.current = undefined)}
                onPointerLeave={() => setCursor(undefined)}
            >
                <rect width={size.width} height={size.height} className="floor" />
                {ground}
                {drawing.zones.map((zone, index) => (
                    <polygon key={index} points={pathOf(zone.polygon)} fill={zoneColour(camera, zone.name)} stroke={zoneColour(camera, zone.name)} strokeWidth={2 * px} {...shapeProps({ kind: "zone", index })} />
                ))}
                {drawing.lines.map((line, index) => (
                    <g key={index} {...shapeProps({ kind: "line", index })} strokeWidth={2.5 * px}>
                        <polyline points={pathOf([line.from, line.to])} className="catch" strokeWidth={16 * px} />
                        <polyline points={pathOf([line.from, line.to])} />
                        {inArrow(line, 30 * px).strokes.map((stroke, i) => (
                            <polyline key={i} points={pathOf(stroke)} />
                        ))}
                    </g>
                ))}
                <BuildingShapes drawing={drawing} px={px} shapeProps={shapeProps} />
                {selected && tool === "select" && <Handles drawing={drawing} called={props.called} target={selected} px={px} onSelect={onSelect} onGrab={grab} onNudge={onNudge} />}
                {preview.length > 0 && <polyline className="draft" points={pathOf(preview)} strokeWidth={2 * px} />}
                {draft.map(([x, y], i) => (
                    <circle key={i} className="corner-handle" cx={x} cy={y} r={(i === 0 ? 7 : 4) * px} strokeWidth={2 * px} />
                ))}
                {cursor && tool !== "select" && <circle className="cursor" cx={cursor.at[0]} cy={cursor.at[1]} r={(cursor.byKeys ? 6 : 4) * px} strokeWidth={2 * px} />}
            </svg>
            <Names {...props} />
        </div>
    );
}

/** What stands on the plan, over its zones: a shelf in a department can be taken hold of. */
function BuildingShapes({ drawing, px, shapeProps }: { drawing: Drawing; px: number; shapeProps: (target: Target) => { className: string; onPointerDown: (event: PointerEvent) => void } }) {
    const { walls = [], doors = [], fixtures = [], cameras = [] } = drawing.building ?? {};
    const grip = ({ from, to }: { from: Point; to: Point }) => <polyline points={pathOf([from, to])} className="catch" strokeWidth={16 * px} />;
    const props = (target: Target, more: string) => {
        const { className, onPointerDown } = shapeProps(target);
        return { className: `${className} ${more}`, onPointerDown };
    };
    return (
        <>
            {fixtures.map((fixture, index) => (
                <polygon key={`fixture ${index}`} points={pathOf(fixture.polygon)} strokeWidth={2 * px} {...props({ kind: "fixture", index }, "fixture")} />
            ))}
            {walls.map((wall, index) => (
                <g key={`wall ${index}`} strokeWidth={4 * px} {...props({ kind: "wall", index }, "wall")}>
                    {grip(wall)}
                    <polyline points={pathOf([wall.from, wall.to])} />
                </g>
            ))}
            {doors.map((door, index) => (
                <g key={`door ${index}`} strokeWidth={6 * px} {...props({ kind: "door", index }, `door ${door.use}`)}>
                    {grip(door)}
                    <polyline points={pathOf([door.from, door.to])} />
                </g>
            ))}
            {cameras.map((camera, index) => (
                <g key={`camera ${index}`} strokeWidth={2.5 * px} {...props({ kind: "camera", index }, "camera")}>
                    {grip(camera)}
                    <polyline points={pathOf([camera.from, camera.to])} strokeDasharray={`${6 * px} ${4 * px}`} />
                    <circle cx={camera.from[0]} cy={camera.from[1]} r={7 * px} />
                </g>
            ))}
        </>
    );
}

interface HandlesProps {
    drawing: Drawing;
    called: Props["called"];
    target: Target;
    px: number;
    onSelect: Props["onSelect"];
    onGrab: (event: PointerEvent, target: Target, insertAt?: Point) => void;
    onNudge: Props["onNudge"];
}

/** The corners of the selected shape, and the middles of its edges, which become corners when they are dragged. */
function Handles({ drawing, called, target: chosen, px, onSelect, onGrab, onNudge }: HandlesProps) {
    const { t } = useWords();
    const target: Target = { kind: chosen.kind, index: chosen.index };
    const corners = cornersOf(drawing, target);
    const name = called(target);

    function nudge(event: KeyboardEvent, corner: number): void {
        const by = nudgeOf(event);
        if (!by) return;
        event.preventDefault();
        onNudge({ ...target, corner }, by);
    }

    return (
        <>
            {isArea(target.kind) &&
                edgesOf(corners).map(({ from, to }, i) => {
                    const middle = middleOf([from, to]);
                    return <circle key={`edge ${i}`} className="edge-handle" cx={middle[0]} cy={middle[1]} r={4 * px} onPointerDown={(event) => onGrab(event, { ...target, corner: i + 1 }, middle)} />;
                })}
            {corners.map(([x, y], i) => (
                <circle
                    key={`corner ${i}`}
                    className={chosen.corner === i ? "corner-handle chosen" : "corner-handle"}
                    cx={x}
                    cy={y}
                    r={6 * px}
                    strokeWidth={2 * px}
                    tabIndex={0}
                    role="button"
                    aria-label={t("layout.corner", { n: i + 1, name })}
                    onFocus={() => chosen.corner !== i && onSelect({ ...target, corner: i })}
                    onKeyDown={(event) => nudge(event, i)}
                    onPointerDown={(event) => onGrab(event, { ...target, corner: i })}
                />
            ))}
        </>
    );
}

interface Label {
    target: Target;
    name: string;
    at: Point;
}

/** Over the shapes: the selected one's name is a field. */
function Names({ drawing, view, tool, selected, naming, called, onName }: Props) {
    const { t } = useWords();
    const field = useRef<HTMLInputElement>(null);
    useEffect(() => {
        if (naming) {
            field.current?.focus();
            field.current?.select();
        }
    }, [naming]);
    const labels = [
        ...drawing.zones.map((zone, index): Label => ({ target: { kind: "zone", index }, name: zone.name, at: middleOf(zone.polygon) })),
        ...drawing.lines.map((line, index): Label => ({ target: { kind: "line", index }, name: line.name, at: inArrow(line, view.width * 0.1).tail })),
        ...(["door", "fixture"] as const).flatMap((kind) => shapesOf(drawing, kind).map((_, index): Label => ({ target: { kind, index }, name: nameOf(drawing, { kind, index }), at: middleOf(cornersOf(drawing, { kind, index })) }))),
        ...shapesOf(drawing, "camera").map((_, index): Label => ({ target: { kind: "camera", index }, name: called({ kind: "camera", index }), at: middleOf(cornersOf(drawing, { kind: "camera", index })) })),
    ];
    return labels.map(({ target, name, at }) => {
        const [left, top] = [(at[0] - view.x) / view.width, (at[1] - view.y) / view.height];
        if (left < 0 || left > 1 || top < 0 || top > 1) return null;
        const place = { left: `${left * 100}%`, top: `${top * 100}%` };
        const key = `${target.kind} ${target.index}`;
        if (tool === "select" && target.kind !== "camera" && selected?.kind === target.kind && selected.index === target.index) {
            return <input key={key} ref={field} className="name-label" style={place} aria-label={t("layout.name_on_picture")} maxLength={kNameLengthMax} size={Math.max(6, name.length)} value={name} onChange={(event) => onName(target, event.target.value)} onKeyDown={(event) => event.key === "Enter" && event.currentTarget.blur()} />;
        }
        return (
            <span key={key} className="name-label" style={place}>
                {name}
            </span>
        );
    });
}

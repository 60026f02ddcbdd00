// The layout editor: tools, the picture, and the list of what is on it.
import { useEffect, useRef, useState, type ReactNode } from "react";

import { useWords } from "../app/session.tsx";
import { Button } from "../components/controls.tsx";
import { Icon } from "../components/icon.tsx";
import { zoneColour } from "../theme/colours.ts";
import { EditorCanvas, type Tool } from "./canvas.tsx";
import { belongsToTill, kBuildingKinds, kDoorUses, kFixtureHeightMax, kNameLengthMax, kZoneKinds, nameOf, shapesOf, type BuildingKind, type DoorUse, type Target, type ZoneKind } from "./drawing.ts";
import type { Editor } from "./use-editor.ts";
import { wholeOf, zoom, type View } from "./view.ts";
import "./editor.css";

const kZoomStep = 1.5;

const kBuildingKeys: Readonly<Record<string, BuildingKind>> = { KeyW: "wall", KeyD: "door", KeyF: "fixture", KeyC: "camera" };

function chooseBuilding(editor: Editor, key: string): void {
    const tool = kBuildingKeys[key];
    if (tool && (tool !== "camera" || editor.cameraToPlace !== undefined)) editor.choose(tool);
}

function useEditorKeys(editor: Editor, zoomBy: (factor: number) => void): void {
    const latest = useRef({ editor, zoomBy });
    useEffect(() => {
        latest.current = { editor, zoomBy };
    });
    useEffect(() => {
        function onKey(event: KeyboardEvent): void {
            const { editor: now, zoomBy: zoomNow } = latest.current;
            if (document.querySelector("dialog[open]")) return;
            const typing = event.target instanceof HTMLElement && event.target.matches("input, select");
            const key = event.key.toLowerCase();
            if ((event.ctrlKey || event.metaKey) && (key === "z" || key === "y" || key === "я" || key === "н")) {
                event.preventDefault();
                const again = key === "y" || key === "н" || event.shiftKey;
                return again ? now.redo() : now.undo();
            }
            if (event.ctrlKey || event.metaKey || event.altKey) return;
            if (event.key === "Escape") {
                if (typing && event.target instanceof HTMLElement) event.target.blur();
                return now.escape();
            }
            if (typing) return;
            if (event.key === "Enter") now.close();
            else if ((event.key === "Delete" || event.key === "Backspace") && now.draft.length > 0) now.undo();
            else if ((event.key === "Delete" || event.key === "Backspace") && now.selected) now.remove(now.selected);
            else if (event.key === "+" || event.key === "=") zoomNow(kZoomStep);
            else if (event.key === "-") zoomNow(1 / kZoomStep);
            else if (event.code === "KeyV") now.choose("select");
            else if (event.code === "KeyZ") now.choose("zone");
            else if (event.code === "KeyL") now.choose("line");
            else if (now.cameras) chooseBuilding(now, event.code);
        }
        window.addEventListener("keydown", onKey);
        return () => window.removeEventListener("keydown", onKey);
    }, []);
}

function Toolbar({ editor, zoomBy, showWhole }: { editor: Editor; zoomBy: (factor: number) => void; showWhole: () => void }) {
    const { t } = useWords();
    const tools: readonly Tool[] = ["select", "zone", "line", ...(editor.cameras ? kBuildingKinds : [])];
    return (
        <div className="editor-tools" role="toolbar" aria-label={t("layout.tools")}>
            {tools.map((tool) => (
                <Button key={tool} aria-pressed={editor.tool === tool} disabled={tool === "camera" && editor.cameraToPlace === undefined} title={tool === "camera" && editor.cameraToPlace === undefined ? t("layout.no_camera_left") : undefined} onClick={() => editor.choose(tool)}>
                    <Icon name={tool} /> {t(`layout.tool.${tool}`)}
                </Button>
            ))}
            <span className="gap" />
            <Button look="quiet" aria-label={t("layout.undo")} disabled={!editor.canUndo} onClick={editor.undo}>
                <Icon name="undo" />
            </Button>
            <Button look="quiet" aria-label={t("layout.redo")} disabled={!editor.canRedo} onClick={editor.redo}>
                <Icon name="redo" />
            </Button>
            <Button look="quiet" aria-label={t("layout.zoom_in")} onClick={() => zoomBy(kZoomStep)}>
                <Icon name="plus" />
            </Button>
            <Button look="quiet" aria-label={t("layout.zoom_out")} onClick={() => zoomBy(1 / kZoomStep)}>
                <Icon name="minus" />
            </Button>
            <Button look="quiet" aria-label={t("layout.zoom_whole")} onClick={showWhole}>
                <Icon name="fit" />
            </Button>
        </div>
    );
}

function Hint({ editor }: { editor: Editor }) {
    const { t } = useWords();
    const { tool, draft, drawing } = editor;
    let text = t("layout.hint.select");
    if (tool === "zone" || tool === "fixture") text = draft.length < 3 ? t(`layout.hint.${tool}`) : t("layout.hint.zone_close");
    else if (tool === "wall" || tool === "door" || tool === "camera") text = t(draft.length === 0 ? `layout.hint.${tool}` : `layout.hint.${tool}_end`);
    else if (tool === "line") text = draft.length === 0 ? t("layout.hint.line") : t("layout.hint.line_end");
    else if (drawing.zones.length === 0 && drawing.lines.length === 0) text = t("layout.hint.empty");
    return (
        <p className="hint" role="status">
            {text}
        </p>
    );
}

/** What the chosen zone is for, and at which till. */
function Purpose({ editor, index }: { editor: Editor; index: number }) {
    const { t } = useWords();
    const { kind = "area", till = "" } = editor.drawing.zones[index] ?? {};
    return (
        <div className="zone-purpose">
            <select aria-label={t("layout.kind")} value={kind} onChange={(event) => editor.setPurpose(index, event.target.value as ZoneKind, till)}>
                {kZoneKinds.map((name) => (
                    <option key={name} value={name}>
                        {t(`layout.kind.${name}`)}
                    </option>
                ))}
            </select>
            {belongsToTill(kind) && <input aria-label={t("layout.till")} placeholder={t("layout.till")} maxLength={kNameLengthMax} value={till} onChange={(event) => editor.setPurpose(index, kind, event.target.value)} />}
        </div>
    );
}

interface Names {
    /** Of a shape. */
    called: (target: Target) => string;
    /** Of a camera's id. */
    cameraName: (id: string) => string;
}

/** What is to be said of a door or a fixture beside its name. */
function BuildingDetail({ editor, target: { kind, index } }: { editor: Editor; target: Target }) {
    const { t } = useWords();
    const { doors = [], fixtures = [] } = editor.drawing.building ?? {};
    const door = kind === "door" ? doors[index] : undefined;
    const fixture = kind === "fixture" ? fixtures[index] : undefined;
    if (door) {
        return (
            <select aria-label={t("layout.door_use")} value={door.use} onChange={(event) => editor.setUse(index, event.target.value as DoorUse)}>
                {kDoorUses.map((use) => (
                    <option key={use} value={use}>
                        {t(`layout.door_use.${use}`)}
                    </option>
                ))}
            </select>
        );
    }
    if (!fixture) return null;
    return <input type="number" aria-label={t("layout.fixture_height")} title={t("layout.fixture_height")} min={0} max={kFixtureHeightMax} step={0.05} value={Number.isFinite(fixture.height_m) ? fixture.height_m : ""} onChange={(event) => editor.setHeight(index, event.target.valueAsNumber)} />;
}

function BuildingName({ editor, target, names, problem }: { editor: Editor; target: Target; names: Names; problem: string | undefined }) {
    const { t } = useWords();
    const name = nameOf(editor.drawing, target);
    const choose = (): void => editor.select(target);
    if (target.kind === "wall") {
        return (
            <Button look="quiet" onClick={choose}>
                {names.called(target)}
            </Button>
        );
    }
    if (target.kind === "camera") {
        const others = shapesOf(editor.drawing, "camera").map((_, index) => nameOf(editor.drawing, { kind: "camera", index }));
        const free = (editor.cameras ?? []).filter((id) => id === name || !others.includes(id));
        return (
            <select aria-label={t("layout.which_camera")} value={name} onFocus={choose} onChange={(event) => editor.rename(target, event.target.value)}>
                {(free.includes(name) ? free : [name, ...free]).map((id) => (
                    <option key={id} value={id}>
                        {names.cameraName(id)}
                    </option>
                ))}
            </select>
        );
    }
    return <input aria-label={t(target.kind === "door" ? "layout.door_name" : "layout.fixture_name")} aria-invalid={problem?.startsWith("name") || undefined} maxLength={kNameLengthMax} value={name} onFocus={choose} onChange={(event) => editor.rename(target, event.target.value)} />;
}

/** What stands on the plan, of one kind. */
function BuildingList({ editor, kind, names }: { editor: Editor; kind: BuildingKind; names: Names }) {
    const { t } = useWords();
    const shapes = shapesOf(editor.drawing, kind);
    if (shapes.length === 0) return null;
    return (
        <>
            <h2>{t(`layout.${kind}s`)}</h2>
            <ul>
                {shapes.map((_, index) => {
                    const target: Target = { kind, index };
                    const isSelected = editor.selected?.kind === kind && editor.selected.index === index;
                    const problem = editor.problems.find((found) => found.target.kind === kind && found.target.index === index)?.problem;
                    return (
                        <li key={index} className={isSelected ? "chosen" : undefined}>
                            <div className="shape-row">
                                <Icon name={kind} />
                                <BuildingName editor={editor} target={target} names={names} problem={problem} />
                                <Button look="quiet" aria-label={t("layout.remove_of", { name: names.called(target) })} onClick={() => editor.remove(target)}>
                                    <Icon name="trash" />
                                </Button>
                            </div>
                            {isSelected && (
                                <div className="zone-purpose">
                                    <BuildingDetail editor={editor} target={target} />
                                </div>
                            )}
                            {problem && <p className="field-error">{t(`layout.problem.${problem}`)}</p>}
                        </li>
                    );
                })}
            </ul>
        </>
    );
}

function ShapeList({ camera, editor, names }: { camera: string; editor: Editor; names: Names }) {
    const { t } = useWords();
    const row = (target: Target, name: string) => {
        const isSelected = editor.selected?.kind === target.kind && editor.selected.index === target.index;
        const problem = editor.problems.find((found) => found.target.kind === target.kind && found.target.index === target.index)?.problem;
        return (
            <li key={`${target.kind} ${target.index}`} className={isSelected ? "chosen" : undefined}>
                <div className="shape-row">
                    {target.kind === "zone" ? <span className="swatch" style={{ background: zoneColour(camera, name) }} /> : <Icon name="line" />}
                    <input aria-label={t(target.kind === "zone" ? "layout.zone_name" : "layout.line_name")} aria-invalid={problem?.startsWith("name") || undefined} maxLength={kNameLengthMax} value={name} onFocus={() => editor.select(target)} onChange={(event) => editor.rename(target, event.target.value)} />
                    {target.kind === "line" && (
                        <Button look="quiet" title={t("layout.turn")} aria-label={t("layout.turn_of", { name })} onClick={() => editor.turn(target.index)}>
                            ⇄
                        </Button>
                    )}
                    <Button look="quiet" aria-label={t("layout.remove_of", { name })} onClick={() => editor.remove(target)}>
                        <Icon name="trash" />
                    </Button>
                </div>
                {target.kind === "zone" && isSelected && <Purpose editor={editor} index={target.index} />}
                {problem && <p className="field-error">{t(`layout.problem.${problem}`)}</p>}
            </li>
        );
    };
    return (
        <aside className="shape-list">
            <h2>{t("layout.zones")}</h2>
            {editor.drawing.zones.length === 0 && <p className="hint">{t("layout.no_zones")}</p>}
            <ul>{editor.drawing.zones.map((zone, index) => row({ kind: "zone", index }, zone.name))}</ul>
            <h2>{t("layout.lines")}</h2>
            {editor.drawing.lines.length === 0 && <p className="hint">{t("layout.no_lines")}</p>}
            <ul>{editor.drawing.lines.map((line, index) => row({ kind: "line", index }, line.name))}</ul>
            {kBuildingKinds.map((kind) => (
                <BuildingList key={kind} editor={editor} kind={kind} names={names} />
            ))}
        </aside>
    );
}

interface LayoutEditorProps {
    camera: string;
    ground: ReactNode;
    editor: Editor;
    /** Of a camera's id, on the floor plan. */
    cameraName?: (id: string) => string;
}

export function LayoutEditor({ camera, ground, editor, cameraName = (id) => id }: LayoutEditorProps) {
    const { t } = useWords();
    const called = (target: Target): string => {
        if (target.kind === "wall") return t("layout.wall_n", { n: String(target.index + 1) });
        const name = nameOf(editor.drawing, target);
        return target.kind === "camera" ? cameraName(name) : name;
    };
    const [view, setView] = useState<View>(() => wholeOf(editor.size));
    const zoomBy = (factor: number): void => setView((old) => zoom(old, editor.size, factor, [old.x + old.width / 2, old.y + old.height / 2]));
    useEditorKeys(editor, zoomBy);
    return (
        <div className="editor">
            <div>
                <Toolbar editor={editor} zoomBy={zoomBy} showWhole={() => setView(wholeOf(editor.size))} />
                <EditorCanvas
                    camera={camera}
                    called={called}
                    ground={ground}
                    size={editor.size}
                    drawing={editor.drawing}
                    view={view}
                    tool={editor.tool}
                    selected={editor.selected}
                    draft={editor.draft}
                    naming={editor.naming}
                    onView={setView}
                    onSelect={editor.select}
                    onDraw={editor.addPoint}
                    onGrab={editor.grab}
                    onMove={editor.move}
                    onNudge={editor.nudge}
                    onName={editor.rename}
                />
                <Hint editor={editor} />
            </div>
            <ShapeList camera={camera} editor={editor} names={{ called, cameraName }} />
        </div>
    );
}

/** A picture to draw on, as large as the drawing. */
export function PictureGround({ address, editor }: { address: string; editor: Editor }) {
    return <image href={address} width={editor.size.width} height={editor.size.height} preserveAspectRatio="none" />;
}

// Zones and lines of a camera: drawn over its last picture, and in use as soon as they are saved.
import { useEffect, useState, type ReactNode } from "react";

import { api } from "../api/api.ts";
import { ApiError } from "../api/client.ts";
import type { Camera, Layout, LayoutChange } from "../api/types.ts";
import { useResource } from "../app/resource.ts";
import { guardLeaving } from "../app/router.tsx";
import { useSession, useWords } from "../app/session.tsx";
import { CameraPicker, useChosenCamera } from "../components/camera-picker.tsx";
import { Button, Dialog } from "../components/controls.tsx";
import { Icon } from "../components/icon.tsx";
import { Empty, Failure, Loaded, reasonOf, Skeleton } from "../components/states.tsx";
import { moment } from "../i18n/format.ts";
import { LayoutEditor, PictureGround } from "../layout-editor/editor.tsx";
import type { Drawing } from "../layout-editor/drawing.ts";
import { fitShelves, hasAnotherShape } from "../layout-editor/fit.ts";
import { useEditor, type BuildingToDraw, type Editor } from "../layout-editor/use-editor.ts";

/** How often is asked whether there is something to draw on by now. */
const kPictureEveryMs = 2000;
/** How often, once there is, whether its shape is still the same. */
const kShapeEveryMs = 5000;

function useLeaveWarning(isChanged: boolean): void {
    const { t } = useWords();
    useEffect(() => {
        if (!isChanged) return;
        guardLeaving(() => window.confirm(t("layout.leave_question")));
        return () => guardLeaving(undefined);
    }, [isChanged, t]);
}

/** Somebody else has saved since it was read. */
function isOutdated(failure: unknown): boolean {
    return failure instanceof ApiError && (failure.code === "layout_changed" || failure.code === "plan_changed");
}

/** What is drawn, on its way to the server. */
type Save = (drawn: Parameters<typeof api.saveLayout>[1], change: LayoutChange, drawing: Drawing) => Promise<Layout>;

export const saveOf =
    (camera: string): Save =>
    (drawn, change) =>
        api.saveLayout(camera, drawn, change);
function isOfAnotherShape(failure: unknown): boolean {
    return failure instanceof ApiError && failure.code === "another_shape";
}

/** Saves what is drawn; asks first what a change means for the facts so far. */
export function useSaving(send: Save, before: Layout, editor: Editor, onSaved: (layout: Layout) => void) {
    const [asking, setAsking] = useState(false);
    const [busy, setBusy] = useState(false);
    const [error, setError] = useState<Error>();

    async function save(change: LayoutChange): Promise<void> {
        setBusy(true);
        setError(undefined);
        try {
            const { zones, lines } = editor.drawing;
            const kept = before.shelves ? { shelves: fitShelves(before.shelves, before.picture, editor.size) } : {}; // not drawn here yet
            const drawn = { version: before.version, picture: editor.size, zones: [...zones], lines: [...lines], ...kept };
            const saved = await send(drawn, change, editor.drawing);
            editor.markSaved();
            setAsking(false);
            onSaved(saved);
        } catch (failure) {
            setError(failure as Error);
            if (isOutdated(failure) || isOfAnotherShape(failure)) setAsking(false); // asking again would not help
        } finally {
            setBusy(false);
        }
    }

    return {
        busy,
        error,
        asking,
        canSave: editor.isChanged && editor.problems.length === 0 && editor.draft.length === 0,
        stop: () => setAsking(false),
        save,
        // Also of the first drawing: it may stand for what was there all the time, and then the past is counted by it.
        begin: () => setAsking(true),
    };
}

/** The camera sends another shape than was drawn on, by its settings or because it was replaced: nothing can be saved
    before the drawing lies on what it sends now. */
export function ShapeOffer({ camera, editor }: { camera: Camera; editor: Editor }) {
    const { t } = useWords();
    if (!hasAnotherShape(editor.size, camera)) return null;
    const { width, height } = camera;
    return (
        <div role="status" className="notice caution">
            <Icon name="warning" />
            <p>{t("layout.shape_changed", { width: String(width), height: String(height) })}</p>
            <Button onClick={() => editor.fit({ width, height })}>{t("layout.fit_shape")}</Button>
        </div>
    );
}

/** The picture that is drawn on; read again when its shape is another. */
export function CameraGround({ camera, editor }: { camera: string; editor: Editor }) {
    const [unique] = useState(() => Date.now());
    return <PictureGround address={api.pictureAddress(camera, `${unique}-${editor.size.width}x${editor.size.height}`)} editor={editor} />;
}

export function SavingProblem({ saving, showNewer }: { saving: ReturnType<typeof useSaving>; showNewer: () => void }) {
    const { t } = useWords();
    if (!saving.error || saving.asking) return null;
    return (
        <Failure error={saving.error}>
            {isOutdated(saving.error) && <Button onClick={showNewer}>{t("layout.show_newer")}</Button>}
        </Failure>
    );
}

function ChangeDialog({ saving }: { saving: ReturnType<typeof useSaving> }) {
    const { t } = useWords();
    return (
        <Dialog title={t("layout.change_question")} onClose={saving.stop}>
            <div className="choices">
                {(["drawn_wrong", "moved_now"] as const).map((change) => (
                    <button key={change} type="button" className="choice" disabled={saving.busy} onClick={() => void saving.save(change)}>
                        <strong>{t(`layout.${change}`)}</strong>
                        <span>{t(`layout.${change}_meaning`)}</span>
                    </button>
                ))}
            </div>
            {saving.error && <Failure error={saving.error} />}
        </Dialog>
    );
}

interface EditingProps {
    /** The camera's id, or that of the plan. */
    camera: string;
    layout: Layout;
    /** Of the floor plan: what stands on it, to be drawn too. */
    plan?: BuildingToDraw & { cameraName: (id: string) => string };
    ground: (editor: Editor) => ReactNode;
    /** What is to be said of the drawing before it. */
    above?: (editor: Editor) => ReactNode;
    save: Save;
    onSaved: (layout: Layout) => void;
    showNewer: () => void;
    notice: string | undefined;
}

export function Editing({ camera, layout, plan, ground, above, save, onSaved, showNewer, notice }: EditingProps) {
    const { t, language } = useWords();
    const { shop } = useSession();
    const editor = useEditor(layout, { zone: t("layout.new_zone"), line: t("layout.new_line"), door: t("layout.new_door"), fixture: t("layout.new_fixture") }, plan);
    const saving = useSaving(save, layout, editor, onSaved);
    useLeaveWarning(editor.isChanged);
    return (
        <>
            <div className="layout-state">
                <p className="soft">
                    {editor.isChanged ? t("layout.unsaved") : (notice ?? t("layout.version", { version: layout.version, time: moment(layout.valid_from, language, shop.time_zone, "full"), author: layout.author || "–" }))}
                </p>
                {editor.problems.length > 0 && <p className="field-error">{t("layout.mend_first", { n: editor.problems.length })}</p>}
                <Button look="main" disabled={!saving.canSave} busy={saving.busy} onClick={saving.begin}>
                    <Icon name="check" /> {t("save")}
                </Button>
            </div>
            <SavingProblem saving={saving} showNewer={showNewer} />
            {above?.(editor)}
            <LayoutEditor key={`${editor.size.width}x${editor.size.height}`} camera={camera} ground={ground(editor)} editor={editor} {...(plan && { cameraName: plan.cameraName })} />
            {saving.asking && <ChangeDialog saving={saving} />}
        </>
    );
}

function LayoutOf({ camera }: { camera: Camera }) {
    const { t } = useWords();
    const layout = useResource(camera.id, (signal) => api.layout(camera.id, signal), ({ picture }) => (picture.width === 0 ? kPictureEveryMs : undefined));
    const [saved, setSaved] = useState<Layout>();
    function showNewer(): void {
        setSaved(undefined);
        layout.reload();
    }
    return (
        <Loaded resource={layout} skeleton={<Skeleton height="60vh" />}>
            {(read) =>
                read.picture.width === 0 ? (
                    <Empty title={t("layout.no_picture_yet")}>{camera.reason && <p>{reasonOf(camera, t)}</p>}</Empty>
                ) : (
                    <Editing key={read.version} camera={camera.id} layout={saved ?? read} ground={(editor) => <CameraGround camera={camera.id} editor={editor} />} above={(editor) => <ShapeOffer camera={camera} editor={editor} />} save={saveOf(camera.id)} onSaved={setSaved} showNewer={showNewer} notice={saved && t("layout.saved", { version: saved.version })} />
                )
            }
        </Loaded>
    );
}

export default function LayoutPage() {
    const { t } = useWords();
    const cameras = useResource("cameras", (signal) => api.cameras(signal), (list) => (list.some((one) => one.analysed === 0) ? kPictureEveryMs : kShapeEveryMs));
    const camera = useChosenCamera(cameras.data);
    return (
        <>
            <header className="page-head">
                <h1>{t("nav.layout")}</h1>
                {cameras.data && camera && <CameraPicker cameras={cameras.data} chosen={camera} />}
            </header>
            <Loaded resource={cameras} skeleton={<Skeleton height="60vh" />}>
                {() => (camera ? <LayoutOf key={camera.id} camera={camera} /> : <Empty title={t("no_cameras")} />)}
            </Loaded>
        </>
    );
}

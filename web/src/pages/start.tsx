// The way from an empty shop to the first person counted: camera, door line, first count.
import { useState } from "react";

import { api } from "../api/api.ts";
import type { Camera, Fact, Layout } from "../api/types.ts";
import { useResource } from "../app/resource.ts";
import { Link, navigate } from "../app/router.tsx";
import { useWords } from "../app/session.tsx";
import { useFacts } from "../app/use-facts.ts";
import { PersonChip, StatusBadge } from "../components/chips.tsx";
import { Button } from "../components/controls.tsx";
import { Icon } from "../components/icon.tsx";
import { Loaded, reasonOf, Skeleton } from "../components/states.tsx";
import { LayoutEditor } from "../layout-editor/editor.tsx";
import { useEditor } from "../layout-editor/use-editor.ts";
import { LivePicture } from "../live/live-picture.tsx";
import { useTracks } from "../live/use-tracks.ts";
import { CameraForm } from "./cameras/camera-form.tsx";
import { CameraGround, SavingProblem, saveOf, ShapeOffer, useSaving } from "./layout.tsx";
import "./start.css";

type Stage = "camera" | "line" | "count";
const kStages: readonly Stage[] = ["camera", "line", "count"];

function CameraStage({ cameras, onDone }: { cameras: Camera[]; onDone: (camera: Camera) => void }) {
    const { t } = useWords();
    const [adding, setAdding] = useState(cameras.length === 0);
    if (adding) {
        return (
            <section className="card">
                <h2>{t("start.camera")}</h2>
                <p className="soft">{t("start.camera_hint")}</p>
                <CameraForm onSaved={onDone} {...(cameras.length > 0 && { onCancel: () => setAdding(false) })} />
            </section>
        );
    }
    return (
        <section className="card">
            <h2>{t("start.which_door")}</h2>
            <ul className="choices">
                {cameras.map((camera) => (
                    <li key={camera.id}>
                        <button type="button" className="choice" onClick={() => onDone(camera)}>
                            <strong>{camera.name}</strong>
                            <StatusBadge status={camera.status} />
                        </button>
                    </li>
                ))}
            </ul>
            <div className="actions">
                <Button onClick={() => setAdding(true)}>
                    <Icon name="plus" /> {t("start.other_camera")}
                </Button>
            </div>
        </section>
    );
}

function Drawing({ camera, layout, onDone, showNewer }: { camera: Camera; layout: Layout; onDone: () => void; showNewer: () => void }) {
    const { t } = useWords();
    const editor = useEditor(layout, { zone: t("layout.new_zone"), line: t("start.door") });
    const saving = useSaving(saveOf(camera.id), layout, editor, onDone);
    const hasLine = editor.drawing.lines.length > 0;
    return (
        <section className="card">
            <h2>{t("start.line")}</h2>
            <p className="soft">{t("start.line_hint")}</p>
            <SavingProblem saving={saving} showNewer={showNewer} />
            <ShapeOffer camera={camera} editor={editor} />
            <LayoutEditor key={`${editor.size.width}x${editor.size.height}`} camera={camera.id} ground={<CameraGround camera={camera.id} editor={editor} />} editor={editor} />
            <div className="actions">
                <Button look="quiet" onClick={onDone}>
                    {t("start.skip_line")}
                </Button>
                {editor.isChanged ? (
                    <Button look="main" disabled={!saving.canSave || !hasLine} busy={saving.busy} onClick={() => void saving.save("moved_now")}>
                        {t("start.save_line")}
                    </Button>
                ) : hasLine ? (
                    <Button look="main" onClick={onDone}>
                        {t("start.go_on")}
                    </Button>
                ) : (
                    <Button look="main" onClick={() => editor.choose("line")}>
                        <Icon name="line" /> {t("start.draw_line")}
                    </Button>
                )}
            </div>
        </section>
    );
}

/** There is nothing to draw on before the first picture is there. */
function LineStage({ camera, onDone }: { camera: Camera; onDone: () => void }) {
    const { t } = useWords();
    const hasPicture = camera.analysed > 0;
    const layout = useResource(hasPicture ? camera.id : null, (signal) => api.layout(camera.id, signal));
    if (!hasPicture) {
        return (
            <section className="card" role="status">
                <h2>{t("start.waiting_for_picture", { name: camera.name })}</h2>
                <Skeleton height="240px" />
                {camera.reason && <p className="field-error">{reasonOf(camera, t)}</p>}
            </section>
        );
    }
    return (
        <Loaded resource={layout} skeleton={<Skeleton height="50vh" />}>
            {(known) => <Drawing key={known.version} camera={camera} layout={known} onDone={onDone} showNewer={layout.reload} />}
        </Loaded>
    );
}

function CountStage({ camera }: { camera: Camera }) {
    const { t } = useWords();
    const tracks = useTracks(true);
    const layout = useResource(camera.layout, (signal) => api.layout(camera.id, signal));
    const [first, setFirst] = useState<Fact>();
    useFacts(
        true,
        () => {},
        (fact) => {
            const counts = fact.kind === "crossing" || fact.kind === "visit";
            if (counts && fact.op === "add" && fact.camera === camera.id) setFirst((known) => known ?? fact);
        },
    );
    return (
        <section className="card">
            <h2>{first ? t("start.counted") : t("start.count")}</h2>
            <div role="status" className={first ? "first-person" : undefined}>
                {first ? (
                    <p>
                        {first.person !== undefined && <PersonChip person={first.person} />}{" "}
                        {first.kind === "crossing" ? t(first.direction === "out" ? "start.went_out" : "start.came_in", { line: first.line ?? "" }) : t("start.was_seen")}
                    </p>
                ) : (
                    <p className="soft">{t("start.count_hint")}</p>
                )}
            </div>
            <LivePicture camera={camera} layout={layout.data} tracks={tracks(camera.id)} form="stream" resting={false} />
            <div className="actions">
                <Link className="button plain" href="/layout">
                    {t("start.more_zones")}
                </Link>
                <Link className="button main" href="/today">
                    {t("start.to_today")}
                </Link>
            </div>
        </section>
    );
}

export default function StartPage() {
    const { t } = useWords();
    const cameras = useResource("cameras", (signal) => api.cameras(signal), 2000);
    const [stage, setStage] = useState<Stage>("camera");
    const [chosen, setChosen] = useState<string>();
    const camera = cameras.data?.find((candidate) => candidate.id === chosen);
    return (
        <div className="start">
            <header className="page-head">
                <h1>{t("start.title")}</h1>
                <Button look="quiet" onClick={() => navigate("/today")}>
                    {t("start.later")}
                </Button>
            </header>
            <ol className="stages">
                {kStages.map((name, i) => (
                    <li key={name} aria-current={stage === name ? "step" : undefined} className={kStages.indexOf(stage) > i ? "done" : undefined}>
                        {t(`start.stage.${name}`)}
                    </li>
                ))}
            </ol>
            <Loaded resource={cameras} skeleton={<Skeleton height="300px" />}>
                {(list) => (
                    <>
                        {stage === "camera" && (
                            <CameraStage
                                cameras={list}
                                onDone={(done) => {
                                    setChosen(done.id);
                                    cameras.reload();
                                    setStage("line");
                                }}
                            />
                        )}
                        {stage === "line" && (camera ? <LineStage camera={camera} onDone={() => setStage("count")} /> : <Skeleton height="300px" />)}
                        {stage === "count" && camera && <CountStage camera={camera} />}
                    </>
                )}
            </Loaded>
        </div>
    );
}

// The shop's floor: everybody on it now or in a past hour, what the cameras see and how they are, and their calibration.
import { useMemo, useState, type SyntheticEvent } from "react";

import { api } from "../api/api.ts";
import { kPlanCamera, type Camera, type PathOfPerson, type Plan } from "../api/types.ts";
import { useResource } from "../app/resource.ts";
import { Link, setQuery, useAddress } from "../app/router.tsx";
import { may, useSession, useWords } from "../app/session.tsx";
import { Notes } from "../components/chips.tsx";
import { Button, Field } from "../components/controls.tsx";
import { Empty, Failure, Loaded, Skeleton } from "../components/states.tsx";
import { kHourS, HourPicker, TimeSlider, useHour } from "./paths/hour.tsx";
import { placesAt } from "./paths/moment.ts";
import { CalibrationEditor } from "./plan/calibration.tsx";
import { DrawingUpload } from "./plan/drawing-upload.tsx";
import { PlanDrawing, type PersonOnPlan } from "./plan/drawing.tsx";
import { useLivePeople } from "./plan/live-people.ts";
import { PlanLayoutEditor } from "./plan/plan-layout-editor.tsx";
import "./plan.css";

const kEveryMs = 5000;
const kTrailS = 20;

function emptyPlan(width: number, depth: number): Plan {
    return { version: "", plan: { width_m: width, depth_m: depth }, zones: [], lines: [], walls: [], doors: [], fixtures: [], cameras: [] };
}

function Start({ onMade }: { onMade: () => void }) {
    const { t } = useWords();
    const [uploading, setUploading] = useState(false);
    const [width, setWidth] = useState("20");
    const [depth, setDepth] = useState("12");
    const [error, setError] = useState<Error>();
    function make(event: SyntheticEvent): void {
        event.preventDefault();
        api.savePlan({ ...emptyPlan(Number(width), Number(depth)), change: "drawn_wrong" }).then(onMade, (failure: unknown) => setError(failure as Error));
    }
    if (uploading) return <DrawingUpload plan={emptyPlan(1, 1)} onSaved={onMade} onCancel={() => setUploading(false)} />;
    return (
        <form className="card plan-start" onSubmit={make}>
            <h2>{t("plan.start")}</h2>
            <p>{t("plan.start_hint")}</p>
            <Field label={t("plan.width")} type="number" min="1" max="1000" step="0.1" required value={width} onChange={(event) => setWidth(event.target.value)} />
            <Field label={t("plan.depth")} type="number" min="1" max="1000" step="0.1" required value={depth} onChange={(event) => setDepth(event.target.value)} />
            {error && <Failure error={error} />}
            <div className="actions">
                <Button look="main" type="submit">
                    {t("plan.make")}
                </Button>
                <Button onClick={() => setUploading(true)}>{t("drawing.title")}</Button>
            </div>
        </form>
    );
}

/** Cameras join people on it, and nobody can be seen to leave. */
function hasNoEntrance(plan: Plan): boolean {
    return plan.cameras.some(({ calibration }) => calibration) && plan.doors.every(({ use = "entrance" }) => use !== "entrance");
}

function onPlan(paths: readonly PathOfPerson[], second: number): PersonOnPlan[] {
    return placesAt(paths, second, kTrailS).map(({ person, place, trail }) => ({ key: String(person), person, place, trail: trail.flatMap(([from, to], i) => (i === 0 ? [from, to] : [to])) }));
}

function Past({ plan, cameras, begin }: { plan: Plan; cameras: Camera[]; begin: Date }) {
    const { t } = useWords();
    const [second, setSecond] = useState(0);
    const paths = useResource(`plan ${begin.toISOString()}`, (signal) => api.paths(kPlanCamera, { from: begin, to: new Date(begin.getTime() + kHourS * 1000) }, "all", signal));
    const people = useMemo(() => onPlan(paths.data ?? [], second), [paths.data, second]);
    return (
        <Loaded resource={paths} skeleton={<Skeleton height="60vh" />}>
            {(data) => (
                <>
                    <PlanDrawing plan={plan} cameras={cameras} people={people} label={t("plan.past", { n: people.length })} />
                    <TimeSlider begin={begin} second={second} choose={setSecond} />
                    {data.length === 0 && <p className="soft">{t("paths.none")}</p>}
                </>
            )}
        </Loaded>
    );
}

function Live({ plan, cameras }: { plan: Plan; cameras: Camera[] }) {
    const { t } = useWords();
    const { me } = useSession();
    const people = useLivePeople(may(me.user.role, "watch"));
    return (
        <>
            <PlanDrawing plan={plan} cameras={cameras} people={people} label={t("plan.now", { n: people.length })} />
            {!may(me.user.role, "watch") && <p className="soft">{t("plan.no_live")}</p>}
        </>
    );
}

function CameraList({ plan, cameras, calibrate }: { plan: Plan; cameras: Camera[]; calibrate: (camera: Camera) => void }) {
    const { t } = useWords();
    const { me } = useSession();
    return (
        <ul className="plan-cameras">
            {cameras.map((camera) => {
                const isCalibrated = plan.cameras.some((placed) => placed.camera === camera.id && placed.calibration);
                return (
                    <li key={camera.id}>
                        <span>
                            {camera.name} <Notes notes={camera.troubles.map(({ trouble }) => trouble)} />
                            <small className="soft"> {camera.status === "live" ? t(isCalibrated ? "plan.calibrated" : "plan.not_calibrated") : t(`status.${camera.status}`)}</small>
                        </span>
                        {may(me.user.role, "draw") && may(me.user.role, "watch") && camera.width > 0 && <Button onClick={() => calibrate(camera)}>{t(isCalibrated ? "plan.calibrate_again" : "plan.calibrate")}</Button>}
                    </li>
                );
            })}
        </ul>
    );
}

function PlanOf({ plan, cameras, reload }: { plan: Plan; cameras: Camera[]; reload: () => void }) {
    const { t } = useWords();
    const { query } = useAddress();
    const { me } = useSession();
    const [calibrating, setCalibrating] = useState<Camera>();
    const [drawing, setDrawing] = useState(false);
    const [uploading, setUploading] = useState(false);
    const [begin, choose] = useHour();
    const isPast = query.get("view") === "past";
    if (calibrating) {
        return (
            <CalibrationEditor
                plan={plan}
                camera={calibrating}
                cameras={cameras}
                onCancel={() => setCalibrating(undefined)}
                onSaved={() => {
                    setCalibrating(undefined);
                    reload();
                }}
            />
        );
    }
    if (uploading) {
        const saved = (): void => {
            setUploading(false);
            reload();
        };
        return <DrawingUpload plan={plan} onSaved={saved} onCancel={() => setUploading(false)} />;
    }
    if (drawing) {
        const close = (): void => {
            setDrawing(false);
            reload();
        };
        return <PlanLayoutEditor plan={plan} cameras={cameras} onSaved={reload} onClose={close} showNewer={close} />;
    }
    return (
        <>
            <section className="card plan">
                <div className="plan-tools">
                    <Button aria-pressed={!isPast} onClick={() => setQuery({ view: undefined, from: undefined })}>
                        {t("plan.live")}
                    </Button>
                    <Button aria-pressed={isPast} onClick={() => setQuery({ view: "past" })}>
                        {t("plan.past_hour")}
                    </Button>
                    {may(me.user.role, "draw") && <Button onClick={() => setDrawing(true)}>{t("plan.draw")}</Button>}
                    {may(me.user.role, "draw") && <Button onClick={() => setUploading(true)}>{t("drawing.title")}</Button>}
                    {isPast && <HourPicker begin={begin} choose={choose} />}
                </div>
                {isPast ? <Past key={begin.toISOString()} plan={plan} cameras={cameras} begin={begin} /> : <Live plan={plan} cameras={cameras} />}
            </section>
            <section className="card">
                <h2>{t("nav.cameras")}</h2>
                {hasNoEntrance(plan) && <p className="soft">{t("plan.no_entrance")}</p>}
                <CameraList plan={plan} cameras={cameras} calibrate={setCalibrating} />
            </section>
        </>
    );
}

export default function PlanPage() {
    const { t } = useWords();
    const { me } = useSession();
    const plan = useResource("plan", (signal) => api.plan(signal));
    const cameras = useResource("cameras", (signal) => api.cameras(signal), kEveryMs);
    return (
        <>
            <header className="page-head">
                <h1>{t("nav.plan")}</h1>
                <div className="tools no-print">
                    <Link className="button quiet" href="/paths">
                        {t("plan.to_paths")}
                    </Link>
                </div>
            </header>
            <Loaded resource={cameras} skeleton={<Skeleton height="60vh" />}>
                {(known) => (
                    <Loaded resource={plan} skeleton={<Skeleton height="60vh" />}>
                        {(drawn) => {
                            if (drawn) return <PlanOf plan={drawn} cameras={known} reload={plan.reload} />;
                            if (may(me.user.role, "draw")) return <Start onMade={plan.reload} />;
                            return <Empty title={t("plan.none")} />;
                        }}
                    </Loaded>
                )}
            </Loaded>
        </>
    );
}

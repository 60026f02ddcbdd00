// The shop's floor: everybody on it now or in a past hour, what the cameras see and how they are, and their calibration.
import { useMemo, useState, type SyntheticEvent } from "react";

import { api } from "../api/api.ts";
import type { Camera, PathOfPerson, Plan, Point } from "../api/types.ts";
import { useResource } from "../app/resource.ts";
import { Link, setQuery, useAddress } from "../app/router.tsx";
import { may, useSession, useWords } from "../app/session.tsx";
import { Notes } from "../components/chips.tsx";
import { Button, Field } from "../components/controls.tsx";
import { Empty, Failure, Loaded, Skeleton } from "../components/states.tsx";
import { kHourS, HourPicker, TimeSlider, useHour } from "./paths/hour.tsx";
import { placesAt } from "./paths/moment.ts";
import { CalibrationEditor } from "./plan/calibration.tsx";
import { PlanDrawing, type PersonOnPlan } from "./plan/drawing.tsx";
import { useLivePeople } from "./plan/live-people.ts";
import { toPlan } from "./plan/projection.ts";
import "./plan.css";

const kEveryMs = 5000;
const kTrailS = 20;

function Start({ onMade }: { onMade: () => void }) {
    const { t } = useWords();
    const [width, setWidth] = useState("20");
    const [depth, setDepth] = useState("12");
    const [error, setError] = useState<Error>();
    function make(event: SyntheticEvent): void {
        event.preventDefault();
        const plan = { width_m: Number(width), depth_m: Number(depth) };
        api.savePlan({ plan, zones: [], lines: [], walls: [], doors: [], fixtures: [], cameras: [], change: "drawn_wrong" }).then(onMade, (failure: unknown) => setError(failure as Error));
    }
    return (
        <form className="card plan-start" onSubmit={make}>
            <h2>{t("plan.start")}</h2>
            <p>{t("plan.start_hint")}</p>
            <Field label={t("plan.width")} type="number" min="1" max="1000" step="0.1" required value={width} onChange={(event) => setWidth(event.target.value)} />
            <Field label={t("plan.depth")} type="number" min="1" max="1000" step="0.1" required value={depth} onChange={(event) => setDepth(event.target.value)} />
            {error && <Failure error={error} />}
            <Button look="main" type="submit">
                {t("plan.make")}
            </Button>
        </form>
    );
}

function onPlan(plan: Plan, camera: string, paths: readonly PathOfPerson[], second: number): PersonOnPlan[] {
    const calibration = plan.cameras.find((placed) => placed.camera === camera)?.calibration;
    if (!calibration) return [];
    const place = ([x, y]: [number, number]): Point | undefined => toPlan(calibration, [x * calibration.width, y * calibration.width]);
    return placesAt(paths, second, kTrailS).flatMap(({ person, place: here, trail }) => {
        const at = place(here);
        const way = trail.flatMap(([from, to], i) => (i === 0 ? [place(from), place(to)] : [place(to)]));
        return at ? [{ key: `${camera} ${person}`, person, place: at, trail: way.filter((point) => point !== undefined) }] : [];
    });
}

function Past({ plan, cameras, begin }: { plan: Plan; cameras: Camera[]; begin: Date }) {
    const { t } = useWords();
    const [second, setSecond] = useState(0);
    const calibrated = plan.cameras.filter((placed) => placed.calibration).map((placed) => placed.camera);
    const paths = useResource(`plan ${begin.toISOString()} ${calibrated.join()}`, async (signal) => {
        const span = { from: begin, to: new Date(begin.getTime() + kHourS * 1000) };
        return Promise.all(calibrated.map(async (camera) => ({ camera, paths: await api.paths(camera, span, "all", signal) })));
    });
    const people = useMemo(() => (paths.data ?? []).flatMap(({ camera, paths: own }) => onPlan(plan, camera, own, second)), [plan, paths.data, second]);
    return (
        <Loaded resource={paths} skeleton={<Skeleton height="60vh" />}>
            {(data) => (
                <>
                    <PlanDrawing plan={plan} cameras={cameras} people={people} label={t("plan.past", { n: people.length })} />
                    <TimeSlider begin={begin} second={second} choose={setSecond} />
                    {data.every(({ paths: own }) => own.length === 0) && <p className="soft">{t("paths.none")}</p>}
                </>
            )}
        </Loaded>
    );
}

function Live({ plan, cameras }: { plan: Plan; cameras: Camera[] }) {
    const { t } = useWords();
    const { me } = useSession();
    const people = useLivePeople(plan, may(me.user.role, "watch"));
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
    const [calibrating, setCalibrating] = useState<Camera>();
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
                    {isPast && <HourPicker begin={begin} choose={choose} />}
                </div>
                {isPast ? <Past key={begin.toISOString()} plan={plan} cameras={cameras} begin={begin} /> : <Live plan={plan} cameras={cameras} />}
            </section>
            <section className="card">
                <h2>{t("nav.cameras")}</h2>
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

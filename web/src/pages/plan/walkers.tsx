// A camera's calibration by the people who walk through its picture: how large they look where tells how high it hangs and how far it
// looks down; where on the plan that is, and which way it looks, somebody must say.
import { useState } from "react";

import { api } from "../../api/api.ts";
import type { Camera, Plan, Point, WalkerFit } from "../../api/types.ts";
import { useResource } from "../../app/resource.ts";
import { useWords } from "../../app/session.tsx";
import { Button, Field } from "../../components/controls.tsx";
import { explain, Failure } from "../../components/states.tsx";
import { number } from "../../i18n/format.ts";
import { PlanDrawing } from "./drawing.tsx";
import { lookEnd } from "./plan-layout.ts";

const kLooksEveryMs = 5000;
const kHeightUsual = "1.70";

interface Props {
    plan: Plan;
    camera: Camera;
    cameras: readonly Camera[];
    save: (fit: WalkerFit) => Promise<void>;
    onCancel: () => void;
}

/** As it is typed. */
interface Where {
    x: string;
    y: string;
    pan: string;
}

function whereOf(plan: Plan, camera: Camera): Where {
    const placed = plan.cameras.find((known) => known.camera === camera.id);
    const [x, y] = placed?.calibration?.place ?? placed?.place ?? [Number.NaN, Number.NaN];
    const pan = placed?.calibration?.pan_deg ?? placed?.pan_deg ?? Number.NaN;
    const text = (value: number): string => (Number.isFinite(value) ? String(Math.round(value * 100) / 100) : "");
    return { x: text(x), y: text(y), pan: text(pan) };
}

/** Empty where nothing is typed: an empty text is no zero. */
function valueOf(text: string): number {
    return text.trim() === "" ? Number.NaN : Number(text.replace(",", "."));
}

export function WalkerCalibration({ plan, camera, cameras, save, onCancel }: Props) {
    const { t, language } = useWords();
    const looks = useResource(`walkers ${camera.id}`, (signal) => api.walkers(camera.id, signal), kLooksEveryMs);
    const [where, setWhere] = useState(() => whereOf(plan, camera));
    const [height, setHeight] = useState(kHeightUsual);
    const [view, setView] = useState("");
    const [fit, setFit] = useState<WalkerFit>();
    const [problem, setProblem] = useState<Error>();
    const [busy, setBusy] = useState<"fit" | "save">();
    const place: Point = [valueOf(where.x), valueOf(where.y)];
    const pan = valueOf(where.pan);
    const isPlaced = place.every(Number.isFinite);
    const change = (changed: Partial<Where>): void => {
        setWhere((old) => ({ ...old, ...changed }));
        setFit(undefined);
    };

    function click([x, y]: Point): void {
        if (!isPlaced || Number.isFinite(pan)) return change({ x: x.toFixed(2), y: y.toFixed(2), pan: "" });
        change({ pan: ((Math.atan2(y - place[1], x - place[0]) * 180) / Math.PI).toFixed(1) });
    }
    async function ask(): Promise<void> {
        setBusy("fit");
        setProblem(undefined);
        try {
            const angle = valueOf(view);
            setFit(await api.fitWalkers({ camera: camera.id, place, pan_deg: pan, height_mean_m: valueOf(height), ...(Number.isFinite(angle) ? { view_deg: angle } : {}) }));
        } catch (failure) {
            setFit(undefined);
            setProblem(failure as Error);
        } finally {
            setBusy(undefined);
        }
    }
    async function keep(): Promise<void> {
        if (!fit) return;
        setBusy("save");
        try {
            await save(fit);
        } catch (failure) {
            setProblem(failure as Error);
            setBusy(undefined);
        }
    }

    const known = looks.data;
    const isEnough = known !== undefined && known.looks >= known.needed;
    const show = (value: number, digits: number): string => number(value, language, digits);
    return (
        <>
            <p role="status">
                {known ? t(isEnough ? "walkers.enough" : "walkers.few", { n: known.looks, needed: String(known.needed) }) : t("walkers.hint")} {t(!isPlaced || Number.isFinite(pan) ? "walkers.click_place" : "walkers.click_look")}
            </p>
            {looks.error && <Failure error={looks.error} />}
            <PlanDrawing plan={plan} cameras={cameras} label={t("walkers.plan")} onClick={click}>
                {(unit) =>
                    isPlaced && (
                        <g className="pair">
                            {Number.isFinite(pan) && <line x1={place[0]} y1={place[1]} x2={lookEnd(place, pan)[0]} y2={lookEnd(place, pan)[1]} stroke="#4fb3f6" strokeWidth={0.4 * unit} />}
                            <circle cx={place[0]} cy={place[1]} r={unit} strokeWidth={0.3 * unit} />
                        </g>
                    )
                }
            </PlanDrawing>
            <div className="walker-fields">
                <Field label={t("walkers.x")} inputMode="decimal" value={where.x} onChange={(event) => change({ x: event.target.value })} />
                <Field label={t("walkers.y")} inputMode="decimal" value={where.y} onChange={(event) => change({ y: event.target.value })} />
                <Field label={t("walkers.pan")} inputMode="decimal" value={where.pan} onChange={(event) => change({ pan: event.target.value })} />
                <Field label={t("walkers.height")} inputMode="decimal" value={height} onChange={(event) => setHeight(event.target.value)} />
                <Field label={t("walkers.view")} hint={t("walkers.view_hint")} inputMode="decimal" value={view} onChange={(event) => setView(event.target.value)} />
            </div>
            {problem && (
                <p role="alert" className="field-error">
                    {explain(problem, t)}
                </p>
            )}
            {fit && (
                <p className="calibration-error">
                    {t("walkers.found", {
                        height: show(fit.calibration.height_m, 2),
                        height_error: show(fit.height_error_percent, 0),
                        tilt: show(fit.calibration.tilt_deg, 1),
                        tilt_error: show(fit.tilt_error_deg, 1),
                        n: fit.looks,
                    })}
                </p>
            )}
            <div className="actions">
                <Button onClick={onCancel}>{t("cancel")}</Button>
                <Button disabled={!isEnough || !isPlaced || !Number.isFinite(pan)} busy={busy === "fit"} onClick={() => void ask()}>
                    {t("walkers.fit")}
                </Button>
                <Button look="main" disabled={!fit} busy={busy === "save"} onClick={() => void keep()}>
                    {t("calibration.save")}
                </Button>
            </div>
        </>
    );
}

// The calibration of one camera: by the same points clicked in its picture and on the plan, with lines that are straight in the shop
// and how well they fit; or by people who walk through (walkers.tsx).
import { useEffect, useState, type MouseEvent } from "react";

import { api } from "../../api/api.ts";
import type { Calibration, CalibrationFit, Camera, Plan, Point, PointPair } from "../../api/types.ts";
import { useWords } from "../../app/session.tsx";
import { Button } from "../../components/controls.tsx";
import { explain, Failure } from "../../components/states.tsx";
import { number } from "../../i18n/format.ts";
import { PlanDrawing } from "./drawing.tsx";
import { WalkerCalibration } from "./walkers.tsx";

const kPointsMin = 4;
const kFitAfterMs = 250;

/** A pair of which only the point in the picture is known yet. */
type Half = { pixel: Point; place?: Point };

const isWhole = (pair: Half): pair is PointPair => pair.place !== undefined;

function Picture({ camera, pairs, lines, worst, onClick }: { camera: Camera; pairs: readonly Half[]; lines: readonly Point[][]; worst: number | undefined; onClick: (pixel: Point) => void }) {
    const { t } = useWords();
    const [unique] = useState(() => Date.now());
    const [width, height] = [camera.width || 16, camera.height || 9];
    const unit = width / 100;
    function click(event: MouseEvent<SVGSVGElement>): void {
        const box = event.currentTarget.getBoundingClientRect();
        onClick([((event.clientX - box.left) / box.width) * width, ((event.clientY - box.top) / box.height) * height]);
    }
    return (
        <div className="calibration-picture" style={{ aspectRatio: `${width} / ${height}` }}>
            <img src={api.pictureAddress(camera.id, unique)} alt="" />
            <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={t("calibration.picture", { name: camera.name })} onClick={click}>
                {lines.map((line, i) => (
                    <polyline key={i} points={line.map(([x, y]) => `${x},${y}`).join(" ")} fill="none" stroke="#f3e04b" strokeWidth={0.4 * unit} />
                ))}
                {pairs.map(({ pixel: [x, y] }, i) => (
                    <g key={i} className={i === worst ? "pair worst" : "pair"}>
                        <circle cx={x} cy={y} r={1.1 * unit} strokeWidth={0.4 * unit} />
                        <text x={x + 1.6 * unit} y={y - unit} fontSize={3 * unit}>
                            {i + 1}
                        </text>
                    </g>
                ))}
            </svg>
        </div>
    );
}

function useFit(camera: Camera, pairs: readonly Half[], lines: readonly Point[][]): { fit: CalibrationFit | undefined; error: Error | undefined } {
    const [state, setState] = useState<{ fit?: CalibrationFit | undefined; error?: Error | undefined }>({});
    const whole = pairs.filter(isWhole);
    const key = JSON.stringify([whole, lines]);
    useEffect(() => {
        const [points, straight] = JSON.parse(key) as [PointPair[], Point[][]];
        if (points.length < kPointsMin) return;
        let current = true;
        const timer = window.setTimeout(() => {
            api.fitCalibration({ width: camera.width, height: camera.height }, points, straight.filter((line) => line.length >= 3)).then(
                (fit) => current && setState({ fit }),
                (error: unknown) => current && setState({ error: error as Error }),
            );
        }, kFitAfterMs);
        return () => {
            current = false;
            window.clearTimeout(timer);
        };
    }, [key, camera.width, camera.height]);
    const isAsked = whole.length >= kPointsMin;
    return { fit: isAsked ? state.fit : undefined, error: isAsked ? state.error : undefined };
}

interface EditorProps {
    plan: Plan;
    camera: Camera;
    cameras: readonly Camera[];
    save: (fit: { calibration: Calibration }) => Promise<void>;
    onCancel: () => void;
}

function PointCalibration({ plan, camera, cameras, save: keep, onCancel }: EditorProps) {
    const { t, language } = useWords();
    const [pairs, setPairs] = useState<Half[]>([]);
    const [lines, setLines] = useState<Point[][]>([]);
    const [draws, setDraws] = useState<"points" | "line">("points");
    const [problem, setProblem] = useState<Error>();
    const [saving, setSaving] = useState(false);
    const { fit, error } = useFit(camera, pairs, lines);
    const open = pairs.findIndex((pair) => !isWhole(pair));
    const whole = pairs.filter(isWhole);

    function clickPicture(pixel: Point): void {
        if (draws === "line") {
            setLines((old) => [...old.slice(0, -1), [...(old.at(-1) ?? []), pixel]]);
        } else {
            setPairs((old) => (open >= 0 ? old.map((pair, i) => (i === open ? { pixel } : pair)) : [...old, { pixel }]));
        }
    }
    function clickPlan(place: Point): void {
        if (open >= 0) setPairs((old) => old.map((pair, i) => (i === open ? { ...pair, place } : pair)));
    }
    async function save(): Promise<void> {
        if (!fit) return;
        setSaving(true);
        try {
            await keep(fit);
        } catch (failure) {
            setProblem(failure as Error);
            setSaving(false);
        }
    }

    const todo = draws === "line" ? t("calibration.todo_line") : open >= 0 ? t("calibration.todo_plan", { n: open + 1 }) : whole.length < kPointsMin ? t("calibration.todo_picture", { n: kPointsMin - whole.length }) : t("calibration.todo_more");
    const cm = (value: number): string => t("centimetres", { value: number(value, language) });
    return (
        <>
            <p role="status">{todo}</p>
            <div className="calibration-views">
                <Picture camera={camera} pairs={pairs} lines={lines} worst={fit?.worst} onClick={clickPicture} />
                <PlanDrawing plan={plan} cameras={cameras} label={t("calibration.plan")} onClick={clickPlan}>
                    {(unit) =>
                        pairs.map(({ place }, i) =>
                            place ? (
                                <g key={i} className={i === fit?.worst ? "pair worst" : "pair"}>
                                    <circle cx={place[0]} cy={place[1]} r={0.8 * unit} strokeWidth={0.3 * unit} />
                                    <text x={place[0] + 1.2 * unit} y={place[1] - 0.8 * unit} fontSize={2 * unit}>
                                        {i + 1}
                                    </text>
                                </g>
                            ) : null,
                        )
                    }
                </PlanDrawing>
            </div>
            <div className="actions">
                <Button aria-pressed={draws === "line"} onClick={() => {
                    if (draws === "points") setLines((old) => [...old.filter((line) => line.length >= 3), []]);
                    setDraws(draws === "line" ? "points" : "line");
                }}>
                    {t(draws === "line" ? "calibration.line_done" : "calibration.line")}
                </Button>
                <Button disabled={pairs.length === 0 && lines.length === 0} onClick={() => (draws === "line" ? setLines((old) => [...old.slice(0, -1), (old.at(-1) ?? []).slice(0, -1)]) : setPairs((old) => old.slice(0, -1)))}>
                    {t("calibration.undo")}
                </Button>
            </div>
            {error && <p role="alert" className="field-error">{explain(error, t)}</p>}
            {fit && (
                <>
                    <p className="calibration-error">
                        {t("calibration.error")}: <strong>{cm(fit.error_cm)}</strong>
                    </p>
                    <ol className="calibration-points">
                        {fit.points.map((point, i) => (
                            <li key={i} className={i === fit.worst ? "worst" : ""}>
                                {cm(point.error_cm)}
                                {i === fit.worst && <strong> {t("calibration.worst")}</strong>}
                                {point.left_out_cm !== undefined && <span className="soft"> {t("calibration.without", { error: cm(point.left_out_cm) })}</span>}
                                <Button look="quiet" onClick={() => setPairs((old) => old.filter((_, index) => index !== i))} aria-label={t("calibration.remove", { n: i + 1 })}>
                                    {t("remove")}
                                </Button>
                            </li>
                        ))}
                    </ol>
                </>
            )}
            {problem && <Failure error={problem} />}
            <div className="actions">
                <Button onClick={onCancel}>{t("cancel")}</Button>
                <Button look="main" disabled={!fit} busy={saving} onClick={() => void save()}>
                    {t("calibration.save")}
                </Button>
            </div>
        </>
    );
}

const kWays = ["points", "people"] as const;

export function CalibrationEditor({ plan, camera, cameras, onSaved, onCancel }: { plan: Plan; camera: Camera; cameras: readonly Camera[]; onSaved: () => void; onCancel: () => void }) {
    const { t } = useWords();
    const [way, setWay] = useState<(typeof kWays)[number]>("points");
    async function save({ calibration }: { calibration: Calibration }): Promise<void> {
        const others = plan.cameras.filter((placed) => placed.camera !== camera.id);
        await api.savePlan({ ...plan, cameras: [...others, { camera: camera.id, calibration }], change: "drawn_wrong" });
        onSaved();
    }
    const Editor = way === "points" ? PointCalibration : WalkerCalibration;
    return (
        <section className="card calibration" aria-label={t("calibration.of", { name: camera.name })}>
            <div className="plan-tools">
                <h2>{t("calibration.of", { name: camera.name })}</h2>
                {kWays.map((name) => (
                    <Button key={name} aria-pressed={way === name} onClick={() => setWay(name)}>
                        {t(`calibration.by_${name}`)}
                    </Button>
                ))}
            </div>
            <Editor plan={plan} camera={camera} cameras={cameras} save={save} onCancel={onCancel} />
        </section>
    );
}

// A drawing of the floor below the plan: a file, two points on it, and how far apart they are.
import { useState, type MouseEvent, type SyntheticEvent } from "react";

import { api } from "../../api/api.ts";
import type { FloorDrawing, Plan, Point } from "../../api/types.ts";
import { useWords } from "../../app/session.tsx";
import { Button, Field } from "../../components/controls.tsx";
import { Failure } from "../../components/states.tsx";
import { number } from "../../i18n/format.ts";
import { isDrawn, scaleOf, withDrawing } from "./scale.ts";

function Picture({ drawing, points, onClick }: { drawing: FloorDrawing; points: readonly Point[]; onClick: (point: Point) => void }) {
    const { t } = useWords();
    const { width, height } = drawing;
    const unit = Math.max(width, height) / 100;
    function click(event: MouseEvent<SVGSVGElement>): void {
        const matrix = event.currentTarget.getScreenCTM();
        if (!matrix) return;
        const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse());
        onClick([Math.min(width, Math.max(0, x)), Math.min(height, Math.max(0, y))]);
    }
    return (
        <svg className="drawing-scale" viewBox={`0 0 ${width} ${height}`} role="img" aria-label={t("drawing.picture")} onClick={click}>
            <image href={api.drawingAddress(drawing.id)} width={width} height={height} />
            {points.length === 2 && <polyline points={points.map((point) => point.join(",")).join(" ")} strokeWidth={0.4 * unit} />}
            {points.map(([x, y], i) => (
                <circle key={i} cx={x} cy={y} r={0.9 * unit} strokeWidth={0.4 * unit} />
            ))}
        </svg>
    );
}

function FileForm({ onAdded, onCancel }: { onAdded: (drawing: FloorDrawing) => void; onCancel: () => void }) {
    const { t } = useWords();
    const [file, setFile] = useState<File>();
    const [page, setPage] = useState("1");
    const [busy, setBusy] = useState(false);
    const [error, setError] = useState<Error>();
    const isPdf = file !== undefined && (file.type === "application/pdf" || file.name.toLowerCase().endsWith(".pdf"));
    async function add(event: SyntheticEvent): Promise<void> {
        event.preventDefault();
        if (!file) return;
        setBusy(true);
        setError(undefined);
        try {
            onAdded(await api.addDrawing(file, isPdf ? Number(page) : 1));
        } catch (failure) {
            setError(failure as Error);
        } finally {
            setBusy(false);
        }
    }
    return (
        <form className="plan-start" onSubmit={(event) => void add(event)}>
            <p>{t("drawing.hint")}</p>
            <Field label={t("drawing.file")} type="file" required accept=".png,.svg,.pdf,image/png,image/svg+xml,application/pdf" onChange={(event) => setFile(event.target.files?.[0])} />
            {isPdf && <Field label={t("drawing.page")} type="number" min="1" max="100" required value={page} onChange={(event) => setPage(event.target.value)} />}
            {error && <Failure error={error} />}
            <div className="actions">
                <Button onClick={onCancel}>{t("cancel")}</Button>
                <Button look="main" type="submit" busy={busy} disabled={!file}>
                    {t("drawing.upload")}
                </Button>
            </div>
        </form>
    );
}

export function DrawingUpload({ plan, onSaved, onCancel }: { plan: Plan; onSaved: () => void; onCancel: () => void }) {
    const { t, language } = useWords();
    const [drawing, setDrawing] = useState<FloorDrawing>();
    const [points, setPoints] = useState<readonly Point[]>([]);
    const [distance, setDistance] = useState("");
    const [busy, setBusy] = useState(false);
    const [error, setError] = useState<Error>();
    const scale = scaleOf(points, Number(distance));
    const after = drawing && scale !== undefined ? withDrawing(plan, drawing, scale) : undefined;
    async function save(event: SyntheticEvent): Promise<void> {
        event.preventDefault();
        if (!after) return;
        setBusy(true);
        setError(undefined);
        try {
            await api.savePlan({ ...after, change: "drawn_wrong" });
            onSaved();
        } catch (failure) {
            setError(failure as Error);
            setBusy(false);
        }
    }
    return (
        <section className="card" aria-label={t("drawing.title")}>
            <h2>{t("drawing.title")}</h2>
            {!drawing ? (
                <FileForm onAdded={setDrawing} onCancel={onCancel} />
            ) : (
                <form onSubmit={(event) => void save(event)}>
                    <p role="status">{t(points.length < 2 ? "drawing.click_two" : "drawing.say_distance")}</p>
                    <Picture drawing={drawing} points={points} onClick={(point) => setPoints((old) => (old.length < 2 ? [...old, point] : [point]))} />
                    <div className="plan-start">
                        <Field label={t("drawing.distance")} type="number" min="0.1" max="5000" step="any" required value={distance} onChange={(event) => setDistance(event.target.value)} />
                        {after && (
                            <p>
                                {t(isDrawn(plan) ? "drawing.width" : "drawing.size", { width: number(after.plan.drawing_width_m ?? 0, language, 2), depth: number((drawing.height * (scale ?? 0)), language, 2) })}
                            </p>
                        )}
                        {error && <Failure error={error} />}
                        <div className="actions">
                            <Button onClick={onCancel}>{t("cancel")}</Button>
                            <Button look="main" type="submit" disabled={!after} busy={busy}>
                                {t("save")}
                            </Button>
                        </div>
                    </div>
                </form>
            )}
        </section>
    );
}

// What is on the floor plan, drawn as in a camera's picture: zones and lines, walls, doors, fixtures, and where cameras hang. The
// editor works in centimetres.
import { useState } from "react";

import { api } from "../../api/api.ts";
import { kPlanCamera, type Camera, type Plan } from "../../api/types.ts";
import { useWords } from "../../app/session.tsx";
import { Button } from "../../components/controls.tsx";
import { Editing } from "../layout.tsx";
import { CameraOnPlan, PlanGround, unitOf } from "./drawing.tsx";
import { buildingOf, kPerMetre, layoutOf, withShapes } from "./plan-layout.ts";

interface Props {
    plan: Plan;
    cameras: readonly Camera[];
    onSaved: () => void;
    onClose: () => void;
    showNewer: () => void;
}

export function PlanLayoutEditor({ plan, cameras, onSaved, onClose, showNewer }: Props) {
    const { t } = useWords();
    const [saved, setSaved] = useState<Plan>();
    const now = saved ?? plan;
    const calibrated = now.cameras.filter(({ calibration }) => calibration);
    const toPlace = cameras.map(({ id }) => id).filter((id) => !calibrated.some(({ camera }) => camera === id));
    const cameraName = (id: string): string => cameras.find((camera) => camera.id === id)?.name ?? id;
    return (
        <section className="card plan-layout">
            <div className="plan-tools">
                <h2>{t("plan.draw")}</h2>
                <Button onClick={onClose}>{t("close")}</Button>
            </div>
            <Editing
                camera={kPlanCamera}
                layout={layoutOf(now)}
                plan={{ building: buildingOf(now), cameras: toPlace, cameraName }}
                ground={() => (
                    <g className="plan-ground" transform={`scale(${kPerMetre})`}>
                        <PlanGround plan={{ ...now, walls: [], doors: [], fixtures: [] }} />
                        {calibrated.map(({ camera }) => (
                            <CameraOnPlan key={camera} plan={now} name={camera} camera={cameras.find(({ id }) => id === camera)} unit={unitOf(now)} />
                        ))}
                    </g>
                )}
                save={async (drawn, change, { building }) => {
                    const after = await api.savePlan({ ...withShapes(now, { ...drawn, ...(building && { building }) }), change });
                    setSaved({ ...now, ...after });
                    return layoutOf({ ...now, ...after });
                }}
                onSaved={onSaved}
                showNewer={showNewer}
                notice={saved && t("layout.saved", { version: saved.version })}
            />
        </section>
    );
}

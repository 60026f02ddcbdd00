// Zones and lines of the floor plan, drawn as those of a camera's picture are: the editor works in centimetres.
import { useState } from "react";

import { api } from "../../api/api.ts";
import { kPlanCamera, type Plan } from "../../api/types.ts";
import { useWords } from "../../app/session.tsx";
import { Button } from "../../components/controls.tsx";
import { Editing } from "../layout.tsx";
import { PlanGround } from "./drawing.tsx";
import { kPerMetre, layoutOf, withShapes } from "./plan-layout.ts";

export function PlanLayoutEditor({ plan, onSaved, onClose, showNewer }: { plan: Plan; onSaved: () => void; onClose: () => void; showNewer: () => void }) {
    const { t } = useWords();
    const [saved, setSaved] = useState<Plan>();
    const now = saved ?? plan;
    return (
        <section className="card plan-layout">
            <div className="plan-tools">
                <h2>{t("plan.draw")}</h2>
                <Button onClick={onClose}>{t("close")}</Button>
            </div>
            <Editing
                camera={kPlanCamera}
                layout={layoutOf(now)}
                ground={() => (
                    <g className="plan-ground" transform={`scale(${kPerMetre})`}>
                        <PlanGround plan={now} />
                    </g>
                )}
                save={async (drawn, change) => {
                    const after = await api.savePlan({ ...withShapes(now, drawn), change });
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

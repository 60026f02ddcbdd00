// The floor plan as a drawing: what stands where, cameras and what they see, people. In metres.
import type { ReactNode } from "react";

import { api } from "../../api/api.ts";
import { kPlanCamera, type Camera, type Plan, type Point } from "../../api/types.ts";
import { useWords } from "../../app/session.tsx";
import { number } from "../../i18n/format.ts";
import { personColour, personLabel, zoneColour } from "../../theme/colours.ts";
import { lookEnd } from "./plan-layout.ts";
import { coneOf } from "./projection.ts";

export interface PersonOnPlan {
    key: string;
    person: number;
    place: Point;
    trail: Point[];
    /** Bounds, where they are known. */
    height_m?: [low: number, high: number] | undefined;
}

export const unitOf = (plan: Plan): number => Math.max(plan.plan.width_m, plan.plan.depth_m) / 100;
const pointsOf = (polygon: readonly Point[]): string => polygon.map(([x, y]) => `${x},${y}`).join(" ");

function middleOf(polygon: readonly Point[]): Point {
    const sum = polygon.reduce<Point>(([x, y], [px, py]) => [x + px, y + py], [0, 0]);
    return [sum[0] / Math.max(1, polygon.length), sum[1] / Math.max(1, polygon.length)];
}

/** A calibrated camera with what it sees; of one that was only placed, where it looks. */
export function CameraOnPlan({ plan, camera, name, unit }: { plan: Plan; camera: Camera | undefined; name: string; unit: number }) {
    const { t } = useWords();
    const placed = plan.cameras.find((known) => known.camera === name);
    const calibration = placed?.calibration;
    const at = calibration?.place ?? placed?.place;
    if (!at) return null;
    const isWell = camera?.status === "live" && camera.troubles.length === 0;
    const words = camera?.troubles.map(({ trouble }) => t(`trouble.${trouble}`)).join(", ");
    const state = !camera ? "" : camera.status === "live" ? (words ?? "") : t(`status.${camera.status}`);
    const [x, y] = at;
    const [lookX, lookY] = lookEnd(at, placed?.pan_deg ?? 0);
    return (
        <g className={isWell ? "plan-camera" : "plan-camera unwell"} role="img" aria-label={`${camera?.name ?? name}${state ? `: ${state}` : ""}`}>
            <title>{`${camera?.name ?? name}${state ? `: ${state}` : ""}`}</title>
            {calibration ? <polygon className="cone" points={pointsOf(coneOf(calibration))} /> : <line className="look" x1={x} y1={y} x2={lookX} y2={lookY} strokeWidth={0.3 * unit} strokeDasharray={`${0.8 * unit} ${0.5 * unit}`} />}
            <circle cx={x} cy={y} r={0.9 * unit} />
            <text x={x + 1.3 * unit} y={y - 0.6 * unit} fontSize={1.5 * unit}>
                {isWell ? "" : "⚠ "}
                {camera?.name ?? name}
            </text>
        </g>
    );
}

function PersonMark({ person, unit }: { person: PersonOnPlan; unit: number }) {
    const colour = personColour(person.person);
    const [x, y] = person.place;
    const { t, language } = useWords();
    const [low, high] = (person.height_m ?? []).map((bound) => number(bound, language, 2));
    return (
        <g>
            {low && high && <title>{t("plan.tall", { low, high })}</title>}
            {person.trail.length > 1 && <polyline points={pointsOf(person.trail)} fill="none" stroke={colour} strokeWidth={0.35 * unit} strokeLinejoin="round" opacity={0.7} />}
            <circle cx={x} cy={y} r={0.85 * unit} fill={colour} stroke="rgb(12 14 12 / 78%)" strokeWidth={0.25 * unit} />
            <text x={x} y={y - 1.2 * unit} fontSize={1.5 * unit} textAnchor="middle">
                {personLabel(person.person)}
            </text>
        </g>
    );
}

/** The floor and what stands on it. */
export function PlanGround({ plan }: { plan: Plan }) {
    const { width_m: width, depth_m: depth, drawing, drawing_at = [0, 0], drawing_width_m = width } = plan.plan;
    const unit = unitOf(plan);
    return (
        <>
            <rect className="floor" width={width} height={depth} />
            {drawing && (
                <svg width={width} height={depth}>
                    <image className="plan-picture" href={api.drawingAddress(drawing)} x={drawing_at[0]} y={drawing_at[1]} width={drawing_width_m} />
                </svg>
            )}
            {plan.fixtures.map((fixture) => (
                <polygon key={fixture.name} className="fixture" points={pointsOf(fixture.polygon)} strokeWidth={0.15 * unit} />
            ))}
            {plan.walls.map((wall, i) => (
                <line key={i} className="wall" x1={wall.from[0]} y1={wall.from[1]} x2={wall.to[0]} y2={wall.to[1]} strokeWidth={0.5 * unit} />
            ))}
            {plan.doors.map((door) => (
                <line key={door.name} className={`door ${door.use ?? "entrance"}`} x1={door.from[0]} y1={door.from[1]} x2={door.to[0]} y2={door.to[1]} strokeWidth={0.9 * unit} />
            ))}
        </>
    );
}

/** A unit is a hundredth of the plan's longer side, so that marks look the same on every plan. */
export function PlanDrawing({ plan, cameras, people = [], label, onClick, children }: { plan: Plan; cameras: readonly Camera[]; people?: readonly PersonOnPlan[]; label: string; onClick?: (place: Point) => void; children?: (unit: number) => ReactNode }) {
    const { width_m: width, depth_m: depth } = plan.plan;
    const unit = unitOf(plan);
    const room = 3 * unit;
    return (
        <svg
            className={onClick ? "plan-drawing aims" : "plan-drawing"}
            viewBox={`${-room} ${-room} ${width + 2 * room} ${depth + 2 * room}`}
            role="img"
            aria-label={label}
            onClick={(event) => {
                const matrix = event.currentTarget.getScreenCTM();
                if (!onClick || !matrix) return;
                const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse());
                onClick([Math.min(width, Math.max(0, x)), Math.min(depth, Math.max(0, y))]);
            }}
        >
            <PlanGround plan={plan} />
            {plan.zones.map((zone) => (
                <g key={zone.name}>
                    <polygon points={pointsOf(zone.polygon)} fill={zoneColour(kPlanCamera, zone.name)} fillOpacity={0.18} stroke={zoneColour(kPlanCamera, zone.name)} strokeWidth={0.25 * unit} />
                    <text x={middleOf(zone.polygon)[0]} y={middleOf(zone.polygon)[1]} fontSize={1.7 * unit} textAnchor="middle">
                        {zone.name}
                    </text>
                </g>
            ))}
            {plan.lines.map((line) => (
                <line key={line.name} className="counting" x1={line.from[0]} y1={line.from[1]} x2={line.to[0]} y2={line.to[1]} strokeWidth={0.35 * unit} strokeDasharray={`${unit} ${0.6 * unit}`} />
            ))}
            {plan.cameras.map((placed) => (
                <CameraOnPlan key={placed.camera} plan={plan} name={placed.camera} camera={cameras.find((camera) => camera.id === placed.camera)} unit={unit} />
            ))}
            {people.map((person) => (
                <PersonMark key={person.key} person={person} unit={unit} />
            ))}
            {children?.(unit)}
        </svg>
    );
}

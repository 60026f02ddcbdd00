// What the page of the floor shows, out of what the server says.
import type { FlowStep, ZoneUse } from "../../api/types.ts";

export interface FlowNode {
    /** Unique: a department may be somebody's second and somebody else's third. */
    id: string;
    name: string;
    /** From the left. */
    depth: number;
}

export interface FlowLink {
    source: string;
    target: string;
    value: number;
}

/** Fewer people than this share of the first step are left out: threads that nobody can follow. */
const kThinPart = 0.005;

/** Nodes in columns by step, so that nothing goes back: what a Sankey diagram needs. */
export function flowOf(steps: readonly FlowStep[]): { nodes: FlowNode[]; links: FlowLink[] } {
    const whole = steps.filter((step) => step.step === 0).reduce((sum, step) => sum + step.people, 0);
    const nodes = new Map<string, FlowNode>();
    const node = (depth: number, name: string): string => {
        const id = `${depth} ${name}`;
        if (!nodes.has(id)) nodes.set(id, { id, name, depth });
        return id;
    };
    const links = steps
        .filter((step) => step.people >= whole * kThinPart)
        .map((step) => ({ source: node(step.step, step.from), target: node(step.step + 1, step.to), value: step.people }));
    return { nodes: [...nodes.values()], links };
}

/** Departments, or areas where there are none. */
export function departmentsOf(zones: readonly ZoneUse[]): ZoneUse[] {
    const departments = zones.filter((zone) => zone.kind === "department");
    return departments.length > 0 ? departments : zones.filter((zone) => zone.kind === "area");
}

/** The period before another, as long as it. */
export function periodBefore(span: { from: Date; to: Date }): { from: Date; to: Date } {
    return { from: new Date(2 * span.from.getTime() - span.to.getTime()), to: span.from };
}

// How far today is from what the shop wants to reach.
import type { Goal } from "../../api/goods.ts";
import { shareOf } from "../goods/figures.ts";

/** From 1, Monday, to 7; `day` is "2026-11-27". */
export function weekdayOf(day: string): number {
    return new Date(`${day}T00:00:00Z`).getUTCDay() || 7;
}

export interface GoalState {
    what: "entries" | "sales" | "conversion";
    goal: number;
    /** null: is not known. */
    now: number | null;
}

/** Of what is wanted of that weekday. */
export function goalStates(goals: readonly Goal[], weekday: number, now: { entries: number | null; sales: number }): GoalState[] {
    const wanted = goals.find((goal) => goal.weekday === weekday);
    if (!wanted) return [];
    const { entries, sales } = now;
    const values = { entries, sales, conversion: entries === null ? null : shareOf(sales, entries) };
    return (["entries", "sales", "conversion"] as const).flatMap((what) => {
        const goal = wanted[what];
        return goal === null ? [] : [{ what, goal, now: values[what] }];
    });
}

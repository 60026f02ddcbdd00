// What waits for somebody, the most urgent first.
import type { Alarm, QueueForecast, Severity } from "../../api/types.ts";

const kUrgency: Record<Severity, number> = { urgent: 0, warning: 1, info: 2 };

/** Alarms that nobody has acknowledged: the urgent ones first, of these the newest. */
export function waiting(alarms: readonly Alarm[]): Alarm[] {
    return alarms
        .filter((alarm) => !alarm.acknowledged)
        .sort((a, b) => kUrgency[a.severity] - kUrgency[b.severity] || Date.parse(b.raised) - Date.parse(a.raised));
}

export type ToDo = { kind: "alarm"; alarm: Alarm } | { kind: "till"; camera: string; till: string; openAt: string };

/** Alarms that go on and wait for somebody, and tills that should open; one that an alarm names already is not told twice. */
export function toDo(alarms: readonly Alarm[], forecasts: readonly QueueForecast[]): ToDo[] {
    const open = waiting(alarms).filter((alarm) => !alarm.ended);
    const told = new Set(open.flatMap((alarm) => (alarm.advice ? [alarm.advice.till] : [])));
    const tills = forecasts.flatMap(({ camera, advice }): ToDo[] => (advice && !told.has(advice.till) ? [{ kind: "till", camera, till: advice.till, openAt: advice.open_at }] : []));
    return [...open.map((alarm): ToDo => ({ kind: "alarm", alarm })), ...tills];
}

// In which order people are shown for marking.
import type { Somebody } from "../../api/types.ts";

export type Order = "unsure" | "newest" | "staff";

/** 0: it could be either; 1: certain. Who was marked is certain. */
export function certaintyOf(person: Somebody): number {
    if (person.mark !== null) return 1;
    return person.staff_probability === null ? 0 : Math.abs(2 * person.staff_probability - 1);
}

export function ordered(people: readonly Somebody[], order: Order): Somebody[] {
    const list = [...people];
    const newest = (a: Somebody, b: Somebody): number => Date.parse(b.last) - Date.parse(a.last);
    if (order === "newest") return list.sort(newest);
    if (order === "staff") return list.sort((a, b) => (b.staff_probability ?? (b.mark === "staff" ? 1 : 0)) - (a.staff_probability ?? (a.mark === "staff" ? 1 : 0)) || newest(a, b));
    return list.sort((a, b) => Number(a.mark !== null) - Number(b.mark !== null) || certaintyOf(a) - certaintyOf(b) || newest(a, b));
}

/** Whose turn it is after `person`: the next in the list who is not marked, from the top when there is none below. */
export function nextUnmarked(list: readonly Somebody[], person: number): number | undefined {
    const at = list.findIndex((one) => one.person === person);
    const rest = [...list.slice(at + 1), ...list.slice(0, Math.max(0, at))];
    return rest.find((one) => one.mark === null)?.person;
}

/** At most `count` of the looks, far apart in time, the last among them. */
export function spreadLooks(looks: readonly string[], count: number): string[] {
    if (looks.length <= count) return [...looks];
    return Array.from({ length: count }, (_, i) => looks[Math.round((i * (looks.length - 1)) / (count - 1))] ?? "");
}

import { expect, test } from "vitest";

import type { Somebody } from "../../api/types.ts";
import { certaintyOf, nextUnmarked, ordered, spreadLooks } from "./order.ts";

function somebody(person: number, probability: number | null, mark: "staff" | "customer" | null = null): Somebody {
    const at = new Date(1_790_000_000_000 + person * 1000).toISOString();
    return { person, camera: "door", first: at, last: at, looks: [at], staff_probability: probability, mark, name: "", staff_place_s: 0, sex: null, sex_confidence: null, age: null, age_low: null, age_high: null };
}

const people = [somebody(1, 0.9), somebody(2, 0.55), somebody(3, 0.5, "staff"), somebody(4, 0.1), somebody(5, null)];
const numbers = (list: Somebody[]): number[] => list.map((one) => one.person);

test("the least certain come first, the marked last", () => {
    expect(numbers(ordered(people, "unsure"))).toEqual([5, 2, 4, 1, 3]);
    expect(certaintyOf(somebody(1, 0.5))).toBe(0);
    expect(certaintyOf(somebody(1, 0.2, "customer"))).toBe(1);
});

test("or the newest, or those most like staff", () => {
    expect(numbers(ordered(people, "newest"))).toEqual([5, 4, 3, 2, 1]);
    expect(numbers(ordered(people, "staff"))[0]).toBe(1);
});

test("after a mark it is the next one's turn who has none", () => {
    expect(nextUnmarked(people, 2)).toBe(4);
    expect(nextUnmarked(people, 5)).toBe(1);
    expect(nextUnmarked([somebody(3, 0.5, "staff")], 3)).toBeUndefined();
});

test("looks are shown far apart in time", () => {
    expect(spreadLooks(["a", "b"], 3)).toEqual(["a", "b"]);
    expect(spreadLooks(["a", "b", "c", "d", "e"], 3)).toEqual(["a", "c", "e"]);
});

import { describe, expect, it } from "vitest";

import type { Alarm, QueueForecast } from "../../api/types.ts";
import { toDo, waiting } from "./todo.ts";

const kAlarm: Alarm = {
    id: 1,
    rule: 1,
    rule_name: "Queue",
    severity: "warning",
    measure: "queue_length",
    camera: "hall",
    place: "till 1",
    value: 6,
    limit: 5,
    text: "",
    raised: "2026-11-27T10:00:00Z",
    ended: null,
    acknowledged: null,
    acknowledged_by: "",
    note: "",
    escalated: null,
    advice: null,
    match: null,
    notes: [],
};
const kForecast: QueueForecast = {
    camera: "hall",
    at: "2026-11-27T10:00:00Z",
    waiting: 3,
    queues: [],
    days: 5,
    length_limit: 4,
    outlooks: [],
    advice: { till: "till-3", said: "2026-11-27T10:00:00Z", open_at: "2026-11-27T10:10:00Z", expected: 5, chance: 0.8 },
};

describe("waiting", () => {
    it("has the urgent ones first, of these the newest, and none that somebody looks after", () => {
        const seen = { ...kAlarm, id: 2, acknowledged: "2026-11-27T10:01:00Z" };
        const later = { ...kAlarm, id: 3, raised: "2026-11-27T10:05:00Z" };
        const urgent = { ...kAlarm, id: 4, severity: "urgent" as const, raised: "2026-11-27T09:00:00Z" };
        expect(waiting([kAlarm, seen, later, urgent]).map(({ id }) => id)).toEqual([4, 3, 1]);
    });
});

describe("toDo", () => {
    it("has alarms that go on and tills that should open", () => {
        const over = { ...kAlarm, id: 2, ended: "2026-11-27T10:01:00Z" };
        expect(toDo([kAlarm, over], [kForecast])).toEqual([
            { kind: "alarm", alarm: kAlarm },
            { kind: "till", camera: "hall", till: "till-3", openAt: "2026-11-27T10:10:00Z" },
        ]);
    });
    it("tells a till once", () => {
        const alarm = { ...kAlarm, advice: { till: "till-3", open_at: "2026-11-27T10:09:00Z" } };
        expect(toDo([alarm], [kForecast])).toEqual([{ kind: "alarm", alarm }]);
        expect(toDo([], [{ ...kForecast, advice: null }])).toEqual([]);
    });
});

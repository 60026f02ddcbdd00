// Everyone on the floor plan now, joined by the server from all calibrated cameras, with the way of the last seconds.
import { useEffect, useState } from "react";

import { listen } from "../../api/events.ts";
import { kPlanCamera, type PlanNow, type Point } from "../../api/types.ts";
import type { PersonOnPlan } from "./drawing.tsx";

const kTrailMs = 10_000;
const kGoneMs = 2_000;
const kDrawEveryMs = 200;

/** Instants of events are the server's; time goes on between them, and after the last one, by a clock of this page. */
export class PeopleOnPlan {
    private readonly ways = new Map<number, { at: number; place: Point }[]>();
    private readonly heights = new Map<number, [number, number]>();
    private newest = -Infinity;
    private heard = 0;

    take(now: PlanNow, heard: number): void {
        const at = Date.parse(now.at);
        if (at >= this.newest) [this.newest, this.heard] = [at, heard];
        if (now.people.length === 0) this.ways.clear();
        for (const { person, place, height_m } of now.people) {
            if (height_m) this.heights.set(person, height_m);
            const way = (this.ways.get(person) ?? []).filter((step) => at - step.at <= kTrailMs);
            this.ways.set(person, [...way, { at, place }]);
        }
    }

    /** Of a moment by the clock of this page. */
    at(local: number): PersonOnPlan[] {
        const now = this.newest + local - this.heard;
        const people: PersonOnPlan[] = [];
        for (const [person, way] of this.ways) {
            const last = way.at(-1);
            if (!last || now - last.at > kTrailMs) this.ways.delete(person);
            else if (now - last.at <= kGoneMs) people.push({ key: String(person), person, place: last.place, trail: way.map((step) => step.place), height_m: this.heights.get(person) });
        }
        for (const person of this.heights.keys()) if (!this.ways.has(person)) this.heights.delete(person);
        return people;
    }
}

export function useLivePeople(active: boolean): PersonOnPlan[] {
    const [people, setPeople] = useState<PersonOnPlan[]>([]);
    useEffect(() => {
        if (!active) return;
        const known = new PeopleOnPlan();
        const stop = listen("/api/live", { camera: kPlanCamera }, {
            event: "plan",
            onData: (data) => known.take(data as PlanNow, performance.now()),
        });
        const timer = window.setInterval(() => setPeople(known.at(performance.now())), kDrawEveryMs);
        return () => {
            stop();
            window.clearInterval(timer);
            setPeople([]);
        };
    }, [active]);
    return people;
}

// Everyone whom a calibrated camera sees now, on the plan, with the way of the last seconds.
import { useEffect, useState } from "react";

import { listen } from "../../api/events.ts";
import type { Plan, Point, Tracks } from "../../api/types.ts";
import type { PersonOnPlan } from "./drawing.tsx";
import { toPlan } from "./projection.ts";

const kTrailMs = 10_000;
const kGoneMs = 2_000;
const kDrawEveryMs = 200;

interface Seen {
    person: number;
    way: { at: number; place: Point }[];
}

export class PeopleOnPlan {
    private seen = new Map<string, Seen>();
    private readonly plan: Plan;

    constructor(plan: Plan) {
        this.plan = plan;
    }

    take(tracks: Tracks): void {
        const calibration = this.plan.cameras.find((placed) => placed.camera === tracks.camera)?.calibration;
        if (!calibration) return;
        const [scaleX, scaleY] = [calibration.width / tracks.width, calibration.height / tracks.height];
        const at = Date.parse(tracks.at);
        for (const { person, box } of tracks.people) {
            const place = toPlan(calibration, [(box[0] + box[2] / 2) * scaleX, (box[1] + box[3]) * scaleY]);
            if (!place) continue;
            const key = `${tracks.camera} ${person}`;
            const known = this.seen.get(key) ?? { person, way: [] };
            known.way = [...known.way.filter((step) => at - step.at <= kTrailMs), { at, place }];
            this.seen.set(key, known);
        }
    }

    /** Of a moment by the server's clock. */
    at(now: number): PersonOnPlan[] {
        const people: PersonOnPlan[] = [];
        for (const [key, { person, way }] of this.seen) {
            const last = way.at(-1);
            if (!last || now - last.at > kTrailMs) this.seen.delete(key);
            else if (now - last.at <= kGoneMs) people.push({ key, person, place: last.place, trail: way.map((step) => step.place) });
        }
        return people;
    }
}

export function useLivePeople(plan: Plan, active: boolean): PersonOnPlan[] {
    const [people, setPeople] = useState<PersonOnPlan[]>([]);
    useEffect(() => {
        if (!active) return;
        const known = new PeopleOnPlan(plan);
        let newest = 0;
        const stop = listen("/api/live", {}, {
            event: "tracks",
            onData: (data) => {
                const tracks = data as Tracks;
                newest = Math.max(newest, Date.parse(tracks.at));
                known.take(tracks);
            },
        });
        const timer = window.setInterval(() => setPeople(known.at(newest)), kDrawEveryMs);
        return () => {
            stop();
            window.clearInterval(timer);
            setPeople([]);
        };
    }, [plan, active]);
    return people;
}

import { describe, expect, it } from "vitest";

import type { Tracks } from "../api/types.ts";
import { kDelayMaxS, kDelayMinS, kStaleS, kTrailS, TrackBuffer } from "./track-buffer.ts";

function tracks(timeS: number, people: Record<number, number>): Tracks {
    return {
        camera: "door",
        media_time_s: timeS,
        at: "2026-11-23T10:00:00.000Z",
        width: 640,
        height: 360,
        people: Object.entries(people).map(([person, x]) => ({ person: Number(person), label: person, box: [x, 10, 20, 40], score: 0.9, zones: [] })),
    };
}

function xOf(buffer: TrackBuffer, timeS: number): Record<number, number> | undefined {
    const moment = buffer.at(timeS);
    return moment && Object.fromEntries(moment.people.map((person) => [person.person, person.box[0]]));
}

describe("TrackBuffer", () => {
    it("interpolates poses, and takes the nearer one where only one is known", () => {
        const buffer = new TrackBuffer();
        const withPose = (timeS: number, x: number, pose?: number[]): Tracks => {
            const moment = tracks(timeS, { 1: x });
            const [person] = moment.people;
            if (person && pose) person.pose = pose;
            return moment;
        };
        buffer.push(withPose(10, 100, [100, 20, 0.8]));
        buffer.push(withPose(10.2, 120, [120, 24, 0.6]));
        buffer.push(withPose(10.4, 140));
        expect(buffer.at(10.1)?.people[0]?.pose?.[0]).toBeCloseTo(110);
        expect(buffer.at(10.25)?.people[0]?.pose?.[0]).toBeCloseTo(120);
        expect(buffer.at(10.35)?.people[0]?.pose).toBeUndefined();
    });

    it("interpolates between two analysed pictures", () => {
        const buffer = new TrackBuffer();
        buffer.push(tracks(10, { 1: 100 }));
        buffer.push(tracks(10.2, { 1: 120 }));
        expect(xOf(buffer, 10)).toEqual({ 1: 100 });
        expect(xOf(buffer, 10.1)?.[1]).toBeCloseTo(110);
        expect(xOf(buffer, 10.2)).toEqual({ 1: 120 });
    });

    it("shows who comes or goes with the nearer picture", () => {
        const buffer = new TrackBuffer();
        buffer.push(tracks(10, { 1: 100 }));
        buffer.push(tracks(10.2, { 2: 300 }));
        expect(xOf(buffer, 10.05)).toEqual({ 1: 100 });
        expect(xOf(buffer, 10.15)).toEqual({ 2: 300 });
    });

    it("keeps the newest boxes for a moment and then says nothing", () => {
        const buffer = new TrackBuffer();
        buffer.push(tracks(10, { 1: 100 }));
        expect(xOf(buffer, 10 + kStaleS - 0.01)).toEqual({ 1: 100 });
        expect(xOf(buffer, 10 + kStaleS + 0.01)).toBeUndefined();
        expect(xOf(buffer, 9.9)).toBeUndefined();
    });

    it("doesn't draw over a gap", () => {
        const buffer = new TrackBuffer();
        buffer.push(tracks(10, { 1: 100 }));
        buffer.push(tracks(14, { 1: 500 }));
        expect(xOf(buffer, 12)).toBeUndefined();
        expect(xOf(buffer, 14)).toEqual({ 1: 500 });
    });

    it("trails the feet of the last seconds only", () => {
        const buffer = new TrackBuffer();
        for (let i = 0; i <= 40; ++i) buffer.push(tracks(10 + i * 0.2, { 1: i }));
        const trail = buffer.at(18)?.people[0]?.trail ?? [];
        expect(trail.length).toBe(kTrailS / 0.2 + 2);
        expect(trail[0]?.[0]).toBeCloseTo(15 + 10);
        expect(trail.at(-1)).toEqual([40 + 10, 50]);
    });

    it("forgets a camera's former life when its time goes back", () => {
        const buffer = new TrackBuffer();
        buffer.push(tracks(100, { 1: 100 }));
        buffer.push(tracks(0.2, { 7: 5 }));
        expect(buffer.newestS()).toBe(0.2);
        expect(xOf(buffer, 100)).toBeUndefined();
    });

    it("delays the picture as much as analysis is late, within limits", () => {
        const buffer = new TrackBuffer();
        expect(buffer.delayOfS(7)).toBe(kDelayMinS); // nothing is known yet
        buffer.push(tracks(10, {}));
        expect(buffer.delayOfS(10.9)).toBeCloseTo(1.1);
        buffer.push(tracks(11, {}));
        expect(buffer.delayOfS(11.1)).toBeGreaterThan(1); // not at once
        for (let i = 0; i < 200; ++i) buffer.delayOfS(11.1);
        expect(buffer.delayOfS(11.1)).toBe(kDelayMinS);
        expect(buffer.delayOfS(500)).toBe(kDelayMaxS);
    });

    it("doesn't grow without end", () => {
        const buffer = new TrackBuffer();
        for (let i = 0; i < 5000; ++i) buffer.push(tracks(i * 0.2, { 1: i }));
        expect(xOf(buffer, 900)).toBeUndefined();
        expect(xOf(buffer, 998)).toEqual({ 1: 4990 });
    });
});

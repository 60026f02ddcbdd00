import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { listen } from "./events.ts";

class FakeSource extends EventTarget {
    static readonly CLOSED = 2;
    static opened: FakeSource[] = [];
    readyState = 0;
    readonly address: string;
    constructor(address: string) {
        super();
        this.address = address;
        FakeSource.opened.push(this);
    }
    say(name: string, lastEventId = ""): void {
        this.dispatchEvent(Object.assign(new Event(name), { data: "{}", lastEventId }));
    }
    giveUp(): void {
        this.readyState = FakeSource.CLOSED;
        this.dispatchEvent(new Event("error"));
    }
    close(): void {
        this.readyState = FakeSource.CLOSED;
    }
}

beforeEach(() => {
    vi.useFakeTimers();
    FakeSource.opened = [];
    vi.stubGlobal("EventSource", FakeSource);
    vi.stubGlobal("window", globalThis);
});
afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
});

const newest = (): FakeSource => FakeSource.opened.at(-1) as FakeSource;

describe("a stream that the browser gave up", () => {
    it("goes on from where it began, though it had heard nothing", () => {
        const end = listen("/api/events", {}, { event: "fact", onData: () => {} });
        newest().say("hello", "41");
        newest().giveUp();
        vi.advanceTimersByTime(500);
        expect(newest().address).toBe("/api/events?after=41");
        end();
    });

    it("goes on after the last that it heard, and tells each time it is open", () => {
        let opened = 0;
        const end = listen("/api/events", {}, { event: "fact", onData: () => {}, onOpen: () => ++opened });
        newest().say("open");
        newest().say("hello", "41");
        newest().say("fact", "42");
        newest().giveUp();
        vi.advanceTimersByTime(500);
        newest().say("open");
        expect([newest().address, opened]).toEqual(["/api/events?after=42", 2]);
        end();
        vi.advanceTimersByTime(60_000);
        expect(FakeSource.opened.length).toBe(2);
    });
});

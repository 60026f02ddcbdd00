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

let page: EventTarget & { hidden: boolean };

function setHidden(hidden: boolean): void {
    page.hidden = hidden;
    page.dispatchEvent(new Event("visibilitychange"));
}

beforeEach(() => {
    page = Object.assign(new EventTarget(), { hidden: false });
    vi.stubGlobal("document", page);
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

describe("a stream of a page that nobody looks at", () => {
    it("is closed, and goes on after the last that was heard", () => {
        const heard: unknown[] = [];
        const end = listen("/api/events", {}, { event: "fact", onData: (data) => heard.push(data) });
        newest().say("fact", "42");
        setHidden(true);
        expect([FakeSource.opened.length, newest().readyState]).toEqual([1, FakeSource.CLOSED]);
        vi.advanceTimersByTime(60_000);
        setHidden(false);
        expect([FakeSource.opened.length, newest().address, newest().readyState]).toEqual([2, "/api/events?after=42", 0]);
        newest().say("fact", "43");
        expect(heard.length).toBe(2);
        end();
        setHidden(true);
        setHidden(false);
        expect([FakeSource.opened.length, newest().readyState]).toEqual([2, FakeSource.CLOSED]);
    });

    it("is not opened before somebody looks, and not tried again meanwhile", () => {
        page.hidden = true;
        const end = listen("/api/events", {}, { event: "fact", onData: () => {} });
        expect(FakeSource.opened.length).toBe(0);
        setHidden(false);
        newest().giveUp();
        setHidden(true);
        vi.advanceTimersByTime(60_000);
        expect(FakeSource.opened.length).toBe(1);
        setHidden(false);
        expect(FakeSource.opened.length).toBe(2);
        end();
    });

    it("goes on where it has to be heard", () => {
        const end = listen("/api/alarms/live", {}, { event: "alarm", onData: () => {}, whenHidden: "listen" });
        setHidden(true);
        setHidden(false);
        expect([FakeSource.opened.length, newest().readyState]).toEqual([1, 0]);
        end();
    });
});

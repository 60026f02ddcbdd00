import { describe, expect, it } from "vitest";

import { en } from "./en.ts";
import { changeOf, duration, moment, number } from "./format.ts";
import { fill, isRightToFill, type Message } from "./message.ts";
import { ru } from "./ru.ts";

function placeholders(message: Message): string[] {
    const texts = typeof message === "string" ? [message] : [message.other];
    return texts.flatMap((text) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? "")).sort();
}

describe("the languages", () => {
    it("say the same things", () => {
        expect(Object.keys(ru).sort()).toEqual(Object.keys(en).sort());
    });

    it("fill in the same values", () => {
        for (const key of Object.keys(en) as (keyof typeof en)[]) expect([key, placeholders(ru[key])]).toEqual([key, placeholders(en[key])]);
    });

    it("have each plural form that they need", () => {
        for (const [key, message] of Object.entries(en)) expect([key, isRightToFill(message, "en")]).toEqual([key, true]);
        for (const [key, message] of Object.entries(ru)) expect([key, isRightToFill(message, "ru")]).toEqual([key, true]);
    });

    it("have a Russian text in Russian", () => {
        const same = (Object.keys(en) as (keyof typeof en)[]).filter((key) => JSON.stringify(en[key]) === JSON.stringify(ru[key]));
        expect(same).toEqual([]);
    });
});

describe("fill", () => {
    it("chooses the plural form", () => {
        const people = (n: number) => fill(ru["n_people"], "ru", { n });
        expect([1, 2, 5, 11, 21, 22, 111].map(people)).toEqual(["1 человек", "2 человека", "5 человек", "11 человек", "21 человек", "22 человека", "111 человек"]);
        expect([0, 1, 2].map((n) => fill(en["n_people"], "en", { n }))).toEqual(["0 people", "1 person", "2 people"]);
    });

    it("writes numbers as the language does, and leaves alone what it isn't given", () => {
        expect(fill("{n} of {all}", "en", { n: 12345 })).toBe("12,345 of {all}");
        expect(fill("{n}", "ru", { n: 12345 })).toBe("12\u00a0345");
    });
});

describe("format", () => {
    it("writes durations with two units at most", () => {
        expect([0, 45, 60, 260, 3600, 3900, 180_000].map((s) => duration(s, "en"))).toEqual(["0 s", "45 s", "1 min", "4 min 20 s", "1 h", "1 h 5 min", "2 d 2 h"]);
        expect(duration(260, "ru")).toBe("4 мин 20 с");
        expect(duration(59.7, "en")).toBe("1 min");
        expect(duration(-3, "en")).toBe("0 s");
    });

    it("compares, where there is something to compare with", () => {
        expect(changeOf(112, 100, "en")).toBe("+12%");
        expect(changeOf(100, 100, "en")).toBe("0%");
        expect(changeOf(5, 0, "en")).toBeUndefined();
        expect(changeOf(5, undefined, "en")).toBeUndefined();
    });

    it("shows moments in the shop's time zone", () => {
        expect(moment("2026-11-23T21:05:09.123Z", "en", "Europe/Moscow", "seconds")).toBe("00:05:09");
        expect(moment("2026-11-23T21:05:09.123Z", "en", "Europe/Moscow", "day")).toBe("24 Nov 2026");
        expect(moment("2026-11-23T21:05:09.123Z", "ru", "Europe/Moscow", "day")).toMatch(/^24 нояб\. 2026/);
        expect(number(0.5, "ru", 2)).toBe("0,50");
    });
});

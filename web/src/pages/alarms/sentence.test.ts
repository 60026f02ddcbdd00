import { describe, expect, it } from "vitest";

import type { RuleInput } from "../../api/types.ts";
import { wordsIn } from "../../app/session.tsx";
import { placeOf, sentenceOf } from "./sentence.ts";

const kRule: RuleInput = {
    name: "Queue",
    enabled: true,
    measure: "people",
    camera: "",
    place: "till 1",
    above: true,
    limit: 5,
    lasting_s: 60,
    hours: { from: "09:00", to: "21:00", weekdays: [1, 2, 3, 4, 5, 6, 7] },
    severity: "warning",
    channels: [1],
    again_after_s: 300,
    quiet: null,
    escalate_after_s: 180,
    escalate_to: [2],
};
const names = { camera: () => "Hall", channel: (id: number) => (id === 1 ? "Guard" : "Owner") };
const sentence = (rule: RuleInput, language: "en" | "ru" = "en"): string => sentenceOf(rule, wordsIn(language, () => {}), names);

describe("sentenceOf", () => {
    it("says what, where, how long, when and whom", () => {
        expect(sentence(kRule)).toBe("When 5 or more people are in “till 1” for 1 min from 09:00 to 21:00: tell Guard and the screen; after 3 min without an answer tell Owner.");
        expect(sentence(kRule, "ru")).toBe("Если в зоне «till 1» людей 5 или больше в течение 1 мин с 09:00 до 21:00: сообщить: Guard и на экран; через 3 мин без ответа сообщить: Owner.");
    });
    it("leaves out what is as usual", () => {
        const plain = { ...kRule, place: "", lasting_s: 0, hours: { from: "00:00", to: "00:00", weekdays: [6, 7] }, channels: [], escalate_after_s: 0 };
        expect(sentence(plain)).toBe("When 5 or more people are in any zone on Sat, Sun: show it on the screen.");
    });
    it("names the camera", () => {
        expect(sentence({ ...kRule, measure: "camera_down_s", camera: "hall", limit: 30, lasting_s: 0, escalate_to: [] })).toBe(
            "When camera “Hall” gives no picture for 30 s from 09:00 to 21:00: tell Guard and the screen.",
        );
    });
    it("says what is wrong with the picture", () => {
        const rule: RuleInput = { ...kRule, measure: "camera_trouble_s", camera: "hall", place: "covered", limit: 10, lasting_s: 0, hours: { ...kRule.hours, from: "00:00", to: "00:00" }, channels: [], escalate_to: [] };
        expect(sentence(rule)).toBe("When camera “Hall” doesn't see well for 10 s (Lens covered): show it on the screen.");
        expect(sentence({ ...rule, place: "" }, "ru")).toBe("Если камера «Hall» плохо видит 10 с (что угодно): показать на экране.");
        expect(placeOf({ measure: "camera_trouble_s", place: "late" }, wordsIn("en", () => {}))).toBe("Looked at too late");
        expect(placeOf({ measure: "people", place: "late" }, wordsIn("en", () => {}))).toBe("late");
    });
});

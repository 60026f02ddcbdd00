import { describe, expect, it } from "vitest";

import { splitForPhone } from "./phone-bar.ts";

const named = (names: string, onFloor = ""): { name: string; onFloor: boolean }[] => [...names].map((name) => ({ name, onFloor: onFloor.includes(name) }));
const split = (names: string, onFloor?: string): string[] => {
    const { bar, more } = splitForPhone(named(names, onFloor));
    return [bar, more].map((places) => places.map((place) => place.name).join(""));
};

describe("the bar of a phone", () => {
    it("holds up to five pages without more", () => {
        expect([split(""), split("ts"), split("tlaps")]).toEqual([["", ""], ["ts", ""], ["tlaps", ""]]);
    });

    it("holds four of any number, and every other page once", () => {
        for (let n = 6; n < 30; ++n) {
            const names = Array.from({ length: n }, (_, i) => String.fromCharCode(97 + i)).join("");
            expect(split(names)).toEqual([names.slice(0, 4), names.slice(4)]);
        }
    });

    it("prefers those of the floor, in their order", () => {
        expect(split("tlvhqapycs", "tlqa")).toEqual(["tlqa", "vhpycs"]);
        expect(split("tvhqapcs", "tlqa")).toEqual(["tvqa", "hpcs"]);
    });
});

import { expect, test } from "vitest";

import type { GoodsClass, GoodsPicture } from "../../api/teach.ts";
import { classOfKey, classOfText, keyOfClass, kClassesWithKeys, nextUnlabelled, shownPictures } from "./labels.ts";

const picture = (id: string, shows: string | null): GoodsPicture => ({ id, name: id, class: shows, added: "", twin_of: null });
const pictures = [picture("a", null), picture("b", "1.1"), picture("c", null), picture("d", "1.2")];
const classes: GoodsClass[] = Array.from({ length: 25 }, (_, i) => ({ id: `1.${i + 1}`, name: String(i), pictures: 0 }));

test("the next without a label is looked for around the end", () => {
    expect(nextUnlabelled(pictures, "a")).toBe("c");
    expect(nextUnlabelled(pictures, "c")).toBe("a");
    expect(nextUnlabelled(pictures, undefined)).toBe("a");
    expect(nextUnlabelled([picture("a", null)], "a")).toBeUndefined();
    expect(nextUnlabelled([picture("b", "1.1")], undefined)).toBeUndefined();
});

test("pictures are those that wait, all, or of a class", () => {
    expect(shownPictures(pictures, "unlabelled").map((one) => one.id)).toEqual(["a", "c"]);
    expect(shownPictures(pictures, "all")).toHaveLength(4);
    expect(shownPictures(pictures, "1.2").map((one) => one.id)).toEqual(["d"]);
});

test("each of the first twenty classes has a key, and the key leads to it", () => {
    expect(classOfKey(classes, "Digit1", false)?.id).toBe("1.1");
    expect(classOfKey(classes, "Numpad3", false)?.id).toBe("1.3");
    expect(classOfKey(classes, "Digit0", false)?.id).toBe("1.10");
    expect(classOfKey(classes, "KeyQ", true)?.id).toBe("1.11");
    expect(classOfKey(classes, "KeyQ", false)).toBeUndefined();
    expect(classOfKey(classes.slice(0, 3), "Digit4", false)).toBeUndefined();
    expect([0, 8, 9, 10, 19, 20].map(keyOfClass)).toEqual(["1", "9", "0", "⇧Q", "⇧P", undefined]);
});

test("a class that has no key is found by its name", () => {
    const named = ["Milk 1 l", "Milk", "Kefir 1 l", "Oat milk", "Сок берёзовый", "Berries"].map((name, i) => ({ id: `1.${i}`, name, pictures: 0 }));
    const found = (text: string): string | undefined => classOfText(named, text)?.name;
    expect(found("milk")).toBe("Milk");
    expect(found(" mil")).toBe("Milk 1 l");
    expect(found("KE")).toBe("Kefir 1 l");
    expect(found("oat  m")).toBe("Oat milk");
    expect(found("березов")).toBe("Сок берёзовый");
    expect(found("erri")).toBe("Berries");
    expect(found("tea")).toBeUndefined();
    expect(found("  ")).toBeUndefined();
    expect(keyOfClass(kClassesWithKeys - 1)).toBeDefined();
    expect(keyOfClass(kClassesWithKeys)).toBeUndefined();
});

// The order in which pictures are looked at while they are labelled, and which key means which class.
import type { GoodsClass, GoodsPicture } from "../../api/teach.ts";

/** "all", "unlabelled", or the id of a class. */
export type Shown = string;

/** What is in the grid. */
export function shownPictures(pictures: readonly GoodsPicture[], shown: Shown): GoodsPicture[] {
    if (shown === "all") return [...pictures];
    if (shown === "unlabelled") return pictures.filter((one) => one.class === null);
    return pictures.filter((one) => one.class === shown);
}

/** After `id`, the next one that waits for its label, around the end; undefined: all have one. */
export function nextUnlabelled(pictures: readonly GoodsPicture[], id: string | undefined): string | undefined {
    const at = pictures.findIndex((one) => one.id === id);
    const around = [...pictures.slice(at + 1), ...pictures.slice(0, Math.max(at, 0))];
    return around.find((one) => one.class === null)?.id;
}

/** "1" to "9", then "0" for the tenth; further classes have the letters of the upper row, which lead nowhere else. */
const kKeys = ["Digit1", "Digit2", "Digit3", "Digit4", "Digit5", "Digit6", "Digit7", "Digit8", "Digit9", "Digit0"];
const kMore = ["KeyQ", "KeyW", "KeyE", "KeyR", "KeyT", "KeyY", "KeyU", "KeyI", "KeyO", "KeyP"];

export function classOfKey(classes: readonly GoodsClass[], code: string, withShift: boolean): GoodsClass | undefined {
    const digit = kKeys.indexOf(code.replace("Numpad", "Digit"));
    if (digit >= 0 && !withShift) return classes[digit];
    const letter = kMore.indexOf(code);
    if (letter >= 0 && withShift) return classes[kKeys.length + letter];
    return undefined;
}

/** More classes than keys: the rest are found by what their names begin with. */
export const kClassesWithKeys = kKeys.length + kMore.length;

function plain(text: string): string {
    return text.trim().toLowerCase().replace(/ё/g, "е").replace(/\s+/g, " ");
}

/** The class that what was typed means: its name, else the first that begins so, has a word that does, or holds it. */
export function classOfText(classes: readonly GoodsClass[], text: string): GoodsClass | undefined {
    const typed = plain(text);
    if (typed === "") return undefined;
    const names = classes.map((one) => plain(one.name));
    const means = [
        (name: string) => name === typed,
        (name: string) => name.startsWith(typed),
        (name: string) => name.includes(` ${typed}`),
        (name: string) => name.includes(typed),
    ];
    for (const isMeant of means) {
        const at = names.findIndex(isMeant);
        if (at >= 0) return classes[at];
    }
    return undefined;
}

/** How the key is written on the class: "1", "⇧Q". */
export function keyOfClass(place: number): string | undefined {
    if (place < kKeys.length) return kKeys[place]?.slice(-1);
    const code = kMore[place - kKeys.length];
    return code ? `⇧${code.slice(-1)}` : undefined;
}

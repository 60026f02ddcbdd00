// Which pages stand in the bar at the bottom of a phone; the others are behind "More". It holds any number of pages.

/** With "More" they are five: on 360 px that is 72 px for each, room for the longest name among them. */
export const kBarMax = 4;

interface Named {
    /** One of those that are wanted on the shop's floor. */
    onFloor?: boolean;
}

/** Those of the floor first, then the others; in the bar in the order they are given. One that is alone has a place of its
    own instead of a "More" with nothing else behind it. */
export function splitForPhone<T extends Named>(places: readonly T[]): { bar: readonly T[]; more: readonly T[] } {
    if (places.length <= kBarMax + 1) return { bar: places, more: [] };
    const byWant = [...places.filter((place) => place.onFloor), ...places.filter((place) => !place.onFloor)];
    const chosen = new Set(byWant.slice(0, kBarMax));
    return { bar: places.filter((place) => chosen.has(place)), more: places.filter((place) => !chosen.has(place)) };
}

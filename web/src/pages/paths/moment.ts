// Who was where at a moment, from stored paths.
import type { PathOfPerson, PathPoint } from "../../api/types.ts";

type Place = [number, number];

export interface PersonAt {
    person: number;
    place: Place;
    /** Pieces of the way here, the oldest first. */
    trail: [Place, Place][];
}

/** Between two points further apart than this nobody saw him. */
const kJoinS = 1.5;
/** Whoever was not seen for longer is not drawn. */
const kSeenS = 1;

function between(a: PathPoint, b: PathPoint, second: number): Place {
    const share = (second - a[0]) / (b[0] - a[0]);
    return [a[1] + share * (b[1] - a[1]), a[2] + share * (b[2] - a[2])];
}

/** The last point at or before the second. */
function indexBefore(points: readonly PathPoint[], second: number): number {
    let low = 0;
    let high = points.length;
    while (low < high) {
        const middle = (low + high) >> 1;
        if ((points[middle]?.[0] ?? Infinity) <= second) low = middle + 1;
        else high = middle;
    }
    return low - 1;
}

/** `paths` may hold several pieces of one person. */
export function placesAt(paths: readonly PathOfPerson[], second: number, trailS: number): PersonAt[] {
    const found = new Map<number, PersonAt>();
    for (const { person, points } of paths) {
        const index = indexBefore(points, second);
        const last = points[index];
        if (!last) continue;
        const next = points[index + 1];
        const isOnTheWay = next !== undefined && next[0] - last[0] <= kJoinS;
        if (!isOnTheWay && second - last[0] > kSeenS) continue;
        const place: Place = isOnTheWay ? between(last, next, second) : [last[1], last[2]];
        const trail: [Place, Place][] = [[[last[1], last[2]], place]];
        for (let i = index; i > 0; --i) {
            const [before, after] = [points[i - 1], points[i]];
            if (!before || !after || second - before[0] > trailS) break;
            if (after[0] - before[0] <= kJoinS) trail.unshift([[before[1], before[2]], [after[1], after[2]]]);
        }
        found.set(person, { person, place, trail });
    }
    return [...found.values()].sort((a, b) => a.person - b.person);
}

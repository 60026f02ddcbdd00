// Where people of one camera were in the last seconds, so that the picture on the screen, which is shown a little
// later than it is analysed, gets the boxes of its own moment.
import type { TrackedPerson, Tracks } from "../api/types.ts";

/** How long the way behind a person is drawn. */
export const kTrailS = 5;
/** Pictures are shown later than they are analysed, by less than this. */
const kKeptS = kTrailS + 5;
/** Between analysed pictures further apart than this nobody knows where people were. */
export const kGapMaxS = 1;
/** Boxes of the newest analysed picture stay this long when no newer one comes. */
export const kStaleS = 0.25;

/** Pictures are shown this much later than they come, so that their boxes are there: at least as long as a network
    wavers, and no longer than a guard would put up with. */
export const kDelayMinS = 0.4;
export const kDelayMaxS = 2;
const kDelayRoomS = 0.2;
/** What is reckoned with shrinks to this part with each picture. */
const kBehindKept = 0.98;

export interface DrawnPerson {
    person: number;
    label: string;
    box: TrackedPerson["box"];
    zones: string[];
    /** As TrackedPerson has it. */
    pose?: number[] | undefined;
    /** As TrackedPerson has it. */
    facing_deg?: number | undefined;
    /** The feet in the last kTrailS, oldest first. */
    trail: [x: number, y: number][];
    /** Whose colour it has: of the person on the floor plan, as soon as that is known. */
    coloured: number;
}

export interface DrawnMoment {
    width: number;
    height: number;
    people: DrawnPerson[];
}

type Box = TrackedPerson["box"];

function between(a: Box, b: Box, part: number): Box {
    const mix = (i: 0 | 1 | 2 | 3): number => a[i] + (b[i] - a[i]) * part;
    return [mix(0), mix(1), mix(2), mix(3)];
}

/** Of two moments; where only one is known, that of the nearer. */
function poseBetween(a: number[] | undefined, b: number[] | undefined, part: number): number[] | undefined {
    if (a && b && a.length === b.length) return a.map((value, i) => value + ((b[i] ?? value) - value) * part);
    return part < 0.5 ? a : b;
}

function feet(box: Box): [number, number] {
    return [box[0] + box[2] / 2, box[1] + box[3]];
}

export class TrackBuffer {
    private moments: Tracks[] = [];
    private behindS = 0;

    push(tracks: Tracks): void {
        const newest = this.moments.at(-1);
        // Time that goes back is a camera that began anew: what was before has nothing to do with it.
        if (newest && tracks.media_time_s <= newest.media_time_s) this.moments = [];
        this.moments.push(tracks);
        const oldest = tracks.media_time_s - kKeptS;
        const first = this.moments.findIndex((moment) => moment.media_time_s >= oldest);
        if (first > 0) this.moments.splice(0, first);
    }

    /** How much later than it comes this picture, the newest, is to be shown, by how far tracks were behind pictures
        lately. */
    delayOfS(pictureS: number): number {
        const behindS = pictureS - (this.newestS() ?? pictureS);
        this.behindS = Math.max(behindS, this.behindS * kBehindKept);
        return Math.min(kDelayMaxS, Math.max(kDelayMinS, this.behindS + kDelayRoomS));
    }

    newestS(): number | undefined {
        return this.moments.at(-1)?.media_time_s;
    }

    /** Nothing when nothing is known of that moment. */
    at(timeS: number): DrawnMoment | undefined {
        const after = this.moments.findIndex((moment) => moment.media_time_s > timeS);
        const before = this.moments[after < 0 ? this.moments.length - 1 : after - 1];
        if (!before) return undefined;
        const next = after < 0 ? undefined : this.moments[after];
        const gapS = next ? next.media_time_s - before.media_time_s : Infinity;
        const usesNext = next !== undefined && gapS <= kGapMaxS;
        if (!usesNext && timeS - before.media_time_s > kStaleS) return undefined;

        const part = usesNext ? (timeS - before.media_time_s) / gapS : 0;
        const people: DrawnPerson[] = [];
        for (const person of before.people) {
            const later = usesNext ? next.people.find((other) => other.person === person.person) : undefined;
            if (!later && part >= 0.5) continue; // gone in the next picture, which is the nearer one
            const pose = later ? poseBetween(person.pose, later.pose, part) : person.pose;
            const nearer = later && part >= 0.5 ? later : person;
            this.add(people, { ...person, facing_deg: nearer.facing_deg }, later ? between(person.box, later.box, part) : person.box, pose, timeS);
        }
        if (usesNext && part >= 0.5) {
            for (const person of next.people) {
                if (!before.people.some((other) => other.person === person.person)) this.add(people, person, person.box, person.pose, timeS);
            }
        }
        return { width: before.width, height: before.height, people };
    }

    private add(
        people: DrawnPerson[], { person, label, zones, facing_deg }: Omit<TrackedPerson, "facing_deg"> & { facing_deg?: number | undefined },
        box: Box, pose: number[] | undefined, timeS: number,
    ): void {
        const trail: [number, number][] = [];
        let coloured = person;
        for (const { media_time_s: atS, people: seen } of this.moments) {
            const found = seen.find((other) => other.person === person);
            if (!found) continue;
            if (atS >= timeS - kTrailS && atS <= timeS) trail.push(feet(found.box));
            // Known later than the picture: what the newest moment says holds for older ones, too.
            coloured = found.plan_person ?? coloured;
        }
        trail.push(feet(box));
        people.push({ person, label, zones, box, pose, facing_deg, trail, coloured });
    }
}

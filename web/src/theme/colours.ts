// One colour for a person and for a zone, wherever they are shown. Both lists keep apart for colour-blind eyes and
// hold no red, which is for what needs doing now. A label always stands beside the colour.

const kPeople = ["#4fb3f6", "#f2a33a", "#22c08c", "#f3e04b", "#a78bff", "#ef9ccb", "#35d0d0", "#d9c08f"] as const;
const kZones = ["#5b8def", "#c98b1b", "#2a9d78", "#9a6fd0", "#b5a300", "#3aa6b9", "#c277a8", "#6bb04a"] as const;

/** People are numbered from 1 within a session of a camera; the session stands in the bits above. */
const kPeopleOfSession = 2 ** 20;

export function personLabel(person: number): string {
    return String(person % kPeopleOfSession);
}

export function personColour(person: number): string {
    return kPeople[person % kPeople.length] ?? kPeople[0];
}

function hash(text: string): number {
    let value = 0x811c9dc5;
    for (let i = 0; i < text.length; ++i) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193) >>> 0;
    return value;
}

/** By its name, so that it stays the same when others come and go, and on every page. */
export function zoneColour(camera: string, zone: string): string {
    return kZones[hash(`${camera}\n${zone}`) % kZones.length] ?? kZones[0];
}

// What was done, to be taken back and done again.

export interface History<T> {
    past: readonly T[];
    present: T;
    future: readonly T[];
}

/** More steps than anybody takes back; each is a whole layout. */
const kStepsMax = 200;

export function begin<T>(present: T): History<T> {
    return { past: [], present, future: [] };
}

export function step<T>({ past, present }: History<T>, next: T): History<T> {
    return { past: [...past, present].slice(-kStepsMax), present: next, future: [] };
}

/** The middle of a movement: shown, but not a step of its own. */
export function amend<T>(history: History<T>, next: T): History<T> {
    return { ...history, present: next };
}

export function undo<T>(history: History<T>): History<T> {
    const before = history.past.at(-1);
    if (before === undefined) return history;
    return { past: history.past.slice(0, -1), present: before, future: [history.present, ...history.future] };
}

export function redo<T>(history: History<T>): History<T> {
    const [next, ...future] = history.future;
    if (next === undefined) return history;
    return { past: [...history.past, history.present], present: next, future };
}

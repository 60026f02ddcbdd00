// Files on their way to a collection: a few at a time, each with its own outcome. What the server is too busy for is
// tried again; what it refuses is told with the name of the file, and the rest goes on.
import { ApiError, ConnectionError } from "../../api/client.ts";

export interface Outcome {
    name: string;
    /** Why it was not taken. */
    problem?: Error;
    wasThere?: boolean;
    isTwin?: boolean;
}

const kAtATime = 3;
const kTriesMax = 20;
const kBusy: ReadonlySet<number> = new Set([429, 503]);

export type SendFile = (file: File) => Promise<{ was_there: boolean; twin_of: string | null }>;

async function sendPatiently(file: File, send: SendFile, wait: (ms: number) => Promise<void>): Promise<Outcome> {
    for (let tries = 1; ; ++tries) {
        try {
            const taken = await send(file);
            return { name: file.name, wasThere: taken.was_there, isTwin: taken.twin_of !== null };
        } catch (error) {
            const again = error instanceof ConnectionError || (error instanceof ApiError && kBusy.has(error.status));
            if (!again || tries >= kTriesMax) return { name: file.name, problem: error as Error };
            await wait(1000 * Math.max(1, error instanceof ApiError ? error.retryAfterS : 2));
        }
    }
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => window.setTimeout(resolve, ms));

/** Outcomes in the order in which they became known; `onOutcome` hears of each at once. Ends early when `isOver` says so. */
export async function sendFiles(files: readonly File[], send: SendFile, onOutcome: (outcome: Outcome) => void, isOver: () => boolean = () => false, wait = sleep): Promise<Outcome[]> {
    const outcomes: Outcome[] = [];
    let next = 0;
    async function work(): Promise<void> {
        while (next < files.length && !isOver()) {
            const file = files[next++];
            if (!file) return;
            const outcome = await sendPatiently(file, send, wait);
            outcomes.push(outcome);
            onOutcome(outcome);
        }
    }
    await Promise.all(Array.from({ length: Math.min(kAtATime, files.length) }, work));
    return outcomes;
}

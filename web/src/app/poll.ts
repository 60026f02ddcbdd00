// Asks the server, again and again where that is wanted. An answer on its way is waited for: who asks again before it
// is there gets one more after it, so that questions quicker than their answers still end in answers.

export interface PollHandlers<T> {
    read: (signal: AbortSignal) => Promise<T>;
    onAnswer: (answer: T) => void;
    onFailure: (error: Error) => void;
    /** Milliseconds until it is asked again without being told to; undefined: not at all. */
    nextMs: (outcome: { answer: T } | { error: Error }) => number | undefined;
}

export interface Poll {
    ask: () => void;
    end: () => void;
}

/** Begins with asking. Nothing is called back once it has ended. */
export function poll<T>(handlers: PollHandlers<T>): Poll {
    const controller = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isAsking = false;
    let again = false;

    async function run(): Promise<void> {
        clearTimeout(timer);
        isAsking = true;
        again = false;
        let outcome: { answer: T } | { error: Error };
        try {
            outcome = { answer: await handlers.read(controller.signal) };
        } catch (error) {
            outcome = { error: error as Error };
        }
        isAsking = false;
        if (controller.signal.aborted) return;
        if ("answer" in outcome) handlers.onAnswer(outcome.answer);
        else handlers.onFailure(outcome.error);
        const next = again ? 0 : handlers.nextMs(outcome);
        if (next !== undefined) timer = setTimeout(() => void run(), next);
    }

    void run();
    return {
        ask: () => {
            if (isAsking) again = true;
            else void run();
        },
        end: () => {
            controller.abort();
            clearTimeout(timer);
        },
    };
}

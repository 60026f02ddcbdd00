// What a page reads from the server: nothing yet, an answer, or why not. The last answer stays while a new one is
// on its way, and failures of the connection are tried again without being asked.
import { useCallback, useEffect, useRef, useState } from "react";

import { ConnectionError } from "../api/client.ts";

const kRetryMs = 3000;

export interface Resource<T> {
    data: T | undefined;
    error: Error | undefined;
    loading: boolean;
    reload: () => void;
}

interface State<T> {
    key: string;
    data: T | undefined;
    error: Error | undefined;
}

/** Reads again when `key` changes, and every `everyMs`. A null key reads nothing. */
export function useResource<T>(key: string | null, read: (signal: AbortSignal) => Promise<T>, everyMs?: number): Resource<T> {
    const [state, setState] = useState<State<T>>({ key: "", data: undefined, error: undefined });
    const [asked, setAsked] = useState(0);
    const reader = useRef(read);
    useEffect(() => {
        reader.current = read;
    });

    useEffect(() => {
        if (key === null) return;
        const controller = new AbortController();
        let timer: number | undefined;
        const run = async (): Promise<void> => {
            let next = everyMs;
            try {
                const data = await reader.current(controller.signal);
                if (controller.signal.aborted) return;
                setState({ key, data, error: undefined });
            } catch (error) {
                if (controller.signal.aborted) return;
                setState((old) => ({ key, data: old.key === key ? old.data : undefined, error: error as Error }));
                if (error instanceof ConnectionError) next = Math.min(next ?? kRetryMs, kRetryMs);
            }
            if (next !== undefined) timer = window.setTimeout(() => void run(), next);
        };
        void run();
        return () => {
            controller.abort();
            window.clearTimeout(timer);
        };
    }, [key, everyMs, asked]);

    const reload = useCallback(() => setAsked((n) => n + 1), []);
    const current = state.key === key;
    return { data: state.data, error: current ? state.error : undefined, loading: key !== null && !current, reload };
}

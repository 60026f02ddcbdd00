// What a page reads from the server: nothing yet, an answer, or why not. The last answer stays while a new one to the
// same question is on its way, and failures of the connection are tried again without being asked.
import { useCallback, useEffect, useRef, useState } from "react";

import { ConnectionError } from "../api/client.ts";
import { poll, type Poll } from "./poll.ts";

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

/** How long until it is read again, in ms; undefined: not by itself. */
type Interval<T> = number | ((data: T) => number | undefined) | undefined;

/** What is shown while the first answer to another key is on its way: nothing, or the answer to the key before. Only
    a page that shows that it is the old one keeps it: otherwise one camera's figures stand under another's name. */
type Between = "nothing" | "old";

/** Reads again when `key` changes, and as often as `every` says. A null key reads nothing. */
export function useResource<T>(key: string | null, read: (signal: AbortSignal) => Promise<T>, every?: Interval<T>, between: Between = "nothing"): Resource<T> {
    const [state, setState] = useState<State<T>>({ key: "", data: undefined, error: undefined });
    const latest = useRef({ read, every });
    useEffect(() => {
        latest.current = { read, every };
    });

    const asking = useRef<Poll>(undefined);
    useEffect(() => {
        if (key === null) return;
        const intervalMs = (data: T | undefined): number | undefined => {
            const { every: interval } = latest.current;
            if (typeof interval !== "function") return interval;
            return data === undefined ? undefined : interval(data);
        };
        let last: T | undefined;
        const begun = poll<T>({
            read: (signal) => latest.current.read(signal),
            onAnswer: (data) => {
                last = data;
                setState({ key, data, error: undefined });
            },
            onFailure: (error) => setState((old) => ({ key, data: old.key === key ? old.data : undefined, error })),
            nextMs: (outcome) => {
                const next = intervalMs(last);
                return "error" in outcome && outcome.error instanceof ConnectionError ? Math.min(next ?? kRetryMs, kRetryMs) : next;
            },
        });
        asking.current = begun;
        return () => {
            begun.end();
            asking.current = undefined;
        };
    }, [key]);

    const reload = useCallback(() => asking.current?.ask(), []);
    const current = state.key === key;
    return { data: current || between === "old" ? state.data : undefined, error: current ? state.error : undefined, loading: key !== null && !current, reload };
}

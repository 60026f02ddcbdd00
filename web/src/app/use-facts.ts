// Calls back soon after facts came, and not more often than a page can read again.
import { useEffect, useRef } from "react";

import { listen } from "../api/events.ts";
import type { Fact } from "../api/types.ts";

/** Each change is three requests of the first page; three such pages from one address stay within its limit. */
const kAtMostEveryMs = 500;

/** Nothing is asked for who may not hear. `onFact` hears of each; `onChange` of the first of several at once, and once more after them, and whenever the stream
    begins or goes on: what happened before that, and after a page was read, is heard of in no other way. */
export function useFacts(mayHear: boolean, onChange: () => void, onFact?: (fact: Fact) => void): void {
    const handlers = useRef({ onChange, onFact });
    useEffect(() => {
        handlers.current = { onChange, onFact };
    });
    useEffect(() => {
        if (!mayHear) return;
        let last = 0;
        let timer: number | undefined;
        const changed = (): void => {
            if (timer !== undefined) return;
            const wait = Math.max(0, last + kAtMostEveryMs - Date.now());
            timer = window.setTimeout(() => {
                timer = undefined;
                last = Date.now();
                handlers.current.onChange();
            }, wait);
        };
        const end = listen("/api/events", {}, {
            event: "fact",
            onData: (data) => {
                handlers.current.onFact?.(data as Fact);
                changed();
            },
            onOpen: changed,
            onGap: changed,
        });
        return () => {
            end();
            window.clearTimeout(timer);
        };
    }, [mayHear]);
}

// Keys of a page. After G a letter leads to another page.
import { useEffect, useRef } from "react";

const kLeadsMs = 1500;

function isTyping(target: EventTarget | null): boolean {
    return target instanceof HTMLElement && (target.matches("input, select, textarea") || target.isContentEditable);
}

/** Hears keys that are pressed alone and not in a field or over a dialog; `leads`: just after G. */
export function usePageKeys(onKey: (event: KeyboardEvent, leads: boolean) => void): void {
    const latest = useRef(onKey);
    useEffect(() => {
        latest.current = onKey;
    });
    useEffect(() => {
        // Times count from the page's beginning: zero would be a G in every young page.
        let afterG = -Infinity;
        function hear(event: KeyboardEvent): void {
            if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || document.querySelector("dialog[open]")) return;
            const leads = event.timeStamp - afterG < kLeadsMs;
            afterG = event.code === "KeyG" ? event.timeStamp : -Infinity;
            latest.current(event, leads);
        }
        window.addEventListener("keydown", hear);
        return () => window.removeEventListener("keydown", hear);
    }, []);
}

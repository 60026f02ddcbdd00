// Pages and their addresses, without reloading. A page with unsaved changes can ask before it is left.
import { useSyncExternalStore, type AnchorHTMLAttributes, type MouseEvent } from "react";

import { sited, unsited } from "../api/site.ts";

type Listener = () => void;

const listeners = new Set<Listener>();
let mayLeave: (() => boolean) | undefined;
let shown = window.location.href;

function announce(): void {
    shown = window.location.href;
    for (const listener of listeners) listener();
}

window.addEventListener("popstate", () => {
    const here = new URL(shown);
    const leavesPage = window.location.pathname !== here.pathname || window.location.search !== here.search;
    if (leavesPage && !mayLeavePage()) {
        window.history.pushState(null, "", shown);
        return;
    }
    announce();
});

window.addEventListener("beforeunload", (event) => {
    if (mayLeave) event.preventDefault();
});

/** While it is set, `ask` decides whether the page may be left. */
export function guardLeaving(ask: (() => boolean) | undefined): void {
    mayLeave = ask;
}

/** Asks where it has to be asked. */
export function mayLeavePage(): boolean {
    return !mayLeave || mayLeave();
}

/** To a page of the shop that is shown. */
export function navigate(address: string, how: "push" | "replace" = "push"): void {
    go(sited(address), how);
}

function go(address: string, how: "push" | "replace"): void {
    if (!mayLeavePage()) return;
    if (how === "push") window.history.pushState(null, "", address);
    else window.history.replaceState(null, "", address);
    if (how === "push" && new URL(shown).pathname !== window.location.pathname) window.scrollTo(0, 0);
    announce();
}

export function useAddress(): { path: string; query: URLSearchParams } {
    const href = useSyncExternalStore(
        (listener) => {
            listeners.add(listener);
            return () => listeners.delete(listener);
        },
        () => shown,
    );
    const url = new URL(href);
    return { path: unsited(url.pathname), query: url.searchParams };
}

/** Changes parts of the address's query; undefined or "" takes one out. */
export function setQuery(changes: Record<string, string | undefined>, how: "push" | "replace" = "replace"): void {
    const url = new URL(shown);
    for (const [name, value] of Object.entries(changes)) {
        if (value === undefined || value === "") url.searchParams.delete(name);
        else url.searchParams.set(name, value);
    }
    go(url.pathname + url.search, how);
}

export function Link({ href, onClick, ...rest }: AnchorHTMLAttributes<HTMLAnchorElement> & { href: string }) {
    function follow(event: MouseEvent<HTMLAnchorElement>): void {
        onClick?.(event);
        const wantsNewTab = event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0;
        if (event.defaultPrevented || wantsNewTab) return;
        event.preventDefault();
        navigate(href);
    }
    return <a href={sited(href)} onClick={follow} {...rest} />;
}

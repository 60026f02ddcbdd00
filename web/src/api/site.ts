// Which of the server's shops is shown: the real one, or the simulated one, all of whose addresses begin with
// "/simulated". To go from one to the other the page is loaded anew, so nothing of one is left in the other.
const kSimulatedBase = "/simulated";

/** "/simulated/today" -> "/simulated"; "/today" -> "". */
export function baseOf(pathname: string): string {
    return pathname === kSimulatedBase || pathname.startsWith(`${kSimulatedBase}/`) ? kSimulatedBase : "";
}

const base = typeof window === "undefined" ? "" : baseOf(window.location.pathname);

export function siteBase(): string {
    return base;
}

/** An address of the shop that is shown, as the server knows it. */
export function sited(address: string, ofBase = base): string {
    return ofBase + address;
}

/** A path as the pages know it. */
export function unsited(pathname: string, ofBase = base): string {
    if (!ofBase || !pathname.startsWith(ofBase)) return pathname;
    return pathname.slice(ofBase.length) || "/";
}

// One event as a promise that leaves no listener behind: what it listens to lives as long as a screen is left on.

/** Fails when "error" comes first, or when the signal is aborted. */
export function once(target: EventTarget, name: string, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
        if (signal.aborted) return reject(new Error("stopped"));
        const settled = new AbortController();
        const settle = (end: () => void) => (): void => {
            settled.abort();
            end();
        };
        const untilSettled = { signal: settled.signal };
        target.addEventListener(name, settle(resolve), untilSettled);
        target.addEventListener("error", settle(() => reject(new Error(`${name} failed`))), untilSettled);
        signal.addEventListener("abort", settle(() => reject(new Error("stopped"))), untilSettled);
    });
}

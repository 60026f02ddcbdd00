// Whether the server answers: set by every request and stream, shown as a banner, asked again until it does.

type Listener = () => void;

const kRetryMs = 3000;

let lost = false;
let timer: number | undefined;
const listeners = new Set<Listener>();

function set(value: boolean): void {
    if (lost === value) return;
    lost = value;
    for (const listener of listeners) listener();
}

async function ask(): Promise<void> {
    try {
        // 503 is an answer too: then pages say what is wrong.
        await fetch("/healthz", { cache: "no-store", signal: AbortSignal.timeout(kRetryMs) });
        connection.works();
    } catch {
        timer = window.setTimeout(() => void ask(), kRetryMs);
    }
}

export const connection = {
    isLost: () => lost,
    works(): void {
        window.clearTimeout(timer);
        timer = undefined;
        set(false);
    },
    failed(): void {
        set(true);
        timer ??= window.setTimeout(() => void ask(), kRetryMs);
    },
    subscribe: (listener: Listener): (() => void) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
    },
};

// Server-sent events that come back by themselves. The browser resumes after a cut with Last-Event-ID; where it
// gives up (a refusal, a proxy's error page), this opens the stream anew after the last event that was seen.
import { connection } from "./connection.ts";
import { withQuery } from "./client.ts";

const kRetryMinMs = 500;
const kRetryMaxMs = 8000;

export interface StreamHandlers {
    event: string;
    onData: (data: unknown) => void;
    /** Events were lost for good: what was shown has to be read again. */
    onGap?: () => void;
    onState?: (open: boolean) => void;
}

/** Returns what ends it. */
export function listen(path: string, query: Record<string, string | undefined>, handlers: StreamHandlers): () => void {
    let source: EventSource | undefined;
    let last: string | undefined;
    let wait = kRetryMinMs;
    let timer: number | undefined;
    let ended = false;

    function open(): void {
        source = new EventSource(withQuery(path, { ...query, after: last ?? query["after"] }));
        source.addEventListener("open", () => {
            wait = kRetryMinMs;
            connection.works();
            handlers.onState?.(true);
        });
        source.addEventListener(handlers.event, (event: MessageEvent<string>) => {
            if (event.lastEventId) last = event.lastEventId;
            handlers.onData(JSON.parse(event.data));
        });
        source.addEventListener("gap", () => handlers.onGap?.());
        source.addEventListener("error", () => {
            handlers.onState?.(false);
            if (ended || source?.readyState !== EventSource.CLOSED) return;
            timer = window.setTimeout(open, wait);
            wait = Math.min(wait * 2, kRetryMaxMs);
        });
    }

    open();
    return () => {
        ended = true;
        window.clearTimeout(timer);
        source?.close();
    };
}

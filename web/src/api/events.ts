// Server-sent events that come back by themselves. The browser resumes after a cut with Last-Event-ID; where it
// gives up (a refusal, a proxy's error page), this opens the stream anew after the last event that was seen.
import { connection } from "./connection.ts";
import { withQuery } from "./client.ts";
import { sited } from "./site.ts";

const kRetryMinMs = 500;
const kRetryMaxMs = 8000;

export interface StreamHandlers {
    event: string;
    onData: (data: unknown) => void;
    /** Events were lost for good: what was shown has to be read again. */
    onGap?: () => void;
    /** It begins, or goes on after a cut. */
    onOpen?: () => void;
    /** While the page is hidden, "rest" closes it and goes on after the last that was seen once somebody looks again;
        "listen" is for a page that has to be heard when nobody looks. */
    whenHidden?: "rest" | "listen";
}

/** Returns what ends it. */
export function listen(path: string, query: Record<string, string | undefined>, handlers: StreamHandlers): () => void {
    let source: EventSource | undefined;
    let last: string | undefined;
    let wait = kRetryMinMs;
    let timer: number | undefined;
    let ended = false;

    function open(): void {
        source = new EventSource(withQuery(sited(path), { ...query, after: last ?? query["after"] }));
        source.addEventListener("open", () => {
            wait = kRetryMinMs;
            connection.works();
            handlers.onOpen?.();
        });
        const keepPlace = ({ lastEventId }: MessageEvent<string>): void => {
            if (lastEventId) last = lastEventId;
        };
        // Says from where this stream goes on, so that one that has heard nothing else can be resumed too.
        source.addEventListener("hello", keepPlace);
        source.addEventListener(handlers.event, (event: MessageEvent<string>) => {
            keepPlace(event);
            handlers.onData(JSON.parse(event.data));
        });
        source.addEventListener("gap", () => handlers.onGap?.());
        source.addEventListener("error", () => {
            if (ended || source?.readyState !== EventSource.CLOSED) return;
            timer = window.setTimeout(open, wait);
            wait = Math.min(wait * 2, kRetryMaxMs);
        });
    }

    function close(): void {
        window.clearTimeout(timer);
        source?.close();
        source = undefined;
    }

    function followPage(): void {
        close();
        if (!document.hidden) open();
    }

    const rests = (handlers.whenHidden ?? "rest") === "rest";
    if (rests) document.addEventListener("visibilitychange", followPage);
    if (!rests || !document.hidden) open();
    return () => {
        ended = true;
        document.removeEventListener("visibilitychange", followPage);
        close();
    };
}

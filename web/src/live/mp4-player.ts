// A camera's fragmented MP4 in a <video>, kept close to its live edge, begun anew whenever it ends.
import { once } from "./once.ts";
import type { PlayerHandlers } from "./player.ts";

/** Further than this from where it should be, it jumps; nearer, it plays a little quicker or slower. */
const kJumpAtS = 1.5;
const kNearS = 0.25;
const kQuickRate = 1.08;
const kSlowRate = 0.94;
/** What was shown is kept this long, and taken out in one go. */
const kBehindMaxS = 12;
const kBehindKeptS = 4;
const kRetryMinMs = 500;
const kRetryMaxMs = 4000;

export function canPlayMp4(): boolean {
    return "MediaSource" in window && "requestVideoFrameCallback" in HTMLVideoElement.prototype;
}

function keepAtEdge(video: HTMLVideoElement, delayOfS: PlayerHandlers["delayOfS"]): void {
    const { buffered } = video;
    if (buffered.length === 0) return;
    const last = buffered.length - 1;
    const edge = buffered.end(last);
    const delayS = delayOfS(edge);
    const behind = edge - video.currentTime;
    const isOutside = video.currentTime < buffered.start(last);
    if (isOutside || behind > delayS + kJumpAtS) {
        if (edge - buffered.start(last) < delayS / 2) return; // just begun
        video.currentTime = Math.max(buffered.start(last), edge - delayS);
        video.playbackRate = 1;
    } else if (behind > delayS + kNearS) {
        video.playbackRate = kQuickRate;
    } else {
        video.playbackRate = behind < delayS - kNearS ? kSlowRate : 1;
    }
    if (video.paused) video.play().catch(() => {}); // refused until somebody touches the page: it is tried with each piece
}

async function feed(buffer: SourceBuffer, video: HTMLVideoElement, body: ReadableStream<Uint8Array<ArrayBuffer>>, delayOfS: PlayerHandlers["delayOfS"], signal: AbortSignal): Promise<void> {
    const reader = body.getReader();
    try {
        for (;;) {
            const { done, value } = await reader.read();
            if (done) return;
            buffer.appendBuffer(value);
            await once(buffer, "updateend", signal);
            keepAtEdge(video, delayOfS);
            const oldest = buffer.buffered.length > 0 ? buffer.buffered.start(0) : video.currentTime;
            if (video.currentTime - oldest > kBehindMaxS) {
                buffer.remove(0, video.currentTime - kBehindKeptS);
                await once(buffer, "updateend", signal);
            }
        }
    } finally {
        reader.cancel().catch(() => {});
    }
}

type Outcome = "unsupported" | "ended";

async function playOnce(video: HTMLVideoElement, address: string, delayOfS: PlayerHandlers["delayOfS"], signal: AbortSignal): Promise<Outcome> {
    const response = await fetch(address, { signal, cache: "no-store" });
    const type = response.headers.get("Content-Type") ?? "";
    if (response.status === 406) return "unsupported";
    if (!response.ok || !response.body) throw new Error(`${response.status}`);
    if (!MediaSource.isTypeSupported(type)) {
        await response.body.cancel();
        return "unsupported";
    }
    const source = new MediaSource();
    const objectAddress = URL.createObjectURL(source);
    video.src = objectAddress;
    try {
        await once(source, "sourceopen", signal);
        source.duration = Infinity;
        await feed(source.addSourceBuffer(type), video, response.body, delayOfS, signal);
        return "ended";
    } finally {
        URL.revokeObjectURL(objectAddress);
    }
}

/** Plays until what it returns is called. */
export function playMp4(video: HTMLVideoElement, address: string, handlers: PlayerHandlers): () => void {
    const controller = new AbortController();
    const { signal } = controller;
    let wait = kRetryMinMs;

    const shown = (_now: number, frame: VideoFrameCallbackMetadata): void => {
        if (signal.aborted) return;
        wait = kRetryMinMs;
        handlers.onPicture(frame.mediaTime);
        video.requestVideoFrameCallback(shown);
    };
    video.requestVideoFrameCallback(shown);

    async function play(): Promise<void> {
        while (!signal.aborted) {
            const outcome = await playOnce(video, address, handlers.delayOfS, signal).catch(() => "ended" as const);
            if (signal.aborted) return;
            if (outcome === "unsupported") return handlers.onUnsupported?.();
            await new Promise((resolve) => setTimeout(resolve, wait));
            wait = Math.min(wait * 2, kRetryMaxMs);
        }
    }
    void play();
    return () => {
        controller.abort();
        video.removeAttribute("src");
        video.load();
    };
}

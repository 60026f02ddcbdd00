// Cameras' JPEG pictures on canvases, for browsers without MediaSource, cameras without H.264, and walls of many cameras.
import { boundaryOf, MultipartParser, type Part } from "./multipart.ts";
import type { PlayerHandlers } from "./player.ts";

const kRetryMs = 2000;

async function receiveOnce(address: string, onParts: (parts: Part[]) => void, signal: AbortSignal): Promise<void> {
    const response = await fetch(address, { signal, cache: "no-store" });
    const boundary = boundaryOf(response.headers.get("Content-Type") ?? "");
    if (!response.ok || !response.body || !boundary) throw new Error(`${response.status}`);
    const parser = new MultipartParser(boundary);
    const reader = response.body.getReader();
    for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        onParts(parser.push(value));
    }
}

/** Again and again, until what it returns is called. */
function receive(address: string, onParts: (parts: Part[]) => void): () => void {
    const controller = new AbortController();
    async function go(): Promise<void> {
        while (!controller.signal.aborted) {
            await receiveOnce(address, onParts, controller.signal).catch(() => {});
            if (!controller.signal.aborted) await new Promise((resolve) => setTimeout(resolve, kRetryMs));
        }
    }
    void go();
    return () => controller.abort();
}

function draw(canvas: HTMLCanvasElement, picture: ImageBitmap): void {
    if (canvas.width !== picture.width || canvas.height !== picture.height) {
        canvas.width = picture.width;
        canvas.height = picture.height;
    }
    canvas.getContext("2d")?.drawImage(picture, 0, 0);
}

/** Shows one camera's pictures, each when it is due. One that comes while another is decoded takes the place of those
    that wait: only the newest is worth drawing. */
class Screen {
    private readonly canvas: HTMLCanvasElement;
    private readonly handlers: PlayerHandlers;
    private waiting: Part | undefined;
    private busy = false;
    private ended = false;

    constructor(canvas: HTMLCanvasElement, handlers: PlayerHandlers) {
        this.canvas = canvas;
        this.handlers = handlers;
    }

    show(part: Part): void {
        this.waiting = part;
        if (!this.busy) void this.decode();
    }

    end(): void {
        this.ended = true;
    }

    private async decode(): Promise<void> {
        this.busy = true;
        for (let part = this.waiting; part && !this.ended; part = this.waiting) {
            this.waiting = undefined;
            const timeS = Number(part.headers.get("x-media-time") ?? 0);
            // A damaged picture is passed over; the next one may be whole.
            const picture = await createImageBitmap(new Blob([part.body], { type: "image/jpeg" })).catch(() => undefined);
            if (picture) window.setTimeout(() => this.put(picture, timeS), this.handlers.delayOfS(timeS) * 1000);
        }
        this.busy = false;
    }

    private put(picture: ImageBitmap, timeS: number): void {
        if (!this.ended) {
            draw(this.canvas, picture);
            this.handlers.onPicture(timeS);
        }
        picture.close();
    }
}

/** Plays until what it returns is called. */
export function playMjpeg(canvas: HTMLCanvasElement, address: string, handlers: PlayerHandlers): () => void {
    const screen = new Screen(canvas, handlers);
    const stop = receive(address, (parts) => {
        const newest = parts.at(-1);
        if (newest) screen.show(newest);
    });
    return () => {
        stop();
        screen.end();
    };
}

/** Pictures of many cameras that come in one answer: browsers open few connections to a server. */
export class Wall {
    private readonly address: string;
    private readonly screens = new Map<string, Screen>();

    constructor(address: string) {
        this.address = address;
    }

    /** Pictures come until what it returns is called. */
    open(): () => void {
        return receive(this.address, (parts) => {
            for (const part of parts) this.screens.get(part.headers.get("x-camera") ?? "")?.show(part);
        });
    }

    /** Plays until what it returns is called. */
    play(id: string, canvas: HTMLCanvasElement, handlers: PlayerHandlers): () => void {
        const screen = new Screen(canvas, handlers);
        this.screens.set(id, screen);
        return () => {
            screen.end();
            if (this.screens.get(id) === screen) this.screens.delete(id);
        };
    }
}

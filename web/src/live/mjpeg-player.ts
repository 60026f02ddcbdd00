// A camera's JPEG pictures on a canvas, for browsers without MediaSource and cameras without H.264.
import { boundaryOf, MultipartParser } from "./multipart.ts";
import type { PlayerHandlers } from "./player.ts";

const kRetryMs = 2000;

async function playOnce(canvas: HTMLCanvasElement, address: string, { onPicture, delayOfS }: PlayerHandlers, signal: AbortSignal): Promise<void> {
    const response = await fetch(address, { signal, cache: "no-store" });
    const boundary = boundaryOf(response.headers.get("Content-Type") ?? "");
    if (!response.ok || !response.body || !boundary) throw new Error(`${response.status}`);
    const parser = new MultipartParser(boundary);
    const reader = response.body.getReader();
    const show = (picture: ImageBitmap, timeS: number): void => {
        if (!signal.aborted) {
            draw(canvas, picture);
            onPicture(timeS);
        }
        picture.close();
    };
    for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        // Of several pictures that came at once only the newest is worth drawing.
        const part = parser.push(value).at(-1);
        if (!part) continue;
        const picture = await createImageBitmap(new Blob([part.body], { type: "image/jpeg" }));
        const timeS = Number(part.headers.get("x-media-time") ?? 0);
        window.setTimeout(show, delayOfS(timeS) * 1000, picture, timeS);
    }
}

function draw(canvas: HTMLCanvasElement, picture: ImageBitmap): void {
    if (canvas.width !== picture.width || canvas.height !== picture.height) {
        canvas.width = picture.width;
        canvas.height = picture.height;
    }
    canvas.getContext("2d")?.drawImage(picture, 0, 0);
}

/** Plays until what it returns is called. */
export function playMjpeg(canvas: HTMLCanvasElement, address: string, handlers: PlayerHandlers): () => void {
    const controller = new AbortController();
    async function play(): Promise<void> {
        while (!controller.signal.aborted) {
            await playOnce(canvas, address, handlers, controller.signal).catch(() => {});
            if (!controller.signal.aborted) await new Promise((resolve) => setTimeout(resolve, kRetryMs));
        }
    }
    void play();
    return () => controller.abort();
}

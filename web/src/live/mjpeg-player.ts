// A camera's JPEG pictures on a canvas, for browsers without MediaSource and cameras without H.264.
import { boundaryOf, MultipartParser } from "./multipart.ts";
import type { PlayerHandlers } from "./player.ts";

const kRetryMs = 2000;

async function playOnce(canvas: HTMLCanvasElement, address: string, signal: AbortSignal, onPicture: PlayerHandlers["onPicture"]): Promise<void> {
    const response = await fetch(address, { signal, cache: "no-store" });
    const boundary = boundaryOf(response.headers.get("Content-Type") ?? "");
    if (!response.ok || !response.body || !boundary) throw new Error(`${response.status}`);
    const parser = new MultipartParser(boundary);
    const reader = response.body.getReader();
    for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        // Of several pictures that came at once only the newest is worth drawing.
        const part = parser.push(value).at(-1);
        if (!part) continue;
        const picture = await createImageBitmap(new Blob([part.body], { type: "image/jpeg" }));
        if (signal.aborted) return;
        if (canvas.width !== picture.width || canvas.height !== picture.height) {
            canvas.width = picture.width;
            canvas.height = picture.height;
        }
        canvas.getContext("2d")?.drawImage(picture, 0, 0);
        picture.close();
        onPicture(Number(part.headers.get("x-media-time") ?? 0));
    }
}

/** Plays until what it returns is called. */
export function playMjpeg(canvas: HTMLCanvasElement, address: string, { onPicture }: PlayerHandlers): () => void {
    const controller = new AbortController();
    async function play(): Promise<void> {
        while (!controller.signal.aborted) {
            await playOnce(canvas, address, controller.signal, onPicture).catch(() => {});
            if (!controller.signal.aborted) await new Promise((resolve) => setTimeout(resolve, kRetryMs));
        }
    }
    void play();
    return () => controller.abort();
}

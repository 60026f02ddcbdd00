// One camera's picture with what was seen in it: as video, as pictures of its own, or as one of many on a wall.
import { useEffect, useRef, useState } from "react";

import { api } from "../api/api.ts";
import type { Camera, Layout } from "../api/types.ts";
import { useWords } from "../app/session.tsx";
import { wordsOf } from "../components/camera-state.ts";
import { playMjpeg, type Wall } from "./mjpeg-player.ts";
import { canPlayMp4, playMp4 } from "./mp4-player.ts";
import { drawOverlay } from "./overlay.ts";
import type { TrackBuffer } from "./track-buffer.ts";
import "./live-picture.css";

export type Form = "stream" | "wall" | "drawn";

const kDrawnPictureEveryS = 600;
const kDrawnEveryMs = 100;
const kDrawnDelayS = 0.8;

interface Props {
    camera: Camera;
    layout: Layout | undefined;
    tracks: TrackBuffer;
    form: Form;
    /** Where the pictures of the form "wall" come from; nothing until it is there. */
    wall?: Wall | undefined;
    /** Nobody looks: nothing is asked of the camera. */
    resting: boolean;
}

/** What a simulated camera sees but for people. */
function playGround(canvas: HTMLCanvasElement, id: string): () => void {
    const controller = new AbortController();
    async function show(): Promise<void> {
        while (!controller.signal.aborted) {
            try {
                const response = await fetch(api.pictureAddress(id, Date.now()), { signal: controller.signal });
                if (response.ok) {
                    const picture = await createImageBitmap(await response.blob());
                    canvas.width = picture.width;
                    canvas.height = picture.height;
                    canvas.getContext("2d")?.drawImage(picture, 0, 0);
                    picture.close();
                }
            } catch {
                // The next one may come; the camera's state says why not.
            }
            await new Promise((resolve) => setTimeout(resolve, kDrawnPictureEveryS * 1000));
        }
    }
    void show();
    return () => controller.abort();
}

/** A simulated camera's picture never changes; its people are drawn over it as they move. */
function playDrawn(canvas: HTMLCanvasElement, id: string, tracks: TrackBuffer, onPicture: (timeS: number | undefined) => void): () => void {
    const endGround = playGround(canvas, id);
    // The newest look is up to half a second old; between two of them people move evenly.
    let aheadS = -Infinity;
    const timer = window.setInterval(() => {
        const newestS = tracks.newestS();
        if (newestS === undefined) return onPicture(undefined);
        const nowS = performance.now() / 1000;
        aheadS = Math.max(aheadS, newestS - nowS);
        onPicture(aheadS + nowS - kDrawnDelayS);
    }, kDrawnEveryMs);
    return () => {
        endGround();
        window.clearInterval(timer);
    };
}

function CameraTrouble({ camera }: { camera: Camera }) {
    const { state, reason } = wordsOf(camera, useWords());
    if (state === "" && reason === "") return null;
    return (
        <div className={`camera-trouble ${camera.status}`} role={camera.status === "alarm" ? "alert" : "status"}>
            {state && <p>{state}</p>}
            {reason && <p className="reason">{reason}</p>}
        </div>
    );
}

export function LivePicture({ camera, layout, tracks, form, wall, resting }: Props) {
    const { t } = useWords();
    const video = useRef<HTMLVideoElement>(null);
    const pictures = useRef<HTMLCanvasElement>(null);
    const overlay = useRef<HTMLCanvasElement>(null);
    const [refused, setRefused] = useState(false);
    const hasVideo = form === "stream" && camera.mp4 && !refused && canPlayMp4();
    const isOff = resting || camera.paused;
    const drawn = useRef({ layout, id: camera.id });
    useEffect(() => {
        drawn.current = { layout, id: camera.id };
        if (overlay.current) drawOverlay(overlay.current, camera.id, layout, undefined);
    }, [layout, camera.id]);

    useEffect(() => {
        if (isOff) return;
        const draw = (mediaTimeS: number | undefined): void => {
            const moment = mediaTimeS === undefined ? undefined : tracks.at(mediaTimeS);
            if (overlay.current) {
                drawOverlay(overlay.current, drawn.current.id, drawn.current.layout, moment);
                overlay.current.dataset["people"] = String(moment?.people.length ?? 0);
            }
        };
        const delayOfS = (timeS: number): number => tracks.delayOfS(timeS);
        if (hasVideo && video.current) return playMp4(video.current, api.mp4Address(camera.id), { onPicture: draw, delayOfS, onUnsupported: () => setRefused(true) });
        if (!pictures.current) return;
        if (form === "drawn") return playDrawn(pictures.current, camera.id, tracks, draw);
        if (form === "stream") return playMjpeg(pictures.current, api.mjpegAddress(camera.id), { onPicture: draw, delayOfS });
        return wall?.play(camera.id, pictures.current, { onPicture: draw, delayOfS });
    }, [camera.id, form, wall, hasVideo, isOff, tracks]);

    return (
        <div className="live-picture" style={{ aspectRatio: `${camera.width || 16} / ${camera.height || 9}` }}>
            {hasVideo ? <video ref={video} muted playsInline disablePictureInPicture aria-label={t("live.picture_of", { name: camera.name })} /> : <canvas ref={pictures} role="img" aria-label={t("live.picture_of", { name: camera.name })} />}
            <canvas ref={overlay} className="overlay" aria-hidden="true" />
            <CameraTrouble camera={camera} />
        </div>
    );
}

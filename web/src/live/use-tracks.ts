// One stream of tracks for all pictures of a page.
import { useEffect, useState } from "react";

import { listen } from "../api/events.ts";
import type { Tracks } from "../api/types.ts";
import { TrackBuffer } from "./track-buffer.ts";

export type TrackBuffers = (camera: string) => TrackBuffer;

export function useTracks(active: boolean): TrackBuffers {
    const [buffers] = useState(() => {
        const known = new Map<string, TrackBuffer>();
        return (camera: string): TrackBuffer => {
            const buffer = known.get(camera) ?? new TrackBuffer();
            known.set(camera, buffer);
            return buffer;
        };
    });
    useEffect(() => {
        if (!active) return;
        return listen("/api/live", {}, {
            event: "tracks",
            onData: (data) => {
                const tracks = data as Tracks;
                buffers(tracks.camera).push(tracks);
            },
        });
    }, [active, buffers]);
    return buffers;
}

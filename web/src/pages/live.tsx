// The cameras as they are now: all in a grid, or one alone, with the arrow keys between them.
import { useEffect, useMemo, useRef, useState } from "react";

import { api } from "../api/api.ts";
import type { Camera, Layout } from "../api/types.ts";
import { useResource } from "../app/resource.ts";
import { Link, navigate, useAddress } from "../app/router.tsx";
import { may, useSession, useWords } from "../app/session.tsx";
import { StatusBadge } from "../components/chips.tsx";
import { Button, Check } from "../components/controls.tsx";
import { Icon } from "../components/icon.tsx";
import { Empty, Loaded, Skeleton } from "../components/states.tsx";
import { LivePicture } from "../live/live-picture.tsx";
import { Wall } from "../live/mjpeg-player.ts";
import { streamed } from "../live/streams.ts";
import { useTracks, type TrackBuffers } from "../live/use-tracks.ts";
import "./live.css";

/** Browsers open six connections to a server: one is for tracks, one for everything else. Of more cameras than this the
    pictures come in one answer for all that have no stream of their own. */
const kStreamsMax = 4;
const kCamerasEveryMs = 2000;

function useIsHidden(): boolean {
    const [hidden, setHidden] = useState(document.hidden);
    useEffect(() => {
        const onChange = (): void => setHidden(document.hidden);
        document.addEventListener("visibilitychange", onChange);
        return () => document.removeEventListener("visibilitychange", onChange);
    }, []);
    return hidden;
}

/** The layout in use; read again when the camera's state names another version. */
function useLayout(camera: Camera): Layout | undefined {
    return useResource(`${camera.id} ${camera.layout}`, (signal) => api.layout(camera.id, signal)).data;
}

/** Of these cameras, which have to be live; another when they are others. */
function useWall(ids: string): Wall | undefined {
    const wall = useMemo(() => (ids === "" ? undefined : new Wall(api.wallAddress(ids))), [ids]);
    useEffect(() => wall?.open(), [wall]);
    return wall;
}

interface TileProps {
    camera: Camera;
    tracks: TrackBuffers;
    streams: boolean;
    wall: Wall | undefined;
    drawsLayout: boolean;
    resting: boolean;
    alone: boolean;
}

function Tile({ camera, tracks, streams, wall, drawsLayout, resting, alone }: TileProps) {
    const { t } = useWords();
    const layout = useLayout(camera);
    return (
        <figure className="tile">
            <LivePicture camera={camera} layout={drawsLayout ? layout : undefined} tracks={tracks(camera.id)} form={camera.simulated ? "drawn" : streams ? "stream" : "wall"} wall={wall} resting={resting} />
            <figcaption>
                {alone ? <strong>{camera.name}</strong> : <Link href={`/live?camera=${encodeURIComponent(camera.id)}`}>{camera.name}</Link>}
                <span className="soft">{t("n_people", { n: camera.people })}</span>
                {camera.simulated && <small className="simulated-badge">{t("simulated")}</small>}
                {camera.status !== "live" && <StatusBadge status={camera.status} />}
            </figcaption>
        </figure>
    );
}

function useArrowKeys(cameras: Camera[], shown: Camera | undefined, place: React.RefObject<HTMLDivElement | null>): void {
    useEffect(() => {
        function onKey(event: KeyboardEvent): void {
            if (event.target instanceof HTMLElement && event.target.matches("input, select")) return;
            if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
            const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
            if (step !== undefined && cameras.length > 0) {
                const at = shown ? cameras.indexOf(shown) : step > 0 ? -1 : 0;
                const next = cameras[(at + step + cameras.length) % cameras.length];
                if (next) navigate(`/live?camera=${encodeURIComponent(next.id)}`, shown ? "replace" : "push");
            } else if (event.key === "Escape" && shown && !document.fullscreenElement) {
                navigate("/live");
            } else if (event.code === "KeyF") {
                void (document.fullscreenElement ? document.exitFullscreen() : place.current?.requestFullscreen());
            }
        }
        window.addEventListener("keydown", onKey);
        return () => window.removeEventListener("keydown", onKey);
    }, [cameras, shown, place]);
}

function Grid({ cameras }: { cameras: Camera[] }) {
    const { t } = useWords();
    const { query } = useAddress();
    const hidden = useIsHidden();
    const tracks = useTracks(!hidden);
    const place = useRef<HTMLDivElement>(null);
    const [drawsLayout, setDrawsLayout] = useState(true);
    const alone = cameras.find((camera) => camera.id === query.get("camera"));
    useArrowKeys(cameras, alone, place);
    const shown = alone ? [alone] : cameras;
    const real = shown.filter((camera) => !camera.simulated);
    const streaming = streamed(real, real.length > kStreamsMax ? kStreamsMax - 1 : kStreamsMax);
    const onWall = hidden ? [] : real.filter((camera) => camera.status === "live" && !streaming.has(camera));
    const wall = useWall(onWall.map((camera) => camera.id).join(","));

    return (
        <>
            <header className="page-head">
                <h1>{t("nav.live")}</h1>
                <div className="tools">
                    <Check label={t("live.zones")} checked={drawsLayout} onChange={(event) => setDrawsLayout(event.target.checked)} />
                    {alone && alone.status === "live" && !alone.simulated && <a className="button plain" href={api.evidenceAddress(alone.id)} download={`${alone.id}.jpg`}>{t("live.save_picture")}</a>}
                    {alone && cameras.length > 1 && <Link href="/live" className="button plain">{t("live.all")}</Link>}
                    <Button onClick={() => void place.current?.requestFullscreen()}>
                        <Icon name="fit" /> {t("live.full_screen")}
                    </Button>
                </div>
            </header>
            <div ref={place} className={alone ? "live-grid alone" : "live-grid"} data-count={shown.length}>
                {shown.map((camera) => (
                    <Tile key={camera.id} camera={camera} tracks={tracks} streams={streaming.has(camera)} wall={wall} drawsLayout={drawsLayout} resting={hidden} alone={alone !== undefined} />
                ))}
            </div>
        </>
    );
}

export default function LivePage() {
    const { t } = useWords();
    const { me } = useSession();
    const cameras = useResource("cameras", (signal) => api.cameras(signal), kCamerasEveryMs);
    return (
        <Loaded resource={cameras} skeleton={<Skeleton height="50vh" />}>
            {(list) =>
                list.length > 0 ? (
                    <Grid cameras={list} />
                ) : (
                    <Empty title={t("no_cameras")}>{may(me.user.role, "administer") ? <Link href="/cameras?add=1">{t("add_camera")}</Link> : <p>{t("no_cameras_hint")}</p>}</Empty>
                )
            }
        </Loaded>
    );
}

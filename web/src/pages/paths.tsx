// Where people were at a moment of the past: their stored paths over the picture of a camera, with a slider.
import { useEffect, useMemo, useRef, useState } from "react";

import { api } from "../api/api.ts";
import type { Camera, PathOfPerson } from "../api/types.ts";
import { useResource } from "../app/resource.ts";
import { may, useSession, useWords } from "../app/session.tsx";
import { CameraPicker, useChosenCamera } from "../components/camera-picker.tsx";
import { PersonChip } from "../components/chips.tsx";
import { Empty, Loaded, Skeleton } from "../components/states.tsx";
import { useWho, WhoSwitch } from "../components/who-switch.tsx";
import { moment } from "../i18n/format.ts";
import { personColour, personLabel } from "../theme/colours.ts";
import { kHourS, HourPicker, TimeSlider, useHour } from "./paths/hour.tsx";
import { placesAt } from "./paths/moment.ts";
import "./paths.css";

const kTrailS = 20;

function draw(canvas: HTMLCanvasElement, paths: readonly PathOfPerson[], second: number): void {
    const context = canvas.getContext("2d");
    if (!context) return;
    const width = canvas.clientWidth * devicePixelRatio;
    const height = canvas.clientHeight * devicePixelRatio;
    canvas.width = width;
    canvas.height = height;
    context.lineJoin = "round";
    context.lineCap = "round";
    for (const { person, place, trail } of placesAt(paths, second, kTrailS)) {
        const colour = personColour(person);
        context.strokeStyle = colour;
        context.lineWidth = 3 * devicePixelRatio;
        trail.forEach((piece, i) => {
            context.globalAlpha = 0.15 + (0.75 * (i + 1)) / trail.length;
            context.beginPath();
            context.moveTo(piece[0][0] * width, piece[0][1] * width);
            context.lineTo(piece[1][0] * width, piece[1][1] * width);
            context.stroke();
        });
        context.globalAlpha = 1;
        const [x, y] = [place[0] * width, place[1] * width];
        const size = 7 * devicePixelRatio;
        context.beginPath();
        context.arc(x, y, size, 0, 2 * Math.PI);
        // A dark edge outside keeps the colour visible on any floor.
        context.lineWidth = 3 * devicePixelRatio;
        context.strokeStyle = "rgb(12 14 12 / 78%)";
        context.stroke();
        context.fillStyle = colour;
        context.fill();
        context.font = `600 ${12 * devicePixelRatio}px system-ui, sans-serif`;
        const name = personLabel(person);
        const box = context.measureText(name).width + 8 * devicePixelRatio;
        context.fillStyle = "rgb(12 14 12 / 78%)";
        context.fillRect(x + size, y - 2.4 * size, box, 17 * devicePixelRatio);
        context.fillStyle = colour;
        context.fillText(name, x + size + 4 * devicePixelRatio, y - 2.4 * size + 13 * devicePixelRatio);
    }
}

function Hour({ camera, paths, begin }: { camera: Camera; paths: PathOfPerson[]; begin: Date }) {
    const { t, language } = useWords();
    const { me, shop } = useSession();
    const canvas = useRef<HTMLCanvasElement>(null);
    const firstS = paths[0]?.points[0]?.[0] ?? 0;
    const [second, setSecond] = useState(() => Math.max(0, Math.floor(firstS)));
    const [unique] = useState(() => Date.now());
    const [hasPicture, setHasPicture] = useState(true);
    const people = useMemo(() => placesAt(paths, second, kTrailS), [paths, second]);

    useEffect(() => {
        if (canvas.current) draw(canvas.current, paths, second);
    }, [paths, second]);

    const at = new Date(begin.getTime() + second * 1000);
    const ratio = camera.width > 0 ? camera.width / camera.height : 16 / 9;
    return (
        <figure className="card paths">
            <div className="paths-picture" style={{ aspectRatio: ratio, maxWidth: `calc(72vh * ${ratio})` }}>
                {may(me.user.role, "watch") && hasPicture && <img src={api.pictureAddress(camera.id, unique)} alt="" onError={() => setHasPicture(false)} />}
                <canvas ref={canvas} role="img" aria-label={t("paths.of", { name: camera.name, time: moment(at.toISOString(), language, shop.time_zone, "seconds"), n: people.length })} />
            </div>
            <figcaption>
                <TimeSlider begin={begin} second={second} choose={setSecond} />
                {paths.length === 0 ? <p className="soft">{t("paths.none")}</p> : people.length === 0 ? <p className="soft">{t("paths.nobody")}</p> : (
                    <p className="paths-people">
                        {people.map(({ person }) => (
                            <PersonChip key={person} person={person} />
                        ))}
                    </p>
                )}
                <p className="hint">{t("paths.picture_is_of_now")}</p>
            </figcaption>
        </figure>
    );
}

function PathsOf({ camera, begin }: { camera: Camera; begin: Date }) {
    const who = useWho();
    const key = `${camera.id} ${begin.toISOString()} ${who}`;
    const paths = useResource(`paths ${key}`, (signal) => api.paths(camera.id, { from: begin, to: new Date(begin.getTime() + kHourS * 1000) }, who, signal));
    return (
        <Loaded resource={paths} skeleton={<Skeleton height="60vh" />}>
            {(data) => <Hour key={key} camera={camera} paths={data} begin={begin} />}
        </Loaded>
    );
}

export default function PathsPage() {
    const { t } = useWords();
    const cameras = useResource("cameras", (signal) => api.cameras(signal));
    const camera = useChosenCamera(cameras.data);
    const [begin, choose] = useHour();
    return (
        <>
            <header className="page-head">
                <h1>{t("nav.paths")}</h1>
                <div className="tools no-print">
                    <WhoSwitch />
                    {cameras.data && camera && <CameraPicker cameras={cameras.data} chosen={camera} />}
                    <HourPicker begin={begin} choose={choose} />
                </div>
            </header>
            <Loaded resource={cameras} skeleton={<Skeleton height="60vh" />}>
                {() => (camera ? <PathsOf camera={camera} begin={begin} /> : <Empty title={t("no_cameras")} />)}
            </Loaded>
        </>
    );
}

// The floor in squares: where people are, stand, reach and come by, over the camera's picture.
import { useEffect, useRef, useState } from "react";

import { api } from "../../api/api.ts";
import type { Camera, FloorMapName, Space } from "../../api/types.ts";
import { setQuery, useAddress } from "../../app/router.tsx";
import { may, useSession, useWords } from "../../app/session.tsx";
import { Select } from "../../components/controls.tsx";
import { duration, number } from "../../i18n/format.ts";
import { colourAt, pixelsOf, topOf } from "../heat/scale.ts";
import "../heat.css";

const kMaps: readonly FloorMapName[] = ["presence_s", "standing_s", "touches", "entries"];

function Squares({ space, map, top, label }: { space: Space; map: FloorMapName; top: number; label: string }) {
    const canvas = useRef<HTMLCanvasElement>(null);
    const { columns, rows, cell_m: cell } = space.heat;
    useEffect(() => {
        const context = canvas.current?.getContext("2d");
        if (!context || columns === 0) return;
        context.putImageData(new ImageData(pixelsOf(space.heat[map], top), columns, rows), 0, 0);
    }, [space, map, top, columns, rows]);
    // The last column and row may reach beyond the picture.
    const size = { width: `${(100 * columns * cell) / space.width_m}%`, height: `${(100 * rows * cell) / space.depth_m}%` };
    return <canvas ref={canvas} width={columns} height={rows} role="img" aria-label={label} style={{ ...size, opacity: 0.75 }} />;
}

/** A stroke through each square of the floor that hardly anybody enters. */
function hatchOf({ heat: { columns, cell_m: cell }, dead_areas: areas }: Space): string {
    return areas
        .flatMap(({ squares }) => squares)
        .map((square) => `M${((square % columns) * cell).toFixed(2)} ${((Math.floor(square / columns) + 1) * cell).toFixed(2)}l${cell} -${cell}`)
        .join("");
}

function Legend({ map, top, cell }: { map: FloorMapName; top: number; cell: number }) {
    const { t, language } = useWords();
    const bar = useRef<HTMLCanvasElement>(null);
    useEffect(() => {
        const context = bar.current?.getContext("2d");
        for (let x = 0; context && x < 256; ++x) {
            context.fillStyle = `rgb(${colourAt(0.15 + (0.85 * x) / 255).join(" ")})`;
            context.fillRect(x, 0, 1, 1);
        }
    }, []);
    const isTime = map === "presence_s" || map === "standing_s";
    const shown = (value: number): string => (isTime ? duration(value, language) : number(value, language));
    return (
        <div className="heat-legend">
            <span>{t(isTime ? "space.map.seconds" : "space.map.times", { cm: Math.round(cell * 100) })}</span>
            <canvas ref={bar} width="256" height="1" aria-hidden="true" />
            <p>
                <span>{shown(0)}</span>
                <span>{shown(top / 2)}</span>
                <span>≥ {shown(top)}</span>
            </p>
        </div>
    );
}

export function FloorMap({ space, camera }: { space: Space; camera: Camera }) {
    const { t } = useWords();
    const { me } = useSession();
    const { query } = useAddress();
    const [unique] = useState(() => Date.now());
    const [hasPicture, setHasPicture] = useState(true);
    const map = kMaps.find((known) => known === query.get("map")) ?? "presence_s";
    const top = topOf(space.heat[map]);
    return (
        <figure className="card heat">
            <div className="heat-picture floor-picture" style={{ aspectRatio: `${space.width_m} / ${space.depth_m}` }}>
                {may(me.user.role, "watch") && hasPicture && <img src={api.pictureAddress(camera.id, unique)} alt="" onError={() => setHasPicture(false)} />}
                <Squares space={space} map={map} top={top} label={`${t("space.map")}: ${t(`space.map.${map}`)}`} />
                <svg viewBox={`0 0 ${space.width_m} ${space.depth_m}`} preserveAspectRatio="none" aria-hidden="true">
                    <path className="dead-area" d={hatchOf(space)} />
                </svg>
            </div>
            <figcaption>
                <Select label={t("space.map")} inline value={map} onChange={(event) => setQuery({ map: event.target.value === "presence_s" ? undefined : event.target.value })}>
                    {kMaps.map((name) => (
                        <option key={name} value={name}>
                            {t(`space.map.${name}`)}
                        </option>
                    ))}
                </Select>
                <Legend map={map} top={top} cell={space.heat.cell_m} />
                {space.dead_areas.length > 0 && <p className="soft">{t("space.dead")}</p>}
            </figcaption>
        </figure>
    );
}

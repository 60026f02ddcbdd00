// The floor in squares: where people are, stand, reach and come by, over the camera's picture.
import { useState } from "react";

import { api } from "../../api/api.ts";
import type { Camera, FloorMapName, Space } from "../../api/types.ts";
import { setQuery, useAddress } from "../../app/router.tsx";
import { may, useSession, useWords } from "../../app/session.tsx";
import { Select } from "../../components/controls.tsx";
import { duration, number } from "../../i18n/format.ts";
import { topOf } from "../heat/scale.ts";
import { HeatLegend, HeatSquares } from "../heat/squares.tsx";
import "../heat.css";

const kMaps: readonly FloorMapName[] = ["presence_s", "standing_s", "touches", "entries"];

function Squares({ space, map, top, label }: { space: Space; map: FloorMapName; top: number; label: string }) {
    const { columns, rows, cell_m: cell } = space.heat;
    // The last column and row may reach beyond the picture.
    const size = { width: `${(100 * columns * cell) / space.width_m}%`, height: `${(100 * rows * cell) / space.depth_m}%` };
    return <HeatSquares values={space.heat[map]} columns={columns} rows={rows} top={top} label={label} style={{ ...size, opacity: 0.75 }} />;
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
    const isTime = map === "presence_s" || map === "standing_s";
    return (
        <HeatLegend
            title={t(isTime ? "space.map.seconds" : "space.map.times", { cm: Math.round(cell * 100) })}
            top={top}
            shown={(value) => (isTime ? duration(value, language) : number(value, language))}
        />
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

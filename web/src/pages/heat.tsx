// Where people were, and for how long, over the picture of a camera.
import { useState } from "react";

import { api, type SpaceQuery } from "../api/api.ts";
import type { Camera, Heat } from "../api/types.ts";
import { spanOf } from "../app/period.ts";
import { useResource } from "../app/resource.ts";
import { useAddress } from "../app/router.tsx";
import { may, useSession, useWords } from "../app/session.tsx";
import { CameraPicker, useChosenCamera } from "../components/camera-picker.tsx";
import { Button } from "../components/controls.tsx";
import { Icon } from "../components/icon.tsx";
import { PeriodPicker, usePeriod } from "../components/period-picker.tsx";
import { Empty, Loaded, Skeleton } from "../components/states.tsx";
import { TraitsFilters } from "../components/traits.tsx";
import { traitsFilterOf } from "../components/traits-filter.ts";
import { useWho, WhoSwitch } from "../components/who-switch.tsx";
import { duration, moment } from "../i18n/format.ts";
import { topOf } from "./heat/scale.ts";
import { HeatLegend, HeatSquares } from "./heat/squares.tsx";
import "./heat.css";

function HeatMap({ heat, camera }: { heat: Heat; camera: Camera }) {
    const { t, language } = useWords();
    const { me, shop } = useSession();
    const period = usePeriod();
    const [opacity, setOpacity] = useState(0.7);
    const [unique] = useState(() => Date.now());
    const [hasPicture, setHasPicture] = useState(true);
    const top = topOf(heat.seconds);
    if (top === 0) {
        return (
            <Empty title={t("heat.none")}>
                <p>{t("heat.none_hint")}</p>
            </Empty>
        );
    }
    const { from, to } = spanOf(period, shop.time_zone);
    const day = (instant: Date): string => moment(instant, language, shop.time_zone, "day");
    const days = period.first === period.last ? day(from) : `${day(from)} – ${day(new Date(to.getTime() - 1))}`;
    return (
        <figure className="card heat">
            <div className="heat-picture" style={{ aspectRatio: `${heat.width} / ${heat.height}` }}>
                {may(me.user.role, "watch") && hasPicture && <img src={api.pictureAddress(camera.id, unique)} alt="" onError={() => setHasPicture(false)} />}
                <HeatSquares values={heat.seconds} columns={heat.columns} rows={heat.rows} top={top} label={t("heat.of", { name: camera.name })} style={{ opacity }} />
            </div>
            <figcaption>
                <p>
                    <strong>{camera.name}</strong>, {days}
                </p>
                <HeatLegend title={t("heat.seconds")} top={top} shown={(seconds) => duration(seconds, language)} />
                <label className="opacity no-print">
                    {t("heat.opacity")}
                    <input type="range" min="0.2" max="1" step="0.05" value={opacity} onChange={(event) => setOpacity(Number(event.target.value))} />
                </label>
            </figcaption>
        </figure>
    );
}

function HeatOf({ camera }: { camera: Camera }) {
    const { shop } = useSession();
    const { query: address } = useAddress();
    const who = useWho();
    const span = spanOf(usePeriod(), shop.time_zone);
    // Of everybody the server has sums; of others it goes through paths, so it is asked for them where it has to be.
    const query: SpaceQuery = { camera: camera.id, span, who: who === "all" ? undefined : who, ...traitsFilterOf(address) };
    const heat = useResource(`heat ${api.spaceCsv(query, "")}`, (signal) => api.heat(query, signal), 60_000);
    return (
        <Loaded resource={heat} skeleton={<Skeleton height="60vh" />}>
            {(data) => <HeatMap key={camera.id} heat={data} camera={camera} />}
        </Loaded>
    );
}

export default function HeatPage() {
    const { t } = useWords();
    const { query } = useAddress();
    const cameras = useResource("cameras", (signal) => api.cameras(signal));
    const camera = useChosenCamera(cameras.data);
    return (
        <>
            <header className="page-head">
                <h1>{t("nav.heat")}</h1>
                <div className="tools no-print">
                    {cameras.data && camera && <CameraPicker cameras={cameras.data} chosen={camera} />}
                    <TraitsFilters filter={traitsFilterOf(query)} />
                    <WhoSwitch />
                    <PeriodPicker />
                    <Button onClick={() => window.print()}>
                        <Icon name="print" /> {t("print")}
                    </Button>
                </div>
            </header>
            <Loaded resource={cameras} skeleton={<Skeleton height="60vh" />}>
                {() => (camera ? <HeatOf camera={camera} /> : <Empty title={t("no_cameras")} />)}
            </Loaded>
        </>
    );
}

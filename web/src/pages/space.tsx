// How the floor is used: maps, departments and their funnel, ways, what is wrong with the zoning, and two periods
// side by side.
import { lazy, Suspense } from "react";

import { api, type SpaceQuery } from "../api/api.ts";
import type { Camera, Space } from "../api/types.ts";
import { spanOf } from "../app/period.ts";
import { useResource } from "../app/resource.ts";
import { setQuery, useAddress } from "../app/router.tsx";
import { serverNow, useSession, useWords } from "../app/session.tsx";
import { CameraPicker, useChosenCamera } from "../components/camera-picker.tsx";
import { Button, Select } from "../components/controls.tsx";
import { Figure } from "../components/figure.tsx";
import { Icon } from "../components/icon.tsx";
import { PeriodPicker, usePeriod } from "../components/period-picker.tsx";
import { Empty, Loaded, Skeleton } from "../components/states.tsx";
import { TraitsFilters } from "../components/traits.tsx";
import { traitsFilterOf } from "../components/traits-filter.ts";
import { WhoSwitch } from "../components/who-switch.tsx";
import { Comparison } from "./space/comparison.tsx";
import { FloorMap } from "./space/floor-map.tsx";
import { Departments, Findings, Fixtures, Ways } from "./space/tables.tsx";
import "./today.css";
import "./space.css";

const Sankey = lazy(() => import("./space/sankey.tsx"));

const kEveryMs = 120_000;
const kFewPeople = 100;
const kHours = ["8-10", "11-13", "14-16", "17-19", "20-23"] as const;
const kDays = { "1-5": "space.working_days", "6-7": "space.weekend" } as const;
const kStepsShown = 5;

function Filters() {
    const { t } = useWords();
    const { query } = useAddress();
    return (
        <>
            <Select label={t("space.hours")} inline value={query.get("hours") ?? ""} onChange={(event) => setQuery({ hours: event.target.value })}>
                <option value="">{t("space.all_hours")}</option>
                {kHours.map((hours) => {
                    const [first = "", last = ""] = hours.split("-");
                    return (
                        <option key={hours} value={hours}>
                            {`${first.padStart(2, "0")}:00–${last.padStart(2, "0")}:59`}
                        </option>
                    );
                })}
            </Select>
            <Select label={t("space.weekdays")} inline value={query.get("weekdays") ?? ""} onChange={(event) => setQuery({ weekdays: event.target.value })}>
                <option value="">{t("space.all_days")}</option>
                {Object.entries(kDays).map(([days, name]) => (
                    <option key={days} value={days}>
                        {t(name)}
                    </option>
                ))}
            </Select>
        </>
    );
}

/** Who left within a minute and stopped nowhere. */
function Bounce({ bounce }: { bounce: Space["bounce"] }) {
    const { t, language } = useWords();
    if (!bounce || bounce.entered === 0) return null;
    const percent = (share: number): string => share.toLocaleString(language, { style: "percent", maximumFractionDigits: 1 });
    return (
        <section className="card figure-card">
            <h2>{t("space.bounce")}</h2>
            <p className="figure-value">{bounce.share ? percent(bounce.share.share) : "–"}</p>
            <p className="soft">{t("space.bounce_of", { bounced: bounce.bounced, entered: bounce.entered, low: percent(bounce.share?.low ?? 0), high: percent(bounce.share?.high ?? 0) })}</p>
        </section>
    );
}

function Floor({ space, camera, query }: { space: Space; camera: Camera; query: SpaceQuery }) {
    const { t } = useWords();
    if (space.people === 0) {
        return (
            <Empty title={t("space.none")}>
                <p>{t("space.none_hint")}</p>
            </Empty>
        );
    }
    const csv = (table: string): string => api.spaceCsv(query, table);
    return (
        <>
            <div className="floor-top">
                <FloorMap space={space} camera={camera} />
                <div className="floor-side">
                    <Figure title={t("space.visitors")} value={space.people}>
                        {space.people < kFewPeople && <p>{t("space.few")}</p>}
                    </Figure>
                    <Bounce bounce={space.bounce} />
                    <Findings findings={space.findings} />
                </div>
            </div>
            <Departments space={space} csv={csv("zones")} />
            <section className="card">
                <header className="card-head">
                    <h2>{t("space.flow")}</h2>
                    <p className="soft">{t("space.flow_hint", { n: kStepsShown })}</p>
                    <a className="button plain no-print" href={csv("flows")} download>
                        <Icon name="download" /> CSV
                    </a>
                </header>
                <Suspense fallback={<Skeleton height="420px" />}>
                    <Sankey title={t("space.flow")} camera={camera.id} steps={space.steps} />
                </Suspense>
            </section>
            <Ways space={space} csv={csv("paths")} />
            <Fixtures space={space} csv={csv("fixtures")} />
            <Comparison query={query} />
        </>
    );
}

function FloorOf({ camera }: { camera: Camera }) {
    const session = useSession();
    const { query: address } = useAddress();
    const whole = spanOf(usePeriod(), session.shop.time_zone);
    // What is still to come has no people in it, and makes the period before it too long.
    const now = serverNow(session);
    now.setMinutes(0, 0, 0);
    const span = whole.to > now && whole.from < now ? { from: whole.from, to: new Date(now.getTime() + 3_600_000) } : whole;
    const who = address.get("who") === "all" ? "all" : "customers";
    const query: SpaceQuery = { camera: camera.id, span, who, hours: address.get("hours") ?? undefined, weekdays: address.get("weekdays") ?? undefined, ...traitsFilterOf(address) };
    const space = useResource(api.spaceCsv(query, ""), (signal) => api.space(query, signal), kEveryMs);
    return (
        <Loaded resource={space} skeleton={<Skeleton height="60vh" />}>
            {(data) => <Floor space={data} camera={camera} query={query} />}
        </Loaded>
    );
}

export default function SpacePage() {
    const { t } = useWords();
    const { query } = useAddress();
    const cameras = useResource("cameras", (signal) => api.cameras(signal));
    const camera = useChosenCamera(cameras.data);
    return (
        <div className="today space">
            <header className="page-head">
                <h1>{t("nav.space")}</h1>
                <div className="tools no-print">
                    {cameras.data && camera && cameras.data.length > 1 && <CameraPicker cameras={cameras.data} chosen={camera} />}
                    <Filters />
                    <TraitsFilters filter={traitsFilterOf(query)} />
                    <WhoSwitch />
                    <PeriodPicker />
                    <Button onClick={() => window.print()}>
                        <Icon name="print" /> {t("print")}
                    </Button>
                </div>
            </header>
            <Loaded resource={cameras} skeleton={<Skeleton height="60vh" />}>
                {() => (camera ? <FloorOf camera={camera} /> : <Empty title={t("no_cameras")} />)}
            </Loaded>
        </div>
    );
}

// Visits and crossings one by one: what every number elsewhere is made of. What is shown stands in the address.
import { useEffect, useState } from "react";

import { api, type VisitQuery } from "../api/api.ts";
import type { Camera, Visit } from "../api/types.ts";
import { spanOf } from "../app/period.ts";
import { useResource } from "../app/resource.ts";
import { setQuery, useAddress } from "../app/router.tsx";
import { useSession, useWords } from "../app/session.tsx";
import { cameraName, placesToCount } from "../components/camera-name.ts";
import { Notes, PersonChip, ZoneChip } from "../components/chips.tsx";
import { Button, Field, Select } from "../components/controls.tsx";
import { ListTrust } from "../components/count-trust.tsx";
import { Icon } from "../components/icon.tsx";
import { kPageSize, Pages } from "../components/pages.tsx";
import { PeriodPicker, usePeriod } from "../components/period-picker.tsx";
import { Empty, Loaded, Skeleton } from "../components/states.tsx";
import { TraitsFilters, TraitsTag } from "../components/traits.tsx";
import { PlanHasStaff, useWho, WhoSwitch } from "../components/who-switch.tsx";
import type { MessageKey } from "../i18n/en.ts";
import { duration, moment, number } from "../i18n/format.ts";
import { Crossings } from "./crossings.tsx";
import { Touches } from "./touches.tsx";
import { VisitorsMix } from "./visitors-mix.tsx";
import { filtersOf, sortedBy, type Filters } from "./visits-query.ts";
import "./visits.css";

const kColumns: readonly { name: string; title: MessageKey; figure?: boolean }[] = [
    { name: "person", title: "person" },
    { name: "zone", title: "zone" },
    { name: "camera", title: "camera" },
    { name: "begin", title: "visits.begin", figure: true },
    { name: "end", title: "visits.end", figure: true },
    { name: "dwell", title: "visits.dwell", figure: true },
    { name: "confidence", title: "visits.confidence", figure: true },
];

const kTypingMs = 300;

/** A field whose text goes into the address when the typing pauses. */
function TypedFilter({ name, label, value }: { name: string; label: string; value: string }) {
    const [text, setText] = useState(value);
    const [shown, setShown] = useState(value);
    if (shown !== value) {
        setShown(value);
        setText(value);
    }
    useEffect(() => {
        if (text === value) return;
        const timer = window.setTimeout(() => setQuery({ [name]: text, page: undefined }), kTypingMs);
        return () => window.clearTimeout(timer);
    }, [name, text, value]);
    return <Field label={label} inputMode="numeric" pattern="[0-9]*" value={text} onChange={(event) => setText(event.target.value.replace(/\D/g, ""))} />;
}

function FilterBar({ filters, cameras, csv }: { filters: Filters; cameras: Camera[]; csv: string }) {
    const { t } = useWords();
    const layout = useResource(filters.camera ? `layout ${filters.camera}` : null, (signal) => api.layout(filters.camera ?? "", signal));
    const zones = (filters.camera && layout.data?.zones.map((zone) => zone.name)) || [];
    if (filters.zone && !zones.includes(filters.zone)) zones.push(filters.zone);
    return (
        <div className="filters">
            <Select label={t("camera")} value={filters.camera ?? ""} onChange={(event) => setQuery({ camera: event.target.value, zone: undefined, page: undefined })}>
                <option value="">{t("all_cameras")}</option>
                {placesToCount(cameras, t).map(([id, name]) => (
                    <option key={id} value={id}>
                        {name}
                    </option>
                ))}
            </Select>
            <Select label={t("zone")} value={filters.zone ?? ""} disabled={zones.length === 0} onChange={(event) => setQuery({ zone: event.target.value, page: undefined })}>
                <option value="">{t("all_zones")}</option>
                {zones.map((zone) => (
                    <option key={zone}>{zone}</option>
                ))}
            </Select>
            <TraitsFilters filter={filters} />
            <TypedFilter name="min_dwell_s" label={t("visits.min_dwell")} value={filters.minDwellS?.toString() ?? ""} />
            {filters.person && (
                <Button title={t("visits.all_people")} aria-label={t("visits.all_people")} onClick={() => setQuery({ person: undefined, page: undefined }, "push")}>
                    <PersonChip person={Number(filters.person)} /> <Icon name="close" />
                </Button>
            )}
            <a className="button plain" href={csv} download>
                <Icon name="download" /> CSV
            </a>
        </div>
    );
}

function Row({ visit, cameraName }: { visit: Visit; cameraName: string }) {
    const { t, language } = useWords();
    const { shop } = useSession();
    const isOneDay = useIsOneDay();
    const time = (instant: string): string => moment(instant, language, shop.time_zone, isOneDay ? "seconds" : "full");
    return (
        <tr>
            <td>
                <button className="link-like" type="button" title={t("visits.only_person")} onClick={() => setQuery({ person: String(visit.person), page: undefined }, "push")}>
                    <PersonChip person={visit.person} />
                </button>
                {visit.label === "staff" && (
                    <span className="tag" title={t("visits.label_hint", { percent: number(100 * (visit.label_confidence ?? 0), language) })}>
                        {t("visits.staff")}
                    </span>
                )}
                <TraitsTag of={visit} />
            </td>
            <td>
                <ZoneChip camera={visit.camera} zone={visit.zone} />
            </td>
            <td>{cameraName}</td>
            <td className="figure">{time(visit.begin)}</td>
            <td className="figure">{time(visit.end)}</td>
            <td className="figure">{duration(visit.dwell_s, language)}</td>
            <td className="figure">
                {number(visit.confidence, language, 2)}
                <Notes notes={visit.notes} />
            </td>
        </tr>
    );
}

function useIsOneDay(): boolean {
    const period = usePeriod();
    return period.first === period.last;
}

function SortableHead({ sort }: { sort: string }) {
    const { t } = useWords();
    return (
        <tr>
            {kColumns.map((column) => {
                const direction = sort === column.name ? "ascending" : sort === `-${column.name}` ? "descending" : "none";
                return (
                    <th key={column.name} className={column.figure ? "figure" : undefined} aria-sort={direction}>
                        <button className="sort" type="button" onClick={() => setQuery({ sort: sortedBy(sort, column.name), page: undefined })}>
                            {t(column.title)}
                            <span aria-hidden="true">{{ ascending: " ↑", descending: " ↓", none: "" }[direction]}</span>
                        </button>
                    </th>
                );
            })}
        </tr>
    );
}

function Visits() {
    const { t } = useWords();
    const { shop } = useSession();
    const { query } = useAddress();
    const period = usePeriod();
    const filters = filtersOf(query);
    const cameras = useResource("cameras", (signal) => api.cameras(signal)).data ?? [];
    const who = useWho();
    const visitQuery: VisitQuery = { ...filters, who, span: spanOf(period, shop.time_zone), offset: filters.page * kPageSize, limit: kPageSize };
    const csv = api.visitsCsv(visitQuery);
    const visits = useResource(`${csv} ${filters.page}`, (signal) => api.visits(visitQuery, signal), undefined, "old");
    const nameOf = (id: string): string => cameraName(cameras, id, t);

    return (
        <>
            <FilterBar filters={filters} cameras={cameras} csv={csv} />
            <VisitorsMix of={visitQuery} />
            <Loaded resource={visits} skeleton={<Skeleton height="60vh" />}>
                {({ visits: rows, total }) =>
                    rows.length === 0 ? (
                        <Empty title={t("visits.none")}>
                            <p>{t("visits.none_hint")}</p>
                            {query.size > 0 && <Button onClick={() => setQuery({ camera: undefined, zone: undefined, person: undefined, min_dwell_s: undefined, sex: undefined, age: undefined, page: undefined }, "push")}>{t("visits.clear")}</Button>}
                        </Empty>
                    ) : (
                        <section className="card" aria-busy={visits.loading}>
                            <PlanHasStaff of={rows} />
                            <ListTrust camera={filters.camera} kind="stay" place={filters.zone} />
                            <div className="table-place">
                                <table className="visits">
                                    <thead>
                                        <SortableHead sort={filters.sort} />
                                    </thead>
                                    <tbody>
                                        {rows.map((visit) => (
                                            <Row key={visit.id} visit={visit} cameraName={nameOf(visit.camera)} />
                                        ))}
                                    </tbody>
                                </table>
                            </div>
                            <Pages page={filters.page} total={total} range="visits.range" />
                        </section>
                    )
                }
            </Loaded>
        </>
    );
}

export default function VisitsPage() {
    const { t } = useWords();
    const { query } = useAddress();
    const shown = query.get("show");
    const isVisits = shown !== "crossings" && shown !== "touches";
    const show = (what: "crossings" | "touches" | undefined): void =>
        setQuery({ show: what, zone: undefined, line: undefined, shelf: undefined, direction: undefined, person: undefined, min_dwell_s: undefined, sex: undefined, age: undefined, sort: undefined, page: undefined }, "push");
    return (
        <>
            <header className="page-head">
                <h1>{t("nav.visits")}</h1>
                <div className="tools no-print">
                    <WhoSwitch />
                    <PeriodPicker />
                </div>
            </header>
            <div className="segments lists" role="group" aria-label={t("visits.list")}>
                <button type="button" aria-pressed={isVisits} onClick={() => show(undefined)}>
                    {t("visits.in_zones")}
                </button>
                <button type="button" aria-pressed={shown === "crossings"} onClick={() => show("crossings")}>
                    {t("visits.over_lines")}
                </button>
                <button type="button" aria-pressed={shown === "touches"} onClick={() => show("touches")}>
                    {t("visits.at_shelves")}
                </button>
            </div>
            {shown === "crossings" && <Crossings />}
            {shown === "touches" && <Touches />}
            {isVisits && <Visits />}
        </>
    );
}

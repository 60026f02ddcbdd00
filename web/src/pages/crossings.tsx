// Crossings of lines one by one: what "came in" and "went out" are made of. Part of the visits' page.
import { api, type CrossingQuery } from "../api/api.ts";
import type { Crossing } from "../api/types.ts";
import { spanOf } from "../app/period.ts";
import { useResource } from "../app/resource.ts";
import { setQuery, useAddress } from "../app/router.tsx";
import { useSession, useWords } from "../app/session.tsx";
import { placesToCount } from "../components/camera-name.ts";
import { Notes, PersonChip } from "../components/chips.tsx";
import { Button, Select } from "../components/controls.tsx";
import { ListTrust } from "../components/count-trust.tsx";
import { Icon } from "../components/icon.tsx";
import { kPageSize, Pages } from "../components/pages.tsx";
import { usePeriod } from "../components/period-picker.tsx";
import { Empty, Loaded, Skeleton } from "../components/states.tsx";
import { PlanHasStaff, useWho } from "../components/who-switch.tsx";
import { moment, number } from "../i18n/format.ts";
import { crossingFiltersOf, type CrossingFilters } from "./visits-query.ts";

function FilterBar({ filters, names, csv }: { filters: CrossingFilters; names: ReadonlyMap<string, string>; csv: string }) {
    const { t } = useWords();
    const layout = useResource(filters.camera ? `layout ${filters.camera}` : null, (signal) => api.layout(filters.camera ?? "", signal));
    const lines = (filters.camera && layout.data?.lines.map((line) => line.name)) || [];
    if (filters.line && !lines.includes(filters.line)) lines.push(filters.line);
    return (
        <div className="filters">
            <Select label={t("camera")} value={filters.camera ?? ""} onChange={(event) => setQuery({ camera: event.target.value, line: undefined, page: undefined })}>
                <option value="">{t("all_cameras")}</option>
                {[...names].map(([id, name]) => (
                    <option key={id} value={id}>
                        {name}
                    </option>
                ))}
            </Select>
            <Select label={t("crossings.line")} value={filters.line ?? ""} disabled={lines.length === 0} onChange={(event) => setQuery({ line: event.target.value, page: undefined })}>
                <option value="">{t("crossings.all_lines")}</option>
                {lines.map((line) => (
                    <option key={line}>{line}</option>
                ))}
            </Select>
            <Select label={t("crossings.direction")} value={filters.direction ?? ""} onChange={(event) => setQuery({ direction: event.target.value, page: undefined })}>
                <option value="">{t("crossings.both")}</option>
                <option value="in">{t("crossings.in")}</option>
                <option value="out">{t("crossings.out")}</option>
            </Select>
            <a className="button plain" href={csv} download>
                <Icon name="download" /> CSV
            </a>
        </div>
    );
}

function Row({ crossing, cameraName, isOneDay }: { crossing: Crossing; cameraName: string; isOneDay: boolean }) {
    const { t, language } = useWords();
    const { shop } = useSession();
    return (
        <tr>
            <td>
                <PersonChip person={crossing.person} />
            </td>
            <td>{crossing.line}</td>
            <td>{cameraName}</td>
            <td>{t(`crossings.${crossing.direction}`)}</td>
            <td className="figure">{moment(crossing.at, language, shop.time_zone, isOneDay ? "seconds" : "full")}</td>
            <td className="figure">
                {number(crossing.confidence, language, 2)}
                <Notes notes={crossing.notes} />
            </td>
        </tr>
    );
}

function Head({ sort }: { sort: CrossingFilters["sort"] }) {
    const { t } = useWords();
    const isNewestFirst = sort === "-at";
    return (
        <tr>
            <th>{t("person")}</th>
            <th>{t("crossings.line")}</th>
            <th>{t("camera")}</th>
            <th>{t("crossings.direction")}</th>
            <th className="figure" aria-sort={isNewestFirst ? "descending" : "ascending"}>
                <button className="sort" type="button" onClick={() => setQuery({ sort: isNewestFirst ? "at" : undefined, page: undefined })}>
                    {t("crossings.at")}
                    <span aria-hidden="true">{isNewestFirst ? " ↓" : " ↑"}</span>
                </button>
            </th>
            <th className="figure">{t("visits.confidence")}</th>
        </tr>
    );
}

export function Crossings() {
    const { t } = useWords();
    const { shop } = useSession();
    const { query } = useAddress();
    const period = usePeriod();
    const filters = crossingFiltersOf(query);
    const cameras = useResource("cameras", (signal) => api.cameras(signal)).data ?? [];
    const names = new Map(placesToCount(cameras, t));
    const who = useWho();
    const asked: CrossingQuery = { ...filters, who, span: spanOf(period, shop.time_zone), offset: filters.page * kPageSize, limit: kPageSize };
    const csv = api.crossingsCsv(asked);
    const crossings = useResource(`${csv} ${filters.page}`, (signal) => api.crossings(asked, signal), undefined, "old");
    return (
        <>
            <FilterBar filters={filters} names={names} csv={csv} />
            <Loaded resource={crossings} skeleton={<Skeleton height="60vh" />}>
                {({ crossings: rows, total }) =>
                    rows.length === 0 ? (
                        <Empty title={t("crossings.none")}>
                            <p>{t("crossings.none_hint")}</p>
                            <Button onClick={() => setQuery({ camera: undefined, line: undefined, direction: undefined, page: undefined }, "push")}>{t("visits.clear")}</Button>
                        </Empty>
                    ) : (
                        <section className="card" aria-busy={crossings.loading}>
                            <PlanHasStaff of={rows} />
                            <ListTrust camera={filters.camera} kind="crossing" place={filters.line} directions={filters.direction ? [filters.direction] : ["in", "out"]} />
                            <div className="table-place">
                                <table className="crossings">
                                    <thead>
                                        <Head sort={filters.sort} />
                                    </thead>
                                    <tbody>
                                        {rows.map((crossing) => (
                                            <Row key={crossing.id} crossing={crossing} cameraName={names.get(crossing.camera) ?? crossing.camera} isOneDay={period.first === period.last} />
                                        ))}
                                    </tbody>
                                </table>
                            </div>
                            <Pages page={filters.page} total={total} range="crossings.range" />
                        </section>
                    )
                }
            </Loaded>
        </>
    );
}

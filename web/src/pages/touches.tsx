// Hands in shelves one by one. Part of the visits' page.
import { api, type TouchQuery } from "../api/api.ts";
import type { Touch } from "../api/types.ts";
import { spanOf } from "../app/period.ts";
import { useResource } from "../app/resource.ts";
import { setQuery, useAddress } from "../app/router.tsx";
import { useSession, useWords, type Words } from "../app/session.tsx";
import { Notes, PersonChip } from "../components/chips.tsx";
import { Select } from "../components/controls.tsx";
import { Icon } from "../components/icon.tsx";
import { kPageSize, Pages } from "../components/pages.tsx";
import { usePeriod } from "../components/period-picker.tsx";
import { Empty, Loaded, Skeleton } from "../components/states.tsx";
import { useWho } from "../components/who-switch.tsx";
import { duration, moment, number } from "../i18n/format.ts";
import { touchFiltersOf } from "./visits-query.ts";

const kGoodsNamed = 3;

/** "Milk 1 l, Kefir and 4 more": what the hand may have been at. */
function goodsOf(touch: Touch, t: Words["t"]): string {
    if (touch.goods_count === 0) return "–";
    const named = touch.goods.slice(0, kGoodsNamed).map((one) => one.name || one.sku).join(", ");
    const more = touch.goods_count - Math.min(kGoodsNamed, touch.goods.length);
    return more > 0 ? t("touches.goods_more", { goods: named, n: more }) : named;
}

export function Touches() {
    const { t, language } = useWords();
    const { shop } = useSession();
    const { query } = useAddress();
    const period = usePeriod();
    const filters = touchFiltersOf(query);
    const who = useWho();
    const cameras = useResource("cameras", (signal) => api.cameras(signal)).data ?? [];
    const nameOf = (id: string): string => cameras.find((camera) => camera.id === id)?.name ?? id;
    const layout = useResource(filters.camera ? `layout ${filters.camera}` : null, (signal) => api.layout(filters.camera ?? "", signal));
    const shelves = (filters.camera && layout.data?.shelves?.map((shelf) => shelf.name)) || [];
    if (filters.shelf && !shelves.includes(filters.shelf)) shelves.push(filters.shelf);
    const asked: TouchQuery = { camera: filters.camera, shelf: filters.shelf, who, span: spanOf(period, shop.time_zone), offset: filters.page * kPageSize, limit: kPageSize };
    const csv = api.touchesCsv(asked);
    const touches = useResource(`${csv} ${filters.page}`, (signal) => api.touches(asked, signal), undefined, "old");
    const time = (instant: string): string => moment(instant, language, shop.time_zone, period.first === period.last ? "seconds" : "full");
    return (
        <>
            <div className="filters">
                <Select label={t("camera")} value={filters.camera ?? ""} onChange={(event) => setQuery({ camera: event.target.value, shelf: undefined, page: undefined })}>
                    <option value="">{t("all_cameras")}</option>
                    {cameras.map((camera) => (
                        <option key={camera.id} value={camera.id}>
                            {camera.name}
                        </option>
                    ))}
                </Select>
                <Select label={t("touches.shelf")} value={filters.shelf ?? ""} disabled={shelves.length === 0} onChange={(event) => setQuery({ shelf: event.target.value, page: undefined })}>
                    <option value="">{t("touches.all_shelves")}</option>
                    {shelves.map((shelf) => (
                        <option key={shelf}>{shelf}</option>
                    ))}
                </Select>
                <a className="button plain" href={csv} download>
                    <Icon name="download" /> CSV
                </a>
            </div>
            <Loaded resource={touches} skeleton={<Skeleton height="60vh" />}>
                {({ touches: rows, total }) =>
                    rows.length === 0 ? (
                        <Empty title={t("touches.none")}>
                            <p>{t("touches.none_hint")}</p>
                        </Empty>
                    ) : (
                        <section className="card" aria-busy={touches.loading}>
                            <div className="table-place">
                                <table className="touches">
                                    <thead>
                                        <tr>
                                            <th>{t("person")}</th>
                                            <th>{t("touches.shelf")}</th>
                                            <th>{t("touches.goods")}</th>
                                            <th>{t("camera")}</th>
                                            <th>{t("touches.hand")}</th>
                                            <th className="figure">{t("visits.begin")}</th>
                                            <th className="figure">{t("touches.lasted")}</th>
                                            <th className="figure">{t("visits.confidence")}</th>
                                        </tr>
                                    </thead>
                                    <tbody>
                                        {rows.map((touch) => (
                                            <tr key={touch.id}>
                                                <td>
                                                    <PersonChip person={touch.person} />
                                                </td>
                                                <td>{touch.section ? `${touch.shelf}, ${touch.section}` : touch.shelf}</td>
                                                <td title={t("touches.goods_hint")}>{goodsOf(touch, t)}</td>
                                                <td>{nameOf(touch.camera)}</td>
                                                <td>{t(`touches.${touch.hand}`)}</td>
                                                <td className="figure">{time(touch.begin)}</td>
                                                <td className="figure">{duration(touch.lasted_s, language)}</td>
                                                <td className="figure">
                                                    {number(touch.confidence, language, 2)}
                                                    <Notes notes={touch.notes} />
                                                </td>
                                            </tr>
                                        ))}
                                    </tbody>
                                </table>
                            </div>
                            <Pages page={filters.page} total={total} range="touches.range" />
                        </section>
                    )
                }
            </Loaded>
        </>
    );
}

// Two periods of the floor side by side, and which differences are more than chance.
import { api, type SpaceQuery } from "../../api/api.ts";
import type { ComparedZone, PartOf } from "../../api/types.ts";
import { useResource } from "../../app/resource.ts";
import { setQuery, useAddress } from "../../app/router.tsx";
import { useSession, useWords } from "../../app/session.tsx";
import { addDays, dayOf, instantOf, isDay } from "../../app/time.ts";
import { ZoneChip } from "../../components/chips.tsx";
import { Field } from "../../components/controls.tsx";
import { Loaded, Skeleton } from "../../components/states.tsx";
import { TablePlace } from "../../components/table-place.tsx";
import { moment, number } from "../../i18n/format.ts";
import { periodBefore } from "./figures.ts";
import { Csv } from "./tables.tsx";

function Row({ row, camera }: { row: ComparedZone; camera: string }) {
    const { t, language } = useWords();
    const share = ({ share: value }: PartOf): string => (value === null ? "–" : `${number(100 * value, language, 1)} %`);
    const points = (value: number): string => `${value > 0 ? "+" : value < 0 ? "−" : ""}${number(Math.abs(100 * value), language, 1)}`;
    const isKnown = row.before.share !== null && row.after.share !== null;
    const difference = isKnown ? `${points(row.difference)} (${points(row.low)} … ${points(row.high)})` : "–";
    return (
        <tr className={row.significant ? "significant" : undefined}>
            <td>
                <ZoneChip camera={camera} zone={row.zone} />
            </td>
            <td>{t(`space.what.${row.what}`)}</td>
            <td className="figure">{share(row.before)}</td>
            <td className="figure">{share(row.after)}</td>
            <td className="figure">{row.significant ? <strong>{difference}</strong> : difference}</td>
            <td className="figure">{!isKnown ? "–" : row.p < 0.001 ? "< 0.001" : number(row.p, language, 3)}</td>
        </tr>
    );
}

export function Comparison({ query }: { query: SpaceQuery }) {
    const { t, language } = useWords();
    const { shop } = useSession();
    const { query: address } = useAddress();
    const usual = periodBefore(query.span);
    const zone = shop.time_zone;
    const from = isDay(address.get("before_from")) ? String(address.get("before_from")) : dayOf(usual.from, zone);
    const to = isDay(address.get("before_to")) ? String(address.get("before_to")) : addDays(dayOf(usual.to, zone), -1);
    const [first, last] = from <= to ? [from, to] : [to, from];
    const before = { from: instantOf(first, zone), to: instantOf(addDays(last, 1), zone) };
    const csv = api.comparisonCsv(query, before);
    const compared = useResource(csv, (signal) => api.compareSpace(query, before, signal));
    const day = (instant: string | Date): string => moment(instant, language, zone, "day");
    const lastDay = (instant: string): string => day(new Date(Date.parse(instant) - 1));
    return (
        <section className="card">
            <header className="card-head">
                <h2>{t("space.before_after")}</h2>
                <div className="period no-print">
                    <Field label={t("space.compare_from")} type="date" value={first} onChange={(event) => event.target.value && setQuery({ before_from: event.target.value })} />
                    <Field label={t("space.compare_to")} type="date" value={last} onChange={(event) => event.target.value && setQuery({ before_to: event.target.value })} />
                </div>
                <Csv href={csv} />
            </header>
            <p className="soft">{t("space.before_hint")}</p>
            <Loaded resource={compared} skeleton={<Skeleton height="200px" />}>
                {(found) => (
                    <>
                        <p>
                            {t("space.before", { from: day(found.before.from), to: lastDay(found.before.to), n: number(found.before.people, language) })}
                            <br />
                            {t("space.after", { from: day(found.after.from), to: lastDay(found.after.to), n: number(found.after.people, language) })}
                        </p>
                        <TablePlace label={t("space.what")}>
                            <table>
                                <thead>
                                    <tr>
                                        <th>{t("zone")}</th>
                                        <th>{t("space.what")}</th>
                                        <th className="figure">{t("space.was")}</th>
                                        <th className="figure">{t("space.is")}</th>
                                        <th className="figure">{t("space.difference")}</th>
                                        <th className="figure">{t("space.chance")}</th>
                                    </tr>
                                </thead>
                                <tbody>
                                    {found.zones.map((row) => (
                                        <Row key={`${row.zone} ${row.what}`} row={row} camera={query.camera} />
                                    ))}
                                </tbody>
                            </table>
                        </TablePlace>
                    </>
                )}
            </Loaded>
        </section>
    );
}

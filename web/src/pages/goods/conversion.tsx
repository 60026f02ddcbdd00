// How many of those who came bought: in all, by hour, by department, by sex and age.
import type { Span } from "../../api/api.ts";
import { goodsApi } from "../../api/goods.ts";
import type { Conversion, Share } from "../../api/types.ts";
import { useSession, useWords } from "../../app/session.tsx";
import { ZoneChip } from "../../components/chips.tsx";
import { TablePlace } from "../../components/table-place.tsx";
import { ageBand } from "../../components/traits-filter.ts";
import { money, number } from "../../i18n/format.ts";
import { usePercent } from "../buyers/segments.tsx";
import { Csv, Part } from "../space/tables.tsx";
import { hoursOf, shareOf } from "./figures.ts";

/** Why there is no share, or how sure it is. */
function ShareCell({ part, whole, of }: { part: number; whole: number; of?: Share | null }) {
    const { t } = useWords();
    const percent = usePercent();
    const share = of ? of.share : shareOf(part, whole);
    if (share === null) return <span className="soft">{t(whole === 0 ? "goods.nobody" : "goods.more_than_came")}</span>;
    return (
        <>
            <Part share={share}>{percent(share)}</Part>
            {of && <small className="soft">{t("goods.interval", { low: percent(of.low), high: percent(of.high) })}</small>}
        </>
    );
}

function ByHour({ conversion, csv }: { conversion: Conversion; csv: string }) {
    const { t, language } = useWords();
    const { shop } = useSession();
    const hours = hoursOf(conversion.buckets, shop.time_zone);
    if (hours.length === 0) return null;
    return (
        <section className="card">
            <header className="card-head">
                <h2>{t("goods.by_hour")}</h2>
                <Csv href={csv} />
            </header>
            <TablePlace label={t("goods.by_hour")}>
                <table>
                    <thead>
                        <tr>
                            <th>{t("hour")}</th>
                            <th className="figure">{t("goods.visitors")}</th>
                            <th className="figure">{t("today.receipts")}</th>
                            <th>{t("today.conversion")}</th>
                        </tr>
                    </thead>
                    <tbody>
                        {hours.map(({ hour, visitors, sales }) => (
                            <tr key={hour}>
                                <td>{`${String(hour).padStart(2, "0")}:00`}</td>
                                <td className="figure">{number(visitors, language)}</td>
                                <td className="figure">{number(sales, language)}</td>
                                <td>
                                    <ShareCell part={sales} whole={visitors} />
                                </td>
                            </tr>
                        ))}
                    </tbody>
                </table>
            </TablePlace>
        </section>
    );
}

function ByDepartment({ conversion, csv }: { conversion: Conversion; csv: string }) {
    const { t, language } = useWords();
    if (conversion.departments.length === 0) return null;
    return (
        <section className="card">
            <header className="card-head">
                <h2>{t("goods.by_department")}</h2>
                <Csv href={csv} />
            </header>
            <p className="soft">{t("goods.by_department_hint")}</p>
            <TablePlace label={t("goods.by_department")}>
                <table>
                    <thead>
                        <tr>
                            <th>{t("zone")}</th>
                            <th className="figure">{t("goods.people")}</th>
                            <th className="figure">{t("goods.buyers")}</th>
                            <th>{t("today.conversion")}</th>
                            <th className="figure">{t("goods.spent")}</th>
                        </tr>
                    </thead>
                    <tbody>
                        {conversion.departments.map((zone) => (
                            <tr key={`${zone.camera} ${zone.zone}`}>
                                <td>
                                    <ZoneChip camera={zone.camera} zone={zone.zone} />
                                </td>
                                <td className="figure">{number(zone.people, language)}</td>
                                <td className="figure">{number(zone.buyers, language)}</td>
                                <td>
                                    <ShareCell part={zone.buyers} whole={zone.people} of={zone.conversion} />
                                </td>
                                <td className="figure">{money(zone.sales_minor, conversion.currency, language)}</td>
                            </tr>
                        ))}
                    </tbody>
                </table>
            </TablePlace>
        </section>
    );
}

function ByGroup({ conversion, csv }: { conversion: Conversion; csv: string }) {
    const { t, language } = useWords();
    const groups = conversion.groups.filter((group) => group.people > 0);
    if (groups.length === 0) return null;
    return (
        <section className="card">
            <header className="card-head">
                <h2>{t("goods.by_group")}</h2>
                <Csv href={csv} />
            </header>
            <p className="soft">{t("goods.by_group_hint")}</p>
            <TablePlace label={t("goods.by_group")}>
                <table>
                    <thead>
                        <tr>
                            <th>{t("traits.sex")}</th>
                            <th>{t("traits.age")}</th>
                            <th className="figure">{t("goods.people")}</th>
                            <th className="figure">{t("goods.buyers")}</th>
                            <th>{t("today.conversion")}</th>
                        </tr>
                    </thead>
                    <tbody>
                        {groups.map((group) => (
                            <tr key={`${group.sex} ${group.age_from}`}>
                                <td>{t(group.sex === "female" ? "traits.women" : "traits.men")}</td>
                                <td>{ageBand(group.age_from, group.age_to, t)}</td>
                                <td className="figure">{number(group.people, language)}</td>
                                <td className="figure">{number(group.buyers, language)}</td>
                                <td>
                                    <ShareCell part={group.buyers} whole={group.people} of={group.conversion} />
                                </td>
                            </tr>
                        ))}
                    </tbody>
                </table>
            </TablePlace>
        </section>
    );
}

export function ConversionTables({ conversion, span, bucket }: { conversion: Conversion; span: Span; bucket: "hour" | "day" }) {
    const csv = (table: "buckets" | "departments" | "groups"): string => goodsApi.conversionCsv(span, bucket, table);
    return (
        <>
            {bucket === "hour" && <ByHour conversion={conversion} csv={csv("buckets")} />}
            <ByDepartment conversion={conversion} csv={csv("departments")} />
            <ByGroup conversion={conversion} csv={csv("groups")} />
        </>
    );
}

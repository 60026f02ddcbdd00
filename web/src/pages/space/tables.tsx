// The floor in tables: departments with their funnel, shelves, ways; and in words.
import type { Finding, Space } from "../../api/types.ts";
import { useWords } from "../../app/session.tsx";
import { ZoneChip } from "../../components/chips.tsx";
import { CountTrust, useCountErrors } from "../../components/count-trust.tsx";
import { Icon } from "../../components/icon.tsx";
import { TablePlace } from "../../components/table-place.tsx";
import { duration, money, number } from "../../i18n/format.ts";
import { departmentsOf } from "./figures.ts";

function usePercent(): (share: number) => string {
    const { language } = useWords();
    return (share) => `${number(100 * share, language, share < 0.1 ? 1 : 0)} %`;
}

export function Csv({ href }: { href: string }) {
    return (
        <a className="button plain no-print" href={href} download>
            <Icon name="download" /> CSV
        </a>
    );
}

export function Findings({ findings }: { findings: readonly Finding[] }) {
    const { t, language } = useWords();
    const percent = usePercent();
    return (
        <section className="card">
            <h2>{t("space.findings")}</h2>
            {findings.length === 0 ? (
                <p className="soft">{t("space.no_findings")}</p>
            ) : (
                <ul className="findings">
                    {findings.map((finding, i) => (
                        <li key={i}>
                            {t(`space.finding.${finding.kind}`, {
                                zone: finding.zone ?? "",
                                part: number(finding.part ?? 0, language),
                                whole: number(finding.whole ?? 0, language),
                                share: percent(finding.share ?? 0),
                                usual: percent(finding.usual ?? 0),
                                area: number(finding.square_m ?? 0, language, 1),
                                zones: finding.zones?.join(", ") || t("space.finding.nowhere"),
                            })}
                        </li>
                    ))}
                </ul>
            )}
        </section>
    );
}

/** A share as a bar behind its figure. */
export function Part({ share, children }: { share: number; children: string }) {
    return (
        <span className="part">
            <span className="part-bar" style={{ width: `${Math.min(100, 100 * share)}%` }} />
            <span>{children}</span>
        </span>
    );
}

/** A dash for what nobody knows. */
function known(value: number | null | undefined, shown: (value: number) => string): string {
    return value === null || value === undefined ? "–" : shown(value);
}

export function Departments({ space, csv }: { space: Space; csv: string }) {
    const { t, language } = useWords();
    const errors = useCountErrors();
    const percent = usePercent();
    const of = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);
    return (
        <section className="card">
            <header className="card-head">
                <h2>{t("space.departments")}</h2>
                <Csv href={csv} />
            </header>
            <TablePlace label={t("space.departments")}>
                <table>
                    <thead>
                        <tr>
                            <th>{t("zone")}</th>
                            <th className="figure">{t("space.passed")}</th>
                            <th title={t("space.reach_hint")}>{t("space.reach")}</th>
                            <th className="figure">{t("space.stopped")}</th>
                            <th title={t("space.attraction_hint")}>{t("space.attraction")}</th>
                            <th className="figure">{t("space.touched")}</th>
                            <th className="figure" title={t("space.paid_hint")}>
                                {t("space.paid")}
                            </th>
                            {space.sales && (
                                <th className="figure" title={t("space.bought_hint")}>
                                    {t("space.bought")}
                                </th>
                            )}
                            <th className="figure" title={t("space.holding_hint")}>
                                {t("space.holding")}
                            </th>
                        </tr>
                    </thead>
                    <tbody>
                        {departmentsOf(space.zones).map((zone) => (
                            <tr key={zone.zone}>
                                <td>
                                    <ZoneChip camera={space.camera} zone={zone.zone} /> <CountTrust errors={errors} camera={space.camera} kind="stay" place={zone.zone} direction="in" />
                                </td>
                                <td className="figure">{number(zone.passed, language)}</td>
                                <td>
                                    <Part share={zone.reach}>{percent(zone.reach)}</Part>
                                </td>
                                <td className="figure">{number(zone.stopped, language)}</td>
                                <td>
                                    <Part share={zone.attraction}>{percent(zone.attraction)}</Part>
                                </td>
                                <td className="figure">{number(zone.touched, language)}</td>
                                <td className="figure">
                                    {zone.paid_later === null ? (
                                        "–"
                                    ) : (
                                        <>
                                            {number(zone.paid_later, language)} <small className="soft">{percent(of(zone.paid_later, zone.stopped))}</small>
                                        </>
                                    )}
                                </td>
                                {space.sales && <td className="figure">{known(zone.bought, (bought) => number(bought, language))}</td>}
                                <td className="figure">{zone.stopped > 0 ? duration(zone.holding_s, language) : "–"}</td>
                            </tr>
                        ))}
                    </tbody>
                </table>
            </TablePlace>
        </section>
    );
}

export function Fixtures({ space, csv }: { space: Space; csv: string }) {
    const { t, language } = useWords();
    if (space.fixtures.length === 0) return null;
    const { sales } = space;
    const best = [...space.fixtures].sort((a, b) => (b.amount_minor ?? 0) - (a.amount_minor ?? 0) || b.stopped - a.stopped);
    return (
        <section className="card">
            <header className="card-head">
                <h2>{t("space.fixtures")}</h2>
                <Csv href={csv} />
            </header>
            {!sales && <p className="soft">{t("space.no_sales")}</p>}
            <TablePlace label={t("space.fixtures")}>
                <table>
                    <thead>
                        <tr>
                            <th>{t("space.fixture")}</th>
                            <th className="figure">{t("space.passed")}</th>
                            <th className="figure">{t("space.stopped")}</th>
                            <th className="figure">{t("space.touched")}</th>
                            <th className="figure">{t("space.standing")}</th>
                            {sales && (
                                <>
                                    <th className="figure">{t("today.receipts")}</th>
                                    <th className="figure">{t("goods.quantity")}</th>
                                    <th className="figure">{t("space.sold_for")}</th>
                                </>
                            )}
                        </tr>
                    </thead>
                    <tbody>
                        {best.map((fixture) => (
                            <tr key={fixture.fixture}>
                                <td>{fixture.fixture}</td>
                                <td className="figure">{number(fixture.passed, language)}</td>
                                <td className="figure">{number(fixture.stopped, language)}</td>
                                <td className="figure">{number(fixture.touched, language)}</td>
                                <td className="figure">{duration(fixture.standing_h * 3600, language)}</td>
                                {sales && (
                                    <>
                                        <td className="figure">{known(fixture.receipts, (receipts) => number(receipts, language))}</td>
                                        <td className="figure">{known(fixture.sold, (sold) => number(sold, language, Number.isInteger(sold) ? 0 : 3))}</td>
                                        <td className="figure">{known(fixture.amount_minor, (amount) => money(amount, sales.currency, language))}</td>
                                    </>
                                )}
                            </tr>
                        ))}
                    </tbody>
                </table>
            </TablePlace>
        </section>
    );
}

const kWaysShown = 8;

export function Ways({ space, csv }: { space: Space; csv: string }) {
    const { t, language } = useWords();
    const percent = usePercent();
    if (space.paths.length === 0) return null;
    return (
        <section className="card">
            <header className="card-head">
                <h2>{t("space.paths")}</h2>
                <Csv href={csv} />
            </header>
            <ol className="ways">
                {space.paths.slice(0, kWaysShown).map(({ path, people }) => (
                    <li key={path.join(" ")}>
                        <span>
                            {path.map((zone, i) => (
                                <span key={i}>
                                    {i > 0 && <span aria-hidden="true"> → </span>}
                                    <ZoneChip camera={space.camera} zone={zone} />
                                </span>
                            ))}
                        </span>
                        <span className="figure">
                            {number(people, language)} <small className="soft">{percent(people / Math.max(1, space.people))}</small>
                        </span>
                    </li>
                ))}
            </ol>
        </section>
    );
}

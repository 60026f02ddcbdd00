// What hands were at and receipts don't have.
import { buyersApi } from "../../api/buyers.ts";
import type { Span } from "../../api/api.ts";
import { useResource } from "../../app/resource.ts";
import { useWords } from "../../app/session.tsx";
import { Loaded, Skeleton } from "../../components/states.tsx";
import { TablePlace } from "../../components/table-place.tsx";
import type { TraitsFilter } from "../../components/traits-filter.ts";
import { number } from "../../i18n/format.ts";
import { usePercent } from "../buyers/segments.tsx";
import { Csv } from "../space/tables.tsx";

export function Touched({ span, traits }: { span: Span; traits: TraitsFilter }) {
    const { t, language } = useWords();
    const percent = usePercent();
    const csv = buyersApi.touchedCsv(span, traits);
    const shelves = useResource(csv, (signal) => buyersApi.touched(span, traits, signal));
    return (
        <section className="card">
            <header className="card-head">
                <h2>{t("buyers.touched")}</h2>
                <Csv href={csv} />
            </header>
            <p className="soft">{t("buyers.touched_hint")}</p>
            <Loaded resource={shelves} skeleton={<Skeleton height="160px" />}>
                {(list) =>
                    list.length === 0 ? (
                        <p className="soft">{t("buyers.no_touches")}</p>
                    ) : (
                        <>
                            {list.every((shelf) => shelf.goods === 0) && <p className="soft">{t("buyers.no_planogram")}</p>}
                            <TablePlace label={t("buyers.touched")}>
                                <table>
                                    <thead>
                                        <tr>
                                            <th>{t("buyers.shelf")}</th>
                                            <th className="figure">{t("buyers.touched_by")}</th>
                                            <th className="figure">{t("buyers.bought_anything")}</th>
                                            <th className="figure">{t("buyers.bought_there")}</th>
                                            <th className="figure">{t("buyers.not_bought")}</th>
                                        </tr>
                                    </thead>
                                    <tbody>
                                        {list.map((shelf) => (
                                            <tr key={shelf.shelf}>
                                                <td>{shelf.shelf}</td>
                                                <td className="figure">{number(shelf.people, language)}</td>
                                                <td className="figure">{number(shelf.buyers, language)}</td>
                                                <td className="figure">{shelf.bought_there === null ? "–" : number(shelf.bought_there, language)}</td>
                                                <td className="figure">{shelf.bought_there === null ? "–" : percent(1 - shelf.bought_there / shelf.people)}</td>
                                            </tr>
                                        ))}
                                    </tbody>
                                </table>
                            </TablePlace>
                        </>
                    )
                }
            </Loaded>
        </section>
    );
}

// What was sold, and what together.
import type { Goods } from "../../api/goods.ts";
import { useWords } from "../../app/session.tsx";
import { TablePlace } from "../../components/table-place.tsx";
import { money, number } from "../../i18n/format.ts";
import { usePercent } from "../buyers/segments.tsx";
import { Csv } from "../space/tables.tsx";

const kThousandths = 3;

export function Baskets({ goods, currency, csv }: { goods: Goods; currency: string; csv: string }) {
    const { t, language } = useWords();
    const percent = usePercent();
    return (
        <section className="card">
            <header className="card-head">
                <h2>{t("goods.sold")}</h2>
                <Csv href={csv} />
            </header>
            <p className="soft">{t("goods.of_receipts", { n: goods.sales })}</p>
            <TablePlace label={t("goods.sold")}>
                <table>
                    <thead>
                        <tr>
                            <th>{t("goods.goods")}</th>
                            <th className="figure">{t("today.receipts")}</th>
                            <th className="figure">{t("goods.of_all")}</th>
                            <th className="figure">{t("goods.quantity")}</th>
                            <th className="figure">{t("goods.amount")}</th>
                        </tr>
                    </thead>
                    <tbody>
                        {goods.goods.map((one) => (
                            <tr key={one.sku}>
                                <td>
                                    {one.name || one.sku}
                                    {one.name && <div className="soft">{one.sku}</div>}
                                </td>
                                <td className="figure">{number(one.receipts, language)}</td>
                                <td className="figure">{goods.sales > 0 ? percent(one.receipts / goods.sales) : "–"}</td>
                                <td className="figure">{number(one.quantity, language, Number.isInteger(one.quantity) ? 0 : kThousandths)}</td>
                                <td className="figure">{money(one.amount_minor, currency, language)}</td>
                            </tr>
                        ))}
                    </tbody>
                </table>
            </TablePlace>
        </section>
    );
}

export function Pairs({ goods, csv }: { goods: Goods; csv: string }) {
    const { t, language } = useWords();
    const names = new Map(goods.goods.map((one) => [one.sku, one.name || one.sku]));
    const nameOf = (sku: string): string => names.get(sku) ?? sku;
    return (
        <section className="card">
            <header className="card-head">
                <h2>{t("goods.pairs")}</h2>
                <Csv href={csv} />
            </header>
            <p className="soft">{t("goods.pairs_hint")}</p>
            {goods.pairs.length === 0 ? (
                <p className="soft">{t("goods.no_pairs")}</p>
            ) : (
                <TablePlace label={t("goods.pairs")}>
                    <table>
                        <thead>
                            <tr>
                                <th>{t("goods.first")}</th>
                                <th>{t("goods.second")}</th>
                                <th className="figure">{t("today.receipts")}</th>
                                <th className="figure">{t("goods.lift")}</th>
                            </tr>
                        </thead>
                        <tbody>
                            {goods.pairs.map((pair) => (
                                <tr key={`${pair.first} ${pair.second}`}>
                                    <td>{nameOf(pair.first)}</td>
                                    <td>{nameOf(pair.second)}</td>
                                    <td className="figure">{number(pair.receipts, language)}</td>
                                    <td className="figure">{`× ${number(pair.lift, language, 1)}`}</td>
                                </tr>
                            ))}
                        </tbody>
                    </table>
                </TablePlace>
            )}
        </section>
    );
}

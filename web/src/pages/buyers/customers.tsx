// Customers one by one, and the history of each. Only for roles that may see single people.
import { useState } from "react";

import { buyersApi, kSegments, type Customer, type CustomerReceipt } from "../../api/buyers.ts";
import type { Span } from "../../api/api.ts";
import { useResource } from "../../app/resource.ts";
import { setQuery, useAddress } from "../../app/router.tsx";
import { useSession, useWords } from "../../app/session.tsx";
import { Button, Dialog, Select } from "../../components/controls.tsx";
import { explain, Loaded, Problem, Skeleton } from "../../components/states.tsx";
import { TablePlace } from "../../components/table-place.tsx";
import { moment, money, number } from "../../i18n/format.ts";
import { Csv } from "../space/tables.tsx";
import { kAtOnce, kMost, shortName } from "./lists.ts";
import { usePercent } from "./segments.tsx";

function Seen({ seen }: { seen: CustomerReceipt["seen"] }) {
    const { t } = useWords();
    const percent = usePercent();
    if (!seen) return <span className="soft">{t("buyers.not_seen")}</span>;
    const places = [...new Set([...seen.stays, ...seen.touches].map((stay) => stay.place))].join(", ");
    return <span>{t("buyers.seen", { places: places || "–", probability: percent(seen.probability) })}</span>;
}

function History({ customer, onClose, onForgotten }: { customer: Customer; onClose: () => void; onForgotten: () => void }) {
    const { t, language } = useWords();
    const { shop } = useSession();
    const [problem, setProblem] = useState<string>();
    const history = useResource(customer.customer, (signal) => buyersApi.customer(customer.customer, signal));
    async function forget(): Promise<void> {
        if (!window.confirm(t("buyers.forget_question"))) return;
        try {
            await buyersApi.forgetCustomer(customer.customer);
            onForgotten();
            onClose();
        } catch (error) {
            setProblem(explain(error as Error, t));
        }
    }
    return (
        <Dialog title={t("buyers.history", { customer: shortName(customer.customer) })} onClose={onClose}>
            <Loaded resource={history} skeleton={<Skeleton height="200px" />}>
                {(receipts) => (
                    <ul className="history">
                        {receipts.map(({ receipt, seen }) => (
                            <li key={receipt.id}>
                                <strong>{moment(receipt.at, language, shop.time_zone, "full")}</strong> {money(receipt.kind === "return" ? -receipt.total_minor : receipt.total_minor, receipt.currency, language)}
                                <br />
                                {receipt.lines.map((line) => line.name || line.sku).join(", ")}
                                <br />
                                <Seen seen={seen} />
                            </li>
                        ))}
                    </ul>
                )}
            </Loaded>
            <Problem>{problem}</Problem>
            <div className="actions">
                <Button look="danger" onClick={() => void forget()}>
                    {t("buyers.forget")}
                </Button>
                <Button onClick={onClose}>{t("close")}</Button>
            </div>
        </Dialog>
    );
}

export function CustomerList({ span }: { span: Span }) {
    const { t, language } = useWords();
    const { shop } = useSession();
    const { query } = useAddress();
    const segment = kSegments.find((known) => known === query.get("segment"));
    const [count, setCount] = useState(kAtOnce);
    const [opened, setOpened] = useState<Customer>();
    const csv = buyersApi.customersCsv(span, segment);
    const found = useResource(`${csv} ${count}`, (signal) => buyersApi.customers(span, segment, 0, count, signal), undefined, "old");
    const day = (instant: string): string => moment(instant, language, shop.time_zone, "day");
    return (
        <section className="card">
            <header className="card-head">
                <h2>{t("buyers.list")}</h2>
                <Select label={t("buyers.segment")} inline value={segment ?? ""} onChange={(event) => setQuery({ segment: event.target.value })}>
                    <option value="">{t("buyers.all_kinds")}</option>
                    {kSegments.map((name) => (
                        <option key={name} value={name}>
                            {t(`buyers.segment.${name}`)}
                        </option>
                    ))}
                </Select>
                <Csv href={csv} />
            </header>
            <p className="soft">{t("buyers.list_hint")}</p>
            <Loaded resource={found} skeleton={<Skeleton height="200px" />}>
                {({ customers, total, currency }) => (
                    <>
                        <TablePlace label={t("buyers.list")}>
                            <table>
                                <thead>
                                    <tr>
                                        <th>{t("buyers.customer")}</th>
                                        <th>{t("buyers.segment")}</th>
                                        <th className="figure">{t("buyers.purchases")}</th>
                                        <th className="figure">{t("buyers.spent")}</th>
                                        <th>{t("buyers.first")}</th>
                                        <th>{t("buyers.last")}</th>
                                        <th aria-label={t("buyers.show")} />
                                    </tr>
                                </thead>
                                <tbody>
                                    {customers.map((customer) => (
                                        <tr key={customer.customer}>
                                            <td className="mono">{shortName(customer.customer)}</td>
                                            <td>{t(`buyers.segment.${customer.segment}`)}</td>
                                            <td className="figure">{number(customer.purchases, language)}</td>
                                            <td className="figure">{money(customer.spent_minor, currency, language)}</td>
                                            <td>{day(customer.first)}</td>
                                            <td>{day(customer.last)}</td>
                                            <td>
                                                <Button look="quiet" aria-label={t("buyers.history", { customer: shortName(customer.customer) })} onClick={() => setOpened(customer)}>
                                                    {t("buyers.show")}
                                                </Button>
                                            </td>
                                        </tr>
                                    ))}
                                </tbody>
                            </table>
                        </TablePlace>
                        {total > count && count < kMost && <Button onClick={() => setCount(count + kAtOnce)}>{t("buyers.more")}</Button>}
                    </>
                )}
            </Loaded>
            {opened && <History customer={opened} onClose={() => setOpened(undefined)} onForgotten={found.reload} />}
        </section>
    );
}

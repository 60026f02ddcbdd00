// What a campaign brought, with how sure that is, and what became of those who agreed to be looked at.
import { useState } from "react";

import { buyersApi, type Brought, type Campaign, type CampaignEffect } from "../../api/buyers.ts";
import { useResource } from "../../app/resource.ts";
import { may, useSession, useWords } from "../../app/session.tsx";
import { Button } from "../../components/controls.tsx";
import { Loaded, Skeleton } from "../../components/states.tsx";
import { TablePlace } from "../../components/table-place.tsx";
import { duration, moment, money, number } from "../../i18n/format.ts";
import { kAtOnce, kMost, shortName } from "../buyers/lists.ts";
import { usePercent } from "../buyers/segments.tsx";
import { Csv } from "../space/tables.tsx";

type Effect = NonNullable<CampaignEffect["effect"]>;

/** "+120", its interval and what was to be expected; or why it is not known. */
function BroughtCard({ title, brought, shown, sentence }: { title: string; brought: Brought; shown: (value: number) => string; sentence: "campaigns.expected" | "campaigns.sold" }) {
    const { t } = useWords();
    const { brought: value, low, high, expected } = brought;
    const signed = (number: number): string => `${number > 0 ? "+" : number < 0 ? "−" : ""}${shown(Math.abs(number))}`;
    return (
        <section className="card figure-card">
            <h2>{title}</h2>
            {brought.known !== "yes" || value === null || low === null || high === null || expected === null ? (
                <>
                    <p className="figure-value">–</p>
                    <p className="soft">{t(`campaigns.unknown.${brought.known === "yes" ? "too_few" : brought.known}`)}</p>
                </>
            ) : (
                <>
                    <p className="figure-value">{signed(value)}</p>
                    <p>
                        {t("campaigns.interval", { low: signed(low), high: signed(high) })}
                        {low <= 0 && high >= 0 && <strong> {t("campaigns.maybe_chance")}</strong>}
                    </p>
                    <p className="soft">{t(sentence, { observed: shown(brought.observed), expected: shown(expected) })}</p>
                </>
            )}
        </section>
    );
}

function Return({ effect }: { effect: Effect }) {
    const { t, language } = useWords();
    const back = effect.return_on_spend;
    return (
        <section className="card figure-card">
            <h2>{t("campaigns.return")}</h2>
            <p className="figure-value">{back ? number(back.value, language, 2) : "–"}</p>
            <p>{back ? t("campaigns.interval", { low: number(back.low, language, 2), high: number(back.high, language, 2) }) : t("campaigns.no_cost")}</p>
            {back && <p className="soft">{t("campaigns.return_hint")}</p>}
        </section>
    );
}

function Figures({ effect, currency }: { effect: Effect; currency: string }) {
    const { t, language } = useWords();
    const whole = (value: number): string => number(value, language);
    const amount = (value: number): string => money(value, currency, language, 0);
    const { customers } = effect;
    return (
        <>
            {!effect.is_over && <p role="note">{t("campaigns.goes_on")}</p>}
            {customers && (
                <>
                    <div className="figures">
                        <BroughtCard title={t("campaigns.purchases")} brought={customers.purchases} shown={whole} sentence="campaigns.expected" />
                        <BroughtCard title={t("campaigns.spent")} brought={customers.spent_minor} shown={amount} sentence="campaigns.sold" />
                        <Return effect={effect} />
                    </div>
                    <p className="soft">
                        {t("campaigns.reached", { n: customers.addressed, buyers: customers.buyers })}
                        {customers.after_median_s !== null && `, ${t("campaigns.after", { time: duration(customers.after_median_s, language) })}`}.{" "}
                        {t(customers.controls === "held_back" ? "campaigns.by_held_back" : "campaigns.by_others", { n: customers.control_customers })}
                        {customers.controls === "others" && ` ${t(customers.compared_with === "older" ? "campaigns.older" : "campaigns.recent")}`}
                        {customers.chosen_by_purchases && ` ${t(customers.compared_with === "older" ? "campaigns.chosen" : "campaigns.chosen_unknown")}`}
                        {customers.new_customers > 0 && ` ${t("campaigns.new_customers", { n: customers.new_customers })}`}
                    </p>
                </>
            )}
            <div className="figures">
                <BroughtCard title={t("campaigns.visitors")} brought={effect.visitors} shown={whole} sentence="campaigns.expected" />
                <BroughtCard title={t("campaigns.sales")} brought={effect.sales_minor} shown={amount} sentence="campaigns.sold" />
                {!customers && <Return effect={effect} />}
            </div>
            <p className="soft">{t("campaigns.by_weeks", { n: effect.weeks_before })}</p>
        </>
    );
}

function GoodsTable({ effect, currency }: { effect: Effect; currency: string }) {
    const { t, language } = useWords();
    const percent = usePercent();
    if (effect.goods.length === 0) return null;
    return (
        <section className="card">
            <h2>{t("campaigns.goods")}</h2>
            <TablePlace label={t("campaigns.goods")}>
                <table>
                    <thead>
                        <tr>
                            <th>{t("buyers.online_what")}</th>
                            <th className="figure">{t("buyers.customers")}</th>
                            <th className="figure">{t("campaigns.goods_share")}</th>
                            <th className="figure">{t("campaigns.goods_all")}</th>
                            <th className="figure">{t("buyers.spent")}</th>
                        </tr>
                    </thead>
                    <tbody>
                        {effect.goods.map((goods) => (
                            <tr key={goods.sku}>
                                <td>{goods.name || goods.sku}</td>
                                <td className="figure">{number(goods.customers, language)}</td>
                                <td className="figure">{percent(goods.share)}</td>
                                <td className="figure">{percent(goods.share_of_all)}</td>
                                <td className="figure">{money(goods.amount_minor, currency, language, 0)}</td>
                            </tr>
                        ))}
                    </tbody>
                </table>
            </TablePlace>
        </section>
    );
}

function Customers({ campaign, currency }: { campaign: Campaign; currency: string }) {
    const { t, language } = useWords();
    const { shop } = useSession();
    const [count, setCount] = useState(kAtOnce);
    const found = useResource(`campaign ${campaign.id} customers ${count}`, (signal) => buyersApi.campaignCustomers(campaign.id, 0, count, signal), undefined, "old");
    return (
        <section className="card">
            <header className="card-head">
                <h2>{t("campaigns.customers")}</h2>
                <Csv href={buyersApi.campaignCustomersCsv(campaign.id)} />
            </header>
            <Loaded resource={found} skeleton={<Skeleton height="160px" />}>
                {({ customers, total }) =>
                    total === 0 ? (
                        <p className="soft">{t("campaigns.customers_none")}</p>
                    ) : (
                        <>
                            <p className="soft">{t("campaigns.unknown_hint")}</p>
                            <TablePlace label={t("campaigns.customers")}>
                                <table>
                                    <thead>
                                        <tr>
                                            <th>{t("buyers.customer")}</th>
                                            <th>{t("campaigns.exposed")}</th>
                                            <th>{t("campaigns.visited")}</th>
                                            <th>{t("campaigns.bought")}</th>
                                            <th>{t("buyers.first")}</th>
                                            <th className="figure">{t("buyers.after")}</th>
                                            <th className="figure">{t("buyers.spent")}</th>
                                        </tr>
                                    </thead>
                                    <tbody>
                                        {customers.map((customer) => (
                                            <tr key={customer.customer}>
                                                <td className="mono">{shortName(customer.customer)}</td>
                                                <td>{t(`campaigns.${customer.exposed}`)}</td>
                                                <td>{t(`campaigns.${customer.visited}`)}</td>
                                                <td>{t(`campaigns.${customer.bought}`)}</td>
                                                <td>{customer.bought_at ? moment(customer.bought_at, language, shop.time_zone, "day") : "–"}</td>
                                                <td className="figure">{customer.after_s === null ? "–" : duration(customer.after_s, language)}</td>
                                                <td className="figure">{money(customer.spent_minor, currency, language)}</td>
                                            </tr>
                                        ))}
                                    </tbody>
                                </table>
                            </TablePlace>
                            {total > count && count < kMost && <Button onClick={() => setCount(count + kAtOnce)}>{t("buyers.more")}</Button>}
                        </>
                    )
                }
            </Loaded>
        </section>
    );
}

export function Effect({ campaign }: { campaign: Campaign }) {
    const { t } = useWords();
    const { me } = useSession();
    const found = useResource(`campaign ${campaign.id} ${campaign.begin} ${campaign.end} ${campaign.cost_minor} ${campaign.target} ${campaign.audience}`, (signal) => buyersApi.effect(campaign.id, signal));
    return (
        <>
            <header className="card-head">
                <h2>{campaign.name}</h2>
                <Csv href={buyersApi.effectCsv(campaign.id)} />
            </header>
            {campaign.target === "list" && campaign.audience === 0 && <p role="note">{t("campaigns.no_list")}</p>}
            <Loaded resource={found} skeleton={<Skeleton height="40vh" />}>
                {({ effect, currency }) =>
                    effect ? (
                        <>
                            <Figures effect={effect} currency={currency} />
                            <GoodsTable effect={effect} currency={currency} />
                            {effect.customers && may(me.user.role, "draw") && <Customers campaign={campaign} currency={currency} />}
                        </>
                    ) : (
                        <p>{t("campaigns.not_begun")}</p>
                    )
                }
            </Loaded>
        </>
    );
}

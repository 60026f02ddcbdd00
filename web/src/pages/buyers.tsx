// The shop's customers by their loyalty cards: who they are, who is new, who comes back, who stopped coming, and who
// came from the screen.
import { buyersApi, type Buyers } from "../api/buyers.ts";
import type { Span } from "../api/api.ts";
import { useResource } from "../app/resource.ts";
import { setQuery, useAddress } from "../app/router.tsx";
import { may, serverNow, useSession, useWords } from "../app/session.tsx";
import { addDays, dayOf, instantOf } from "../app/time.ts";
import { Button, Select } from "../components/controls.tsx";
import { Figure } from "../components/figure.tsx";
import { Icon } from "../components/icon.tsx";
import { Empty, Loaded, Skeleton } from "../components/states.tsx";
import { money, number } from "../i18n/format.ts";
import { CustomerList } from "./buyers/customers.tsx";
import { OnlineToShop } from "./buyers/online.tsx";
import { Cohorts, RecencyByFrequency, Weeks } from "./buyers/over-time.tsx";
import { Segments, Typical, usePercent } from "./buyers/segments.tsx";
import "./today.css";
import "./space.css";
import "./buyers.css";

const kEveryMs = 300_000;
const kMonths = [3, 6, 12] as const;
const kDaysOfMonth = 30.5;

function Known({ buyers, span }: { buyers: Buyers; span: Span }) {
    const { t, language } = useWords();
    const { me } = useSession();
    const percent = usePercent();
    const { all, currency } = buyers;
    return (
        <>
            <div className="figures">
                <Figure title={t("buyers.customers")} value={all.customers}>
                    <p className="soft">{t("buyers.share_of_sales", { share: percent(buyers.sales > 0 ? buyers.sales_with_card / buyers.sales : 0) })}</p>
                </Figure>
                <Figure title={t("buyers.purchases")} value={all.purchases}>
                    <p className="soft">{t("buyers.of_customer", { n: number(all.purchases / all.customers, language, 1) })}</p>
                </Figure>
                <section className="card figure-card">
                    <h2>{t("buyers.spent")}</h2>
                    <p className="figure-value">{money(all.spent_minor, currency, language, 0)}</p>
                    <p className="soft">{t("buyers.basket", { money: money(all.basket_minor, currency, language) })}</p>
                </section>
            </div>
            <Typical figures={all} currency={currency} longDays={buyers.long_days} />
            <Segments buyers={buyers} csv={buyersApi.buyersCsv(span, "segments")} />
            <div className="buyers-two">
                <Weeks buyers={buyers} csv={buyersApi.buyersCsv(span, "periods")} />
                <RecencyByFrequency cells={buyers.recency_by_frequency} />
            </div>
            <Cohorts buyers={buyers} csv={buyersApi.buyersCsv(span, "cohorts")} />
            {may(me.user.role, "draw") && <CustomerList span={span} />}
        </>
    );
}

export default function BuyersPage() {
    const { t } = useWords();
    const session = useSession();
    const { query } = useAddress();
    const zone = session.shop.time_zone;
    const months = kMonths.find((known) => String(known) === query.get("months")) ?? 12;
    const tomorrow = addDays(dayOf(serverNow(session), zone), 1);
    const since = (days: number): Span => ({ from: instantOf(addDays(tomorrow, -days), zone), to: instantOf(tomorrow, zone) });
    const span = since(Math.round(months * kDaysOfMonth));
    const buyers = useResource(buyersApi.buyersCsv(span, "segments"), (signal) => buyersApi.buyers(span, signal), kEveryMs);
    return (
        <div className="today buyers">
            <header className="page-head">
                <h1>{t("nav.buyers")}</h1>
                <div className="tools no-print">
                    <Select label={t("buyers.span")} inline value={months} onChange={(event) => setQuery({ months: event.target.value === "12" ? undefined : event.target.value })}>
                        {kMonths.map((n) => (
                            <option key={n} value={n}>
                                {t("buyers.months", { n })}
                            </option>
                        ))}
                    </Select>
                    <Button onClick={() => window.print()}>
                        <Icon name="print" /> {t("print")}
                    </Button>
                </div>
            </header>
            <Loaded resource={buyers} skeleton={<Skeleton height="60vh" />}>
                {(data) =>
                    data.all.customers === 0 ? (
                        <Empty title={t("buyers.none")}>
                            <p>{t("buyers.none_hint")}</p>
                        </Empty>
                    ) : (
                        <Known buyers={data} span={span} />
                    )
                }
            </Loaded>
            <OnlineToShop span={span} />
        </div>
    );
}

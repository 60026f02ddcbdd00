// What was sold, what together, what was touched and not bought, and how many of those who came bought.
import { useRef, useState } from "react";

import { api } from "../api/api.ts";
import { goodsApi } from "../api/goods.ts";
import { spanOf } from "../app/period.ts";
import { useResource } from "../app/resource.ts";
import { useAddress } from "../app/router.tsx";
import { may, useSession, useWords } from "../app/session.tsx";
import { Button } from "../components/controls.tsx";
import { Icon } from "../components/icon.tsx";
import { PeriodPicker, usePeriod } from "../components/period-picker.tsx";
import { Empty, explain, Loaded, Skeleton } from "../components/states.tsx";
import { TraitsFilters } from "../components/traits.tsx";
import { traitsFilterOf } from "../components/traits-filter.ts";
import { Baskets, Pairs } from "./goods/baskets.tsx";
import { ConversionTables } from "./goods/conversion.tsx";
import { Touched } from "./goods/touched.tsx";
import "./today.css";
import "./space.css";
import "./buyers.css";

const kEveryMs = 120_000;
/** Of more days the server gives no hours. */
const kHoursOfDaysMax = 31;
const kDayMs = 86_400_000;

/** Where goods lie, as a table from the office. */
function PlanogramImport({ onDone }: { onDone: () => void }) {
    const { t } = useWords();
    const [told, setTold] = useState<string>();
    const chosen = useRef<HTMLInputElement>(null);
    async function put(file: File | undefined): Promise<void> {
        if (!file) return;
        try {
            const outcome = await goodsApi.savePlanogram(file);
            setTold([t("goods.placed", { n: outcome.kept, refused: outcome.refused }), ...outcome.problems.slice(0, 3)].join(" "));
            onDone();
        } catch (error) {
            setTold(explain(error as Error, t));
        }
        if (chosen.current) chosen.current.value = "";
    }
    return (
        <section className="card no-print">
            <h2>{t("goods.planogram")}</h2>
            <p className="soft">{t("goods.planogram_hint")}</p>
            <div className="actions">
                <input ref={chosen} type="file" accept=".csv,text/csv" className="hidden-text" tabIndex={-1} aria-label={t("goods.planogram_import")} onChange={(event) => void put(event.target.files?.[0])} />
                <Button onClick={() => chosen.current?.click()}>{t("goods.planogram_import")}</Button>
            </div>
            <p role="status">{told}</p>
        </section>
    );
}

export default function GoodsPage() {
    const { t } = useWords();
    const { me, shop } = useSession();
    const { query } = useAddress();
    const span = spanOf(usePeriod(), shop.time_zone);
    const traits = traitsFilterOf(query);
    const bucket = span.to.getTime() - span.from.getTime() > kHoursOfDaysMax * kDayMs ? "day" : "hour";
    const csv = goodsApi.goodsCsv(span, traits, "goods");
    const goods = useResource(csv, (signal) => goodsApi.goods(span, traits, signal), kEveryMs);
    const conversion = useResource(goodsApi.conversionCsv(span, bucket, "buckets"), (signal) => api.conversion(span, bucket, signal), kEveryMs);
    const [placed, setPlaced] = useState(0);
    return (
        <div className="today goods">
            <header className="page-head">
                <h1>{t("nav.goods")}</h1>
                <div className="tools no-print">
                    <TraitsFilters filter={traits} />
                    <PeriodPicker />
                    <Button onClick={() => window.print()}>
                        <Icon name="print" /> {t("print")}
                    </Button>
                </div>
            </header>
            <Loaded resource={goods} skeleton={<Skeleton height="40vh" />}>
                {(data) =>
                    data.goods.length === 0 ? (
                        <Empty title={t("goods.none")}>
                            <p>{t("goods.none_hint")}</p>
                        </Empty>
                    ) : (
                        <div className="buyers-two">
                            <Baskets goods={data} currency={conversion.data?.currency ?? ""} csv={csv} />
                            <Pairs goods={data} csv={goodsApi.goodsCsv(span, traits, "pairs")} />
                        </div>
                    )
                }
            </Loaded>
            <Touched key={placed} span={span} traits={traits} />
            <Loaded resource={conversion} skeleton={<Skeleton height="30vh" />}>
                {(data) => <ConversionTables conversion={data} span={span} bucket={bucket} />}
            </Loaded>
            {may(me.user.role, "draw") && <PlanogramImport onDone={() => setPlaced((n) => n + 1)} />}
        </div>
    );
}

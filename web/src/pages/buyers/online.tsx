// From the screen to the shop: what customers looked at online, and whether they then bought in the shop.
import { useRef, useState } from "react";

import { buyersApi, type Online } from "../../api/buyers.ts";
import type { Span } from "../../api/api.ts";
import { useResource } from "../../app/resource.ts";
import { may, useSession, useWords } from "../../app/session.tsx";
import { Button } from "../../components/controls.tsx";
import { explain, Loaded, Skeleton } from "../../components/states.tsx";
import { TablePlace } from "../../components/table-place.tsx";
import { duration, number } from "../../i18n/format.ts";
import { Csv } from "../space/tables.tsx";

const kShown = 12;

type Steps = Online["all"];

function Cells({ steps, hasSame }: { steps: Steps; hasSame: boolean }) {
    const { language } = useWords();
    return (
        <>
            <td className="figure">{number(steps.looked, language)}</td>
            <td className="figure">{number(steps.in_shop, language)}</td>
            <td className="figure">{hasSame ? number(steps.bought_same, language) : "–"}</td>
            <td className="figure">{steps.after_median_s === null ? "–" : duration(steps.after_median_s, language)}</td>
        </>
    );
}

function Table({ online }: { online: Online }) {
    const { t } = useWords();
    return (
        <>
            <p className="soft">{t("buyers.online_hint", { days: t("buyers.n_days", { n: online.days }) })}</p>
            <TablePlace label={t("buyers.online")}>
                <table>
                    <thead>
                        <tr>
                            <th>{t("buyers.online_what")}</th>
                            <th className="figure">{t("buyers.looked")}</th>
                            <th className="figure">{t("buyers.in_shop")}</th>
                            <th className="figure">{t("buyers.bought_same")}</th>
                            <th className="figure">{t("buyers.after")}</th>
                        </tr>
                    </thead>
                    <tbody>
                        <tr>
                            <th>{t("buyers.everything")}</th>
                            <Cells steps={online.all} hasSame />
                        </tr>
                        {online.whats.slice(0, kShown).map((what) => (
                            <tr key={`${what.page} ${what.sku}`}>
                                <td>{what.sku ? what.name || what.sku : what.page}</td>
                                <Cells steps={what} hasSame={what.sku !== ""} />
                            </tr>
                        ))}
                    </tbody>
                </table>
            </TablePlace>
        </>
    );
}

export function OnlineToShop({ span }: { span: Span }) {
    const { t } = useWords();
    const { me } = useSession();
    const csv = buyersApi.onlineCsv(span);
    const online = useResource(csv, (signal) => buyersApi.online(span, signal));
    const [told, setTold] = useState<string>();
    const chosen = useRef<HTMLInputElement>(null);
    async function add(file: File | undefined): Promise<void> {
        if (!file) return;
        try {
            const outcome = await buyersApi.addWebEvents(file);
            setTold([t("buyers.imported", { n: outcome.kept + (outcome.known ?? 0), refused: outcome.refused }), ...outcome.problems.slice(0, 3)].join(" "));
        } catch (error) {
            setTold(explain(error as Error, t));
        }
        if (chosen.current) chosen.current.value = "";
        online.reload();
    }
    return (
        <section className="card">
            <header className="card-head">
                <h2>{t("buyers.online")}</h2>
                <Csv href={csv} />
            </header>
            <Loaded resource={online} skeleton={<Skeleton height="120px" />}>
                {(data) => (data.kept.events === 0 ? <p className="soft">{t("buyers.online_none")}</p> : <Table online={data} />)}
            </Loaded>
            {may(me.user.role, "draw") && (
                <div className="actions no-print">
                    <input ref={chosen} type="file" accept=".csv,text/csv" className="hidden-text" tabIndex={-1} aria-label={t("buyers.online_import")} onChange={(event) => void add(event.target.files?.[0])} />
                    <Button onClick={() => chosen.current?.click()}>{t("buyers.online_import")}</Button>
                </div>
            )}
            <p role="status">{told}</p>
        </section>
    );
}

// Who came, by sex and age: shares corrected by how often faces are mistaken, with their intervals.
import { api, type VisitQuery } from "../api/api.ts";
import { goodsApi } from "../api/goods.ts";
import type { TraitShare } from "../api/types.ts";
import { useResource } from "../app/resource.ts";
import { useWords } from "../app/session.tsx";
import { cameraName } from "../components/camera-name.ts";
import { ageBand } from "../components/traits-filter.ts";
import { number } from "../i18n/format.ts";
import { Csv } from "./space/tables.tsx";
import "./visitors-mix.css";

function Bar({ name, of }: { name: string; of: TraitShare }) {
    const { t, language } = useWords();
    const percent = (share: number): string => number(100 * share, language);
    return (
        <li title={t("traits.raw", { percent: percent(of.raw) })}>
            <span className="name">{name}</span>
            <span className="track" aria-hidden="true">
                <span className="share" style={{ width: `${100 * of.share}%` }} />
                <span className="interval" style={{ left: `${100 * of.low}%`, width: `${100 * (of.high - of.low)}%` }} />
            </span>
            <span className="figure">{t("traits.share", { percent: percent(of.share), low: percent(of.low), high: percent(of.high) })}</span>
        </li>
    );
}

/** Nothing where nobody's face was seen. */
export function VisitorsMix({ of }: { of: VisitQuery }) {
    const { t } = useWords();
    const { span, who, camera } = of;
    const key = `mix ${span.from.toISOString()} ${span.to.toISOString()} ${who ?? ""} ${camera ?? ""}`;
    const mix = useResource(key, (signal) => api.visitorMix({ span, who, camera }, signal), undefined, "old").data;
    const cameras = useResource("cameras", (signal) => api.cameras(signal)).data ?? [];
    if (!mix || mix.people === 0) return null;
    const men = mix.women && { raw: 1 - mix.women.raw, share: 1 - mix.women.share, low: 1 - mix.women.high, high: 1 - mix.women.low };
    return (
        <section className="card visitors-mix" aria-label={t("traits.mix")}>
            <header className="card-head">
                <h2>{t("traits.mix")}</h2>
                <Csv href={goodsApi.mixCsv(span, who, camera)} />
            </header>
            <ul>
                {mix.women && <Bar name={t("traits.women")} of={mix.women} />}
                {men && <Bar name={t("traits.men")} of={men} />}
                {mix.ages.map((age) => (
                    <Bar key={age.from} name={ageBand(age.from, age.to, t)} of={age} />
                ))}
            </ul>
            <p className="soft">
                {t("traits.of", { n: mix.people })}
                {!camera && mix.cameras > 1 && ` ${t("traits.of_camera", { camera: cameraName(cameras, mix.camera ?? "", t) })}`}
            </p>
        </section>
    );
}

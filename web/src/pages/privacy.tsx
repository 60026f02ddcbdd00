// What the shop may know of who comes: the mode, those who are known by face and their rights, and who looked.
import { useState } from "react";

import { ApiError } from "../api/client.ts";
import { recognition, type MatchRate, type PrivacyState } from "../api/recognition.ts";
import { useResource } from "../app/resource.ts";
import { may, useSession, useWords } from "../app/session.tsx";
import { Empty, explain, Loaded, Problem, Skeleton } from "../components/states.tsx";
import { TablePlace } from "../components/table-place.tsx";
import { number } from "../i18n/format.ts";
import { LookLog } from "./privacy/look-log.tsx";
import { PeopleList } from "./privacy/people-list.tsx";
import "./privacy.css";

const kEveryMs = 15_000;

function Mode({ state }: { state: PrivacyState }) {
    const { t, language } = useWords();
    return (
        <section className="card">
            <h2>{t("privacy.mode")}</h2>
            <p className="mode">{t(`privacy.mode.${state.mode}`)}</p>
            <p>{t(`privacy.means.${state.mode}`)}</p>
            {state.mode === "recognition" && <p>{t(state.whom === "all" ? "privacy.whom.all" : "privacy.whom.few")}</p>}
            <p className="hint">{t("privacy.mode_hint")}</p>
            <dl className="figures">
                <div>
                    <dt>{t("privacy.enrolled")}</dt>
                    <dd>{number(state.enrolled, language)}</dd>
                </div>
                <div>
                    <dt>{t("privacy.watched")}</dt>
                    <dd>{number(state.watched, language)}</dd>
                </div>
                {(state.whom === "all" || state.seen > 0) && (
                    <div>
                        <dt>{t("privacy.seen")}</dt>
                        <dd>{number(state.seen, language)}</dd>
                    </div>
                )}
                <div>
                    <dt>{t("privacy.room")}</dt>
                    <dd>{number(state.people_max, language)}</dd>
                </div>
                {state.mode === "pseudonymous" && (
                    <div>
                        <dt>{t("privacy.back_today")}</dt>
                        <dd>{number(state.back_today, language)}</dd>
                    </div>
                )}
            </dl>
            {state.closed && (
                <p className="notice urgent" role="alert">
                    {t("refused.gallery_closed", { message: state.closed })}
                </p>
            )}
            {state.mode !== "anonymous" && !state.has_networks && <p className="notice caution">{t("refused.no_face_networks")}</p>}
            {state.trouble && <p className="notice caution">{t("privacy.trouble", { problem: state.trouble })}</p>}
            {state.dropped > 0 && <p className="soft">{t("privacy.dropped", { n: state.dropped })}</p>}
        </section>
    );
}

function Rates({ state, reload }: { state: PrivacyState; reload: () => void }) {
    const { t, language } = useWords();
    const { me } = useSession();
    const [problem, setProblem] = useState<string>();
    const chosen = state.rates.find((rate) => rate.likeness === state.likeness_min);
    async function choose(rate: MatchRate): Promise<void> {
        try {
            await recognition.setFalseMatch(rate.false_match);
            setProblem(undefined);
        } catch (error) {
            setProblem(explain(error as Error, t));
        }
        reload();
    }
    if (state.rates.length === 0) return <p className="notice caution">{t("privacy.not_measured")}</p>;
    return (
        <section className="card">
            <h2>{t("privacy.rates")}</h2>
            <p className="hint">{t("privacy.rates_hint")}</p>
            <TablePlace label={t("privacy.rates")}>
                <table>
                    <thead>
                        <tr>
                            <th>{t("privacy.false_match")}</th>
                            <th className="figure">{t("privacy.likeness")}</th>
                            <th className="figure">{t("privacy.true_match")}</th>
                            <th className="figure">{t("privacy.false_measured")}</th>
                            <th className="figure">{t("privacy.false_alarms")}</th>
                            <th className="figure">{t("privacy.false_recognitions")}</th>
                        </tr>
                    </thead>
                    <tbody>
                        {state.rates.map((rate) => (
                            <tr key={rate.false_match}>
                                <td>
                                    <label className="check">
                                        <input type="radio" name="false-match" checked={rate === chosen} disabled={!may(me.user.role, "administer")} onChange={() => void choose(rate)} />
                                        {number(100 * rate.false_match, language, 2)} %
                                    </label>
                                </td>
                                <td className="figure">{number(rate.likeness, language, 2)}</td>
                                <td className="figure">{t("privacy.of_pairs", { percent: number(100 * rate.true_match, language, 1), n: rate.same_pairs })}</td>
                                <td className="figure">{t("privacy.false_of_pairs", { part: rate.false_pairs, n: rate.different_pairs, high: number(100 * rate.false_match_high, language, 1) })}</td>
                                <td className="figure">{t("privacy.from_to", { low: number(rate.false_alarms_in_1000_visitors, language, 0), high: number(rate.false_alarms_in_1000_visitors_at_most, language, 0) })}</td>
                                <td className="figure">{t("privacy.at_most", { n: number(rate.false_recognitions_in_1000_visitors_at_most, language, 0) })}</td>
                            </tr>
                        ))}
                    </tbody>
                </table>
            </TablePlace>
            <p className="hint">{t("privacy.false_hint", { looks: number(state.looks_of_visitor, language, 1), watched: state.pictures_watched, known: state.pictures_known })}</p>
            {state.likeness_known !== null && state.likeness_min !== null && state.likeness_known > state.likeness_min && (
                <p className="hint">{t("privacy.liker", { likeness: number(state.likeness_known, language, 2), n: state.pictures_known })}</p>
            )}
            <Problem>{problem}</Problem>
        </section>
    );
}

export default function PrivacyPage() {
    const { t } = useWords();
    const { me } = useSession();
    const state = useResource("privacy", (signal) => recognition.state(signal), kEveryMs);
    const isOff = state.error instanceof ApiError && state.error.code === "no_gallery";
    return (
        <div className="privacy">
            <header className="page-head">
                <h1>{t("nav.privacy")}</h1>
            </header>
            {isOff ? (
                <Empty title={t("recognition.no_gallery")}>
                    <p>{t("refused.no_gallery")}</p>
                </Empty>
            ) : (
                <Loaded resource={state} skeleton={<Skeleton height="40vh" />}>
                    {(known) => (
                        <>
                            <Mode state={known} />
                            {known.mode !== "anonymous" && <Rates state={known} reload={state.reload} />}
                            {!known.closed && <PeopleList canEnrol={known.mode === "recognition"} />}
                            {may(me.user.role, "administer") && <LookLog />}
                        </>
                    )}
                </Loaded>
            )}
        </div>
    );
}

// The watchlist: who was taken for one of it, for the guard to decide, and whom the shop watches for.
import { useEffect } from "react";

import { ApiError } from "../api/client.ts";
import { recognition, type WatchMatch } from "../api/recognition.ts";
import { useAlarmWatch } from "../app/alarm-watch.tsx";
import { useResource } from "../app/resource.ts";
import { Link } from "../app/router.tsx";
import { useSession, useWords } from "../app/session.tsx";
import { api } from "../api/api.ts";
import { cameraName } from "../components/camera-name.ts";
import { Check } from "../components/controls.tsx";
import { Empty, Loaded, Skeleton } from "../components/states.tsx";
import { TablePlace } from "../components/table-place.tsx";
import { moment, number } from "../i18n/format.ts";
import { Entries } from "./watchlist/entries.tsx";
import { MatchCard } from "./watchlist/match-card.tsx";
import "./watchlist.css";

const kEveryMs = 5000;

function Judged({ matches, nameOf }: { matches: readonly WatchMatch[]; nameOf: (camera: string) => string }) {
    const { t, language } = useWords();
    const { shop } = useSession();
    if (matches.length === 0) return null;
    return (
        <section className="card">
            <h2>{t("watchlist.judged")}</h2>
            <TablePlace label={t("watchlist.judged")}>
                <table>
                    <thead>
                        <tr>
                            <th>{t("alarms.when")}</th>
                            <th>{t("watchlist.what")}</th>
                            <th>{t("camera")}</th>
                            <th className="figure">{t("watchlist.likeness_short")}</th>
                            <th>{t("watchlist.verdict")}</th>
                        </tr>
                    </thead>
                    <tbody>
                        {matches.map((match) => (
                            <tr key={match.id}>
                                <td>{moment(match.at, language, shop.time_zone, "full")}</td>
                                <td>
                                    {match.reason} <span className="soft">{t("watchlist.entry", { entry: match.entry })}</span>
                                </td>
                                <td>{nameOf(match.camera)}</td>
                                <td className="figure">{number(match.likeness, language, 2)}</td>
                                <td>
                                    {t(match.verdict === "confirmed" ? "watchlist.confirmed" : "watchlist.rejected")} <span className="soft">{match.judged_by}</span>
                                </td>
                            </tr>
                        ))}
                    </tbody>
                </table>
            </TablePlace>
        </section>
    );
}

export default function WatchlistPage() {
    const { t } = useWords();
    const { sound, raised } = useAlarmWatch();
    const state = useResource("privacy", (signal) => recognition.state(signal), 30_000);
    const isOff = state.error instanceof ApiError && state.error.code === "no_gallery";
    const isOpen = state.data !== undefined && state.data.closed === "";
    const matches = useResource(isOpen ? "matches" : null, (signal) => recognition.matches(signal), kEveryMs);
    const cameras = useResource("cameras", (signal) => api.cameras(signal)).data ?? [];
    const { reload } = matches;
    useEffect(() => {
        if (raised?.measure === "watchlist") reload();
    }, [raised, reload]);
    const nameOf = (camera: string): string => cameraName(cameras, camera, t);
    return (
        <div className="watchlist">
            <header className="page-head">
                <h1>{t("nav.watchlist")}</h1>
                <Check label={t("alarms.sound")} checked={sound.on} onChange={sound.toggle} />
            </header>
            {isOff ? (
                <Empty title={t("recognition.no_gallery")}>
                    <p>{t("refused.no_gallery")}</p>
                </Empty>
            ) : (
                <Loaded resource={state} skeleton={<Skeleton height="120px" />}>
                    {(privacy) => (
                        <>
                            {privacy.mode !== "recognition" && (
                                <p className="notice" role="note">
                                    {t("watchlist.off", { mode: t(`privacy.mode.${privacy.mode}`) })} <Link href="/privacy">{t("nav.privacy")}</Link>
                                </p>
                            )}
                            {privacy.mode === "recognition" && privacy.likeness_min === null && <p className="notice caution">{t("privacy.not_measured")}</p>}
                            {privacy.closed ? (
                                <p className="notice urgent" role="alert">
                                    {t("refused.gallery_closed", { message: privacy.closed })}
                                </p>
                            ) : (
                                <>
                                    <section aria-live="polite">
                                        <h2>{t("watchlist.open")}</h2>
                                        <Loaded resource={matches} skeleton={<Skeleton height="240px" />}>
                                            {(list) => {
                                                const open = list.filter((match) => match.verdict === null);
                                                return open.length === 0 ? (
                                                    <p className="soft">{t("watchlist.none_open")}</p>
                                                ) : (
                                                    <ul className="matches">
                                                        {open.map((match) => (
                                                            <MatchCard key={match.id} match={match} camera={nameOf(match.camera)} onJudged={matches.reload} />
                                                        ))}
                                                    </ul>
                                                );
                                            }}
                                        </Loaded>
                                    </section>
                                    <Entries canAdd={privacy.mode === "recognition"} />
                                    <Judged matches={(matches.data ?? []).filter((match) => match.verdict !== null)} nameOf={nameOf} />
                                </>
                            )}
                        </>
                    )}
                </Loaded>
            )}
        </div>
    );
}

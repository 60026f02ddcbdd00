// Somebody taken for one of the watchlist: both pictures side by side, for a person to decide.
import { useState } from "react";

import { recognition, type WatchMatch } from "../../api/recognition.ts";
import { useSession, useWords } from "../../app/session.tsx";
import { Button } from "../../components/controls.tsx";
import { Icon } from "../../components/icon.tsx";
import { explain, Problem } from "../../components/states.tsx";
import { moment, number } from "../../i18n/format.ts";

export function MatchCard({ match, camera, onJudged }: { match: WatchMatch; camera: string; onJudged: () => void }) {
    const { t, language } = useWords();
    const { shop } = useSession();
    const [problem, setProblem] = useState<string>();
    const [busy, setBusy] = useState(false);
    async function judge(verdict: "confirmed" | "rejected"): Promise<void> {
        setBusy(true);
        try {
            await recognition.judge(match.id, verdict);
            setProblem(undefined);
        } catch (error) {
            setProblem(explain(error as Error, t));
        }
        setBusy(false);
        onJudged();
    }
    return (
        <li className="match card" aria-label={t("watchlist.match_of", { entry: match.entry })}>
            <div className="pair">
                <figure>
                    {match.picture > 0 && <img src={recognition.watchedAddress(match.entry, match.picture)} alt={t("watchlist.picture_of_entry", { entry: match.entry })} />}
                    <figcaption>{t("watchlist.entry", { entry: match.entry })}</figcaption>
                </figure>
                <figure>
                    {match.has_look && <img src={recognition.matchLookAddress(match.id)} alt={t("watchlist.picture_of_look", { camera })} />}
                    <figcaption>
                        {camera}, {moment(match.at, language, shop.time_zone, "seconds")}
                    </figcaption>
                </figure>
            </div>
            <p>
                <strong>{match.reason}</strong>
            </p>
            <p className="soft">{t("watchlist.likeness", { likeness: number(match.likeness, language, 2), limit: number(match.likeness_min, language, 2) })}</p>
            <p className="hint">{t("watchlist.look_first")}</p>
            <div className="actions">
                <Button look="main" busy={busy} onClick={() => void judge("confirmed")}>
                    <Icon name="check" /> {t("watchlist.confirm")}
                </Button>
                <Button busy={busy} onClick={() => void judge("rejected")}>
                    <Icon name="close" /> {t("watchlist.reject")}
                </Button>
            </div>
            <Problem>{problem}</Problem>
        </li>
    );
}

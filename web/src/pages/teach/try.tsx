// Asking what a picture shows: the version in service, or another.
import { useEffect, useId, useState, type DragEvent } from "react";

import { teachApi, type GoodsAnswer, type GoodsCollection } from "../../api/teach.ts";
import { useWords } from "../../app/session.tsx";
import { Select } from "../../components/controls.tsx";
import { explain, Problem } from "../../components/states.tsx";
import { number } from "../../i18n/format.ts";

export function TryCard({ collection }: { collection: GoodsCollection }) {
    const { t, language } = useWords();
    const inputId = useId();
    const [version, setVersion] = useState<number>();
    const [picture, setPicture] = useState<string>();
    const [answer, setAnswer] = useState<GoodsAnswer>();
    const [problem, setProblem] = useState<string>();
    const [busy, setBusy] = useState(false);
    useEffect(() => () => {
        if (picture) URL.revokeObjectURL(picture);
    }, [picture]);
    const newest = collection.versions[0];
    const asked = version ?? collection.in_service ?? newest?.number;

    const ask = (file: File | undefined): void => {
        if (!file) return;
        setPicture(URL.createObjectURL(file));
        setAnswer(undefined);
        setProblem(undefined);
        setBusy(true);
        teachApi.tryPicture(collection.id, file, asked).then(setAnswer, (error: unknown) => setProblem(explain(error as Error, t))).finally(() => setBusy(false));
    };
    const drop = (event: DragEvent): void => {
        event.preventDefault();
        ask(event.dataTransfer.files[0]);
    };
    const percent = (part: number): string => number(100 * part, language);
    return (
        <section className="card try" aria-label={t("teach.try")}>
            <div className="card-head">
                <h2>{t("teach.try")}</h2>
                <Select inline label={t("teach.asked_version")} value={asked} onChange={(event) => setVersion(Number(event.target.value))}>
                    {collection.versions.map((one) => (
                        <option key={one.id} value={one.number}>
                            {t("teach.version", { n: one.number })}
                            {one.in_service ? ` (${t("teach.in_service")})` : ""}
                        </option>
                    ))}
                </Select>
            </div>
            <div className="drop" onDragOver={(event) => event.preventDefault()} onDrop={drop}>
                <label htmlFor={inputId} className="button">
                    {t("teach.try_choose")}
                </label>
                <input
                    id={inputId}
                    className="hidden-text"
                    type="file"
                    accept="image/jpeg,image/png"
                    onChange={(event) => {
                        ask(event.target.files?.[0]);
                        event.target.value = "";
                    }}
                />
                <span className="soft">{t("teach.try_hint")}</span>
            </div>
            <Problem>{problem}</Problem>
            {picture && (
                <div className="tried" aria-busy={busy}>
                    <img src={picture} alt={t("teach.tried_picture")} />
                    <div role="status">
                        {busy && <p className="soft">{t("loading")}</p>}
                        {answer && (
                            <>
                                <p className="measured-value">{answer.known ? answer.class : t("teach.none_of_these")}</p>
                                <p className="soft">{answer.known ? t("teach.confidence", { percent: percent(answer.confidence) }) : t("teach.closest", { name: answer.guesses[0]?.class ?? "", percent: percent(answer.confidence) })}</p>
                                <ol className="guesses">
                                    {answer.guesses.map((guess) => (
                                        <li key={guess.class}>
                                            <span>{guess.class}</span>
                                            <span className="bar">
                                                <span style={{ width: `${100 * guess.probability}%` }} />
                                            </span>
                                            <span className="soft">{percent(guess.probability)} %</span>
                                        </li>
                                    ))}
                                </ol>
                            </>
                        )}
                    </div>
                </div>
            )}
        </section>
    );
}

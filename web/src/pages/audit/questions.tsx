// One clip after another, and "how many?".
import { useState, type FormEvent } from "react";

import { api } from "../../api/api.ts";
import type { AuditClip } from "../../api/types.ts";
import { useSession, useWords } from "../../app/session.tsx";
import { Button, Field } from "../../components/controls.tsx";
import { explain, Problem } from "../../components/states.tsx";
import { moment } from "../../i18n/format.ts";
import { ClipPlayer } from "./clip-player.tsx";
import { nextUnanswered, progressOf } from "./errors.ts";

const kPeopleMax = 200;

function numberOf(text: string): number | undefined {
    const value = Number(text);
    return text.trim() !== "" && Number.isInteger(value) && value >= 0 && value <= kPeopleMax ? value : undefined;
}

function Question({ clip, nameOf, answered }: { clip: AuditClip; nameOf: (camera: string) => string; answered: () => void }) {
    const { t, language } = useWords();
    const { shop } = useSession();
    const isLine = clip.kind === "crossing";
    const [into, setInto] = useState(clip.answer.in === null ? "" : String(clip.answer.in));
    const [out, setOut] = useState(clip.answer.out === null ? "" : String(clip.answer.out));
    const [problem, setProblem] = useState<string>();
    const [busy, setBusy] = useState(false);
    const send = (answer: { in?: number; out?: number; unclear?: boolean }): void => {
        setBusy(true);
        api.answerAuditClip(clip.id, answer)
            .then(() => answered(), (error: unknown) => setProblem(explain(error as Error, t)))
            .finally(() => setBusy(false));
    };
    const submit = (event: FormEvent): void => {
        event.preventDefault();
        const [many, gone] = [numberOf(into), numberOf(out)];
        if (many === undefined || (isLine && gone === undefined)) return setProblem(t("audit.whole_number"));
        send(isLine ? { in: many, out: gone ?? 0 } : { in: many });
    };
    return (
        <section className="card question">
            <h2>{t(isLine ? "audit.ask_line" : "audit.ask_zone", { place: clip.place })}</h2>
            <p className="soft">
                {nameOf(clip.film)}, {moment(clip.begin, language, shop.time_zone, "full")}
            </p>
            <ClipPlayer key={clip.id} clip={clip} />
            <form onSubmit={submit} className="form-row">
                <Field label={t(isLine ? "audit.in" : "audit.there")} inputMode="numeric" autoComplete="off" autoFocus value={into} onChange={(event) => setInto(event.target.value)} />
                {isLine && <Field label={t("audit.out")} inputMode="numeric" autoComplete="off" value={out} onChange={(event) => setOut(event.target.value)} />}
                <Button type="submit" look="main" busy={busy}>
                    {t("audit.answer")}
                </Button>
                <Button busy={busy} onClick={() => send({ unclear: true })}>
                    {t("audit.unclear")}
                </Button>
            </form>
            <p className="hint">{t(isLine ? "audit.line_hint" : "audit.zone_hint")}</p>
            <Problem>{problem}</Problem>
        </section>
    );
}

export function Questions({ clips, nameOf, changed }: { clips: readonly AuditClip[]; nameOf: (camera: string) => string; changed: () => void }) {
    const { t } = useWords();
    const [after, setAfter] = useState<number>();
    const clip = nextUnanswered(clips, after);
    const { done, all } = progressOf(clips);
    return (
        <>
            <p role="status">{all === 0 ? t("audit.no_clips") : t("audit.progress", { done, all })}</p>
            {all > 0 && <progress value={done} max={all} aria-label={t("audit.progress", { done, all })} />}
            {clip && (
                <Question
                    key={clip.id}
                    clip={clip}
                    nameOf={nameOf}
                    answered={() => {
                        setAfter(clip.id);
                        changed();
                    }}
                />
            )}
        </>
    );
}

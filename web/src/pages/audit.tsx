// Can the counts be trusted? Short clips picked at random, without faces, and somebody who looks at them.
import { useState, type FormEvent } from "react";

import { api } from "../api/api.ts";
import { ApiError } from "../api/client.ts";
import type { Audit } from "../api/types.ts";
import { useResource } from "../app/resource.ts";
import { useSession, useWords } from "../app/session.tsx";
import { cameraName } from "../components/camera-name.ts";
import { Button, Dialog, Select } from "../components/controls.tsx";
import { Empty, explain, Loaded, Problem, Skeleton } from "../components/states.tsx";
import { moment } from "../i18n/format.ts";
import { Questions } from "./audit/questions.tsx";
import { Results } from "./audit/results.tsx";
import "./audit.css";

const kEveryMs = 5000;
const kMinutes = [15, 60, 240, 1440, 4320] as const;
const kClips = [6, 12, 24] as const;

function NewAudit({ opened }: { opened: () => void }) {
    const { t } = useWords();
    const [minutes, setMinutes] = useState(1440);
    const [clips, setClips] = useState(12);
    const [problem, setProblem] = useState<string>();
    const [busy, setBusy] = useState(false);
    const open = (event: FormEvent): void => {
        event.preventDefault();
        setBusy(true);
        api.openAudit(minutes, clips)
            .then(opened, (error: unknown) => setProblem(explain(error as Error, t)))
            .finally(() => setBusy(false));
    };
    return (
        <section className="card">
            <h2>{t("audit.new")}</h2>
            <p>{t("audit.new_hint")}</p>
            <form className="form-row" onSubmit={open}>
                <Select label={t("audit.lasts")} value={minutes} onChange={(event) => setMinutes(Number(event.target.value))}>
                    {kMinutes.map((one) => (
                        <option key={one} value={one}>
                            {one < 60 ? t("audit.minutes", { n: one }) : t("audit.hours", { n: one / 60 })}
                        </option>
                    ))}
                </Select>
                <Select label={t("audit.clips_max")} value={clips} onChange={(event) => setClips(Number(event.target.value))}>
                    {kClips.map((one) => (
                        <option key={one} value={one}>
                            {2 * one}
                        </option>
                    ))}
                </Select>
                <Button type="submit" look="main" busy={busy}>
                    {t("audit.open")}
                </Button>
            </form>
            <Problem>{problem}</Problem>
        </section>
    );
}

function Collecting({ audit, changed }: { audit: Audit; changed: () => void }) {
    const { t, language } = useWords();
    const { shop } = useSession();
    const [problem, setProblem] = useState<string>();
    const clips = audit.places.reduce((sum, place) => sum + place.clips, 0);
    return (
        <section className="card">
            <h2>{t("audit.collecting")}</h2>
            <p role="status">{t("audit.collecting_hint", { time: moment(audit.closes, language, shop.time_zone, "full"), n: clips })}</p>
            <Button onClick={() => void api.closeAudit(audit.id).then(changed, (error: unknown) => setProblem(explain(error as Error, t)))}>{t("audit.close")}</Button>
            <Problem>{problem}</Problem>
        </section>
    );
}

function OneAudit({ audit, nameOf, changed }: { audit: Audit; nameOf: (camera: string) => string; changed: () => void }) {
    const { t, language } = useWords();
    const { shop } = useSession();
    const [asks, setAsks] = useState(false);
    const [problem, setProblem] = useState<string>();
    const clips = useResource(audit.closed === null ? null : `audit ${audit.id}`, (signal) => api.auditClips(audit.id, signal), undefined, "old");
    return (
        <>
            <header className="audit-head">
                <p className="soft">{t("audit.of", { from: moment(audit.opened, language, shop.time_zone, "full"), to: moment(audit.closed ?? audit.closes, language, shop.time_zone, "full"), name: audit.opened_by, seed: audit.seed })}</p>
                <Button look="quiet" onClick={() => setAsks(true)}>
                    {t("audit.remove")}
                </Button>
            </header>
            <Problem>{problem}</Problem>
            {audit.closed === null ? (
                <Collecting audit={audit} changed={changed} />
            ) : (
                <Loaded resource={clips} skeleton={<Skeleton height="40vh" />}>
                    {(list) => (
                        <Questions
                            clips={list}
                            nameOf={nameOf}
                            changed={() => {
                                clips.reload();
                                changed();
                            }}
                        />
                    )}
                </Loaded>
            )}
            <Results audit={audit} nameOf={nameOf} />
            {asks && (
                <Dialog title={t("audit.remove")} onClose={() => setAsks(false)}>
                    <p>{t("audit.remove_hint")}</p>
                    <Button
                        look="danger"
                        onClick={() => {
                            setAsks(false);
                            void api.removeAudit(audit.id).then(changed, (error: unknown) => setProblem(explain(error as Error, t)));
                        }}
                    >
                        {t("audit.remove")}
                    </Button>
                </Dialog>
            )}
        </>
    );
}

export default function AuditPage() {
    const { t, language } = useWords();
    const { shop } = useSession();
    const cameras = useResource("cameras", (signal) => api.cameras(signal)).data ?? [];
    const page = useResource("audits", (signal) => api.audits(signal), (data) => (data.audits.some((audit) => audit.closed === null) ? kEveryMs : undefined), "old");
    const [wanted, setWanted] = useState<number>();
    const nameOf = (camera: string): string => cameraName(cameras, camera, t);
    const isOff = page.error instanceof ApiError && page.error.code === "audit_off";
    return (
        <div className="audit">
            <header className="page-head">
                <h1>{t("nav.audit")}</h1>
            </header>
            <p className="soft">{t("audit.why")}</p>
            {isOff ? (
                <Empty title={t("audit.off")}>
                    <p>{t("refused.audit_off")}</p>
                </Empty>
            ) : (
                <Loaded resource={page} skeleton={<Skeleton height="60vh" />}>
                    {({ audits, unseen }) => {
                        const shown = audits.find((audit) => audit.id === wanted) ?? audits[0];
                        return (
                            <>
                                {audits.every((audit) => audit.closed !== null) && <NewAudit opened={page.reload} />}
                                {unseen.length > 0 && <p className="notice">{t("audit.unseen", { places: unseen.map((place) => place.place).join(", ") })}</p>}
                                {audits.length > 1 && (
                                    <Select label={t("audit.which")} value={shown?.id ?? ""} onChange={(event) => setWanted(Number(event.target.value))}>
                                        {audits.map((audit) => (
                                            <option key={audit.id} value={audit.id}>
                                                {moment(audit.opened, language, shop.time_zone, "full")}
                                            </option>
                                        ))}
                                    </Select>
                                )}
                                {shown && <OneAudit key={shown.id} audit={shown} nameOf={nameOf} changed={page.reload} />}
                            </>
                        );
                    }}
                </Loaded>
            )}
        </div>
    );
}

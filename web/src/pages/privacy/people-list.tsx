// Those who are known by face: enrolling, history, taking along, forgetting, joining and parting.
import { useState } from "react";

import { recognition, type KnownPerson } from "../../api/recognition.ts";
import { useResource } from "../../app/resource.ts";
import { useSession, useWords } from "../../app/session.tsx";
import { Button, Check, Field } from "../../components/controls.tsx";
import { FormDialog } from "../../components/form-dialog.tsx";
import { Icon } from "../../components/icon.tsx";
import { explain, Loaded, Problem, Skeleton } from "../../components/states.tsx";
import { TablePlace } from "../../components/table-place.tsx";
import { moment } from "../../i18n/format.ts";
import { ChangePerson } from "./change-person.tsx";
import { nameOf, PersonDialog } from "./person-dialog.tsx";
import { dateAfter, endOfDay, photographsOf, PhotographsField } from "./photographs.tsx";

const kUsualDays = 365;

function Enrol({ onClose, onSaved }: { onClose: () => void; onSaved: () => void }) {
    const { t } = useWords();
    const [name, setName] = useState("");
    const [external, setExternal] = useState("");
    const [consent, setConsent] = useState<string>(t("privacy.consent_text"));
    const [agreed, setAgreed] = useState(false);
    const [until, setUntil] = useState(dateAfter(kUsualDays));
    const [files, setFiles] = useState<File[]>([]);
    async function save(): Promise<void> {
        await recognition.enrol({
            ...(name && { name }),
            ...(external && { external }),
            ...(agreed && consent && { consent }),
            expires: endOfDay(until),
            photographs: await photographsOf(files),
        });
        onSaved();
        onClose();
    }
    return (
        <FormDialog title={t("privacy.enrol")} action={t("privacy.enrol")} onClose={onClose} save={save}>
            <Field label={t("user_name")} maxLength={64} value={name} onChange={(event) => setName(event.target.value)} />
            <Field label={t("privacy.external")} hint={t("privacy.external_hint")} maxLength={200} value={external} onChange={(event) => setExternal(event.target.value)} />
            <Field label={t("privacy.consent")} required maxLength={1000} value={consent} onChange={(event) => setConsent(event.target.value)} />
            <Check label={t("privacy.agreed")} checked={agreed} onChange={(event) => setAgreed(event.target.checked)} />
            <Field label={t("privacy.until")} type="date" required min={dateAfter(0)} value={until} onChange={(event) => setUntil(event.target.value)} />
            <PhotographsField onChange={setFiles} />
        </FormDialog>
    );
}

export function PeopleList({ canEnrol }: { canEnrol: boolean }) {
    const { t, language } = useWords();
    const { shop } = useSession();
    const people = useResource("gallery", (signal) => recognition.people(signal));
    const [enrols, setEnrols] = useState(false);
    const [shown, setShown] = useState<number>();
    const [changed, setChanged] = useState<KnownPerson>();
    const [problem, setProblem] = useState<string>();
    const [query, setQuery] = useState("");
    async function erase(person: KnownPerson): Promise<void> {
        if (!window.confirm(t("privacy.erase_question", { name: nameOf(person, t("privacy.person")) }))) return;
        try {
            await recognition.erase(person.id);
            setProblem(undefined);
        } catch (error) {
            setProblem(explain(error as Error, t));
        }
        people.reload();
    }
    return (
        <section className="card">
            <header className="card-head">
                <h2>{t("privacy.people")}</h2>
                {canEnrol && (
                    <Button onClick={() => setEnrols(true)}>
                        <Icon name="plus" /> {t("privacy.enrol")}
                    </Button>
                )}
            </header>
            <Problem>{problem}</Problem>
            <Loaded resource={people} skeleton={<Skeleton height="120px" />}>
                {(list) => {
                    const wanted = query.trim().toLocaleLowerCase(language);
                    const found = list.filter((person) => !wanted || `${person.name} ${person.external} ${person.more_external.join(" ")} ${person.id}`.toLocaleLowerCase(language).includes(wanted));
                    return list.length === 0 ? (
                        <p className="soft">{t("privacy.nobody")}</p>
                    ) : (
                        <>
                            <Field label={t("privacy.find")} type="search" value={query} onChange={(event) => setQuery(event.target.value)} />
                            <TablePlace label={t("privacy.people")}>
                                <table>
                                    <thead>
                                        <tr>
                                            <th>{t("user_name")}</th>
                                            <th>{t("privacy.external")}</th>
                                            <th>{t("privacy.consent")}</th>
                                            <th>{t("privacy.until")}</th>
                                            <th>
                                                <span className="hidden-text">{t("privacy.actions")}</span>
                                            </th>
                                        </tr>
                                    </thead>
                                    <tbody>
                                        {found.map((person) => (
                                            <tr key={person.id}>
                                                <td>
                                                    {nameOf(person, t("privacy.person"))} <span className="soft">{t(person.kind === "seen" ? "privacy.kind.seen" : "privacy.kind.enrolled")}</span>
                                                </td>
                                                <td>{person.external}</td>
                                                <td>{person.consent ? t("privacy.consent_by", { name: person.consent.taken_by, time: moment(person.consent.at, language, shop.time_zone, "day") }) : t("privacy.no_consent")}</td>
                                                <td>{moment(person.expires, language, shop.time_zone, "day")}</td>
                                                <td>
                                                    <div className="actions">
                                                        <Button onClick={() => setShown(person.id)}>{t("privacy.history")}</Button>
                                                        <Button onClick={() => setChanged(person)}>{t("privacy.change")}</Button>
                                                        <a className="button plain" href={recognition.exportAddress(person.id)} download>
                                                            <Icon name="download" /> {t("privacy.export")}
                                                        </a>
                                                        <Button look="danger" onClick={() => void erase(person)}>
                                                            {t("privacy.erase")}
                                                        </Button>
                                                    </div>
                                                </td>
                                            </tr>
                                        ))}
                                    </tbody>
                                </table>
                            </TablePlace>
                        </>
                    );
                }}
            </Loaded>
            {changed && <ChangePerson person={changed} onClose={() => setChanged(undefined)} onSaved={people.reload} />}
            {enrols && <Enrol onClose={() => setEnrols(false)} onSaved={people.reload} />}
            {shown !== undefined && <PersonDialog id={shown} others={(people.data ?? []).filter((person) => person.id !== shown)} onClose={() => setShown(undefined)} onChanged={people.reload} />}
        </section>
    );
}

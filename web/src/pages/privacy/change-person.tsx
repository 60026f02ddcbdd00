// What is written of somebody who is known by face, put right.
import { useState } from "react";

import { recognition, type KnownPerson } from "../../api/recognition.ts";
import { useWords } from "../../app/session.tsx";
import { Field } from "../../components/controls.tsx";
import { FormDialog } from "../../components/form-dialog.tsx";
import { dateAfter, dateOf, endOfDay, photographsOf, PhotographsField } from "./photographs.tsx";

export function ChangePerson({ person, onClose, onSaved }: { person: KnownPerson; onClose: () => void; onSaved: () => void }) {
    const { t } = useWords();
    const [name, setName] = useState(person.name);
    const [external, setExternal] = useState(person.external);
    const [consent, setConsent] = useState(person.consent?.text ?? "");
    const [until, setUntil] = useState(dateOf(person.expires));
    const [files, setFiles] = useState<File[]>([]);
    const [kept, setKept] = useState(person); // what the server has: the photographs after it may be refused
    async function save(): Promise<void> {
        const what = {
            ...(name !== kept.name && { name }),
            ...(external !== kept.external && { external }),
            ...(consent && consent !== kept.consent?.text && { consent }),
            ...(until !== dateOf(kept.expires) && { expires: endOfDay(until) }),
        };
        if (Object.keys(what).length > 0) {
            setKept(await recognition.changePerson(person.id, what));
            onSaved();
        }
        if (files.length > 0) await recognition.addPictures(person.id, await photographsOf(files));
        onSaved();
        onClose();
    }
    return (
        <FormDialog title={t("privacy.change")} onClose={onClose} save={save}>
            <Field label={t("user_name")} maxLength={64} value={name} onChange={(event) => setName(event.target.value)} />
            <Field label={t("privacy.external")} hint={t("privacy.external_hint")} maxLength={200} value={external} onChange={(event) => setExternal(event.target.value)} />
            <Field label={t("privacy.consent")} hint={t("privacy.consent_again")} maxLength={1000} value={consent} onChange={(event) => setConsent(event.target.value)} />
            <Field label={t("privacy.until")} type="date" required min={dateAfter(0)} value={until} onChange={(event) => setUntil(event.target.value)} />
            <PhotographsField onChange={setFiles} isOptional />
        </FormDialog>
    );
}

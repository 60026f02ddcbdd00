// Whom the shop watches for, why, by whose word and until when.
import { useState } from "react";

import { recognition, type KnownPerson } from "../../api/recognition.ts";
import { useResource } from "../../app/resource.ts";
import { may, useSession, useWords } from "../../app/session.tsx";
import { Button, Field } from "../../components/controls.tsx";
import { FormDialog } from "../../components/form-dialog.tsx";
import { Icon } from "../../components/icon.tsx";
import { explain, Loaded, Problem, Skeleton } from "../../components/states.tsx";
import { moment, number } from "../../i18n/format.ts";
import { dateAfter, dateOf, endOfDay, photographsOf, PhotographsField } from "../privacy/photographs.tsx";

const kUsualDays = 180;

function AddEntry({ onClose, onSaved }: { onClose: () => void; onSaved: () => void }) {
    const { t } = useWords();
    const [name, setName] = useState("");
    const [reason, setReason] = useState("");
    const [until, setUntil] = useState(dateAfter(kUsualDays));
    const [files, setFiles] = useState<File[]>([]);
    async function save(): Promise<void> {
        await recognition.watch({ ...(name && { name }), reason, expires: endOfDay(until), photographs: await photographsOf(files) });
        onSaved();
        onClose();
    }
    return (
        <FormDialog title={t("watchlist.add")} action={t("watchlist.add")} onClose={onClose} save={save}>
            <p className="hint">{t("watchlist.add_hint")}</p>
            <Field label={t("watchlist.reason")} required maxLength={500} value={reason} onChange={(event) => setReason(event.target.value)} />
            <Field label={t("watchlist.name")} maxLength={64} value={name} onChange={(event) => setName(event.target.value)} />
            <Field label={t("watchlist.until")} type="date" required min={dateAfter(0)} value={until} onChange={(event) => setUntil(event.target.value)} />
            <PhotographsField onChange={setFiles} />
        </FormDialog>
    );
}

function ChangeEntry({ entry, onClose, onSaved }: { entry: KnownPerson; onClose: () => void; onSaved: () => void }) {
    const { t } = useWords();
    const [name, setName] = useState(entry.name);
    const [reason, setReason] = useState(entry.reason);
    const [until, setUntil] = useState(dateOf(entry.expires));
    const [files, setFiles] = useState<File[]>([]);
    async function save(): Promise<void> {
        const what = {
            ...(name !== entry.name && { name }),
            ...(reason !== entry.reason && { reason }),
            ...(until !== dateOf(entry.expires) && { expires: endOfDay(until) }),
        };
        if (Object.keys(what).length > 0) await recognition.changeWatched(entry.id, what);
        if (files.length > 0) await recognition.addWatchedPictures(entry.id, await photographsOf(files));
        onSaved();
        onClose();
    }
    return (
        <FormDialog title={t("watchlist.change")} onClose={onClose} save={save}>
            <Field label={t("watchlist.reason")} required maxLength={500} value={reason} onChange={(event) => setReason(event.target.value)} />
            <Field label={t("watchlist.name")} maxLength={64} value={name} onChange={(event) => setName(event.target.value)} />
            <Field label={t("watchlist.until")} type="date" required min={dateAfter(0)} value={until} onChange={(event) => setUntil(event.target.value)} />
            <PhotographsField onChange={setFiles} isOptional />
        </FormDialog>
    );
}

function Entry({ entry, reload }: { entry: KnownPerson; reload: () => void }) {
    const { t, language } = useWords();
    const { me, shop } = useSession();
    const [problem, setProblem] = useState<string>();
    const [changes, setChanges] = useState(false);
    async function removePicture(picture: number): Promise<void> {
        try {
            await recognition.removeWatchedPicture(entry.id, picture);
        } catch (error) {
            setProblem(explain(error as Error, t));
        }
        reload();
    }
    async function remove(): Promise<void> {
        if (!window.confirm(t("watchlist.remove_question", { entry: entry.id }))) return;
        try {
            await recognition.removeWatched(entry.id);
        } catch (error) {
            setProblem(explain(error as Error, t));
        }
        reload();
    }
    return (
        <li className="entry">
            <div className="faces">
                {entry.pictures.map((picture) => (
                    <span key={picture.id}>
                        <img src={recognition.watchedAddress(entry.id, picture.id)} alt={t("watchlist.picture_of_entry", { entry: entry.id })} loading="lazy" />
                        {entry.pictures.length > 1 && may(me.user.role, "draw") && <Button onClick={() => void removePicture(picture.id)}>{t("privacy.take_out")}</Button>}
                    </span>
                ))}
            </div>
            <div className="entry-text">
                <strong>{entry.reason}</strong>
                <span>
                    {t("watchlist.entry", { entry: entry.id })}
                    {entry.name && ` · ${entry.name}`}
                </span>
                <span className="soft">{t("watchlist.by_until", { name: entry.created_by, time: moment(entry.created, language, shop.time_zone, "day"), until: moment(entry.expires, language, shop.time_zone, "day") })}</span>
                {entry.likeness_min > 0 && <span className="soft">{t("watchlist.stricter", { likeness: number(entry.likeness_min, language, 2) })}</span>}
                <Problem>{problem}</Problem>
            </div>
            {may(me.user.role, "draw") && (
                <div className="actions">
                    <Button onClick={() => setChanges(true)}>{t("watchlist.change")}</Button>
                    <Button look="danger" onClick={() => void remove()}>
                        {t("watchlist.remove")}
                    </Button>
                </div>
            )}
            {changes && <ChangeEntry entry={entry} onClose={() => setChanges(false)} onSaved={reload} />}
        </li>
    );
}

export function Entries({ canAdd }: { canAdd: boolean }) {
    const { t } = useWords();
    const { me } = useSession();
    const entries = useResource("watchlist", (signal) => recognition.watchlist(signal));
    const [adds, setAdds] = useState(false);
    return (
        <section className="card">
            <header className="card-head">
                <h2>{t("watchlist.entries")}</h2>
                {canAdd && may(me.user.role, "draw") && (
                    <Button onClick={() => setAdds(true)}>
                        <Icon name="plus" /> {t("watchlist.add")}
                    </Button>
                )}
            </header>
            <Loaded resource={entries} skeleton={<Skeleton height="120px" />}>
                {(list) =>
                    list.length === 0 ? (
                        <p className="soft">{t("watchlist.nobody")}</p>
                    ) : (
                        <ul>
                            {list.map((entry) => (
                                <Entry key={entry.id} entry={entry} reload={entries.reload} />
                            ))}
                        </ul>
                    )
                }
            </Loaded>
            {adds && <AddEntry onClose={() => setAdds(false)} onSaved={entries.reload} />}
        </section>
    );
}

// One person: pictures, when he came and what he bought; joining with a duplicate, parting of a mistake.
import { useState } from "react";

import { recognition, type KnownPerson } from "../../api/recognition.ts";
import { useResource } from "../../app/resource.ts";
import { useSession, useWords } from "../../app/session.tsx";
import { Button, Dialog, Select } from "../../components/controls.tsx";
import { explain, Loaded, Problem, Skeleton } from "../../components/states.tsx";
import { duration, moment, money } from "../../i18n/format.ts";

export function nameOf(person: KnownPerson, unnamed: string): string {
    return person.name || person.external || `${unnamed} ${person.id}`;
}

function toggled(list: readonly number[], id: number): number[] {
    return list.includes(id) ? list.filter((one) => one !== id) : [...list, id];
}

export function PersonDialog({ id, others, onClose, onChanged }: { id: number; others: readonly KnownPerson[]; onClose: () => void; onChanged: () => void }) {
    const { t, language } = useWords();
    const { shop } = useSession();
    const person = useResource(`person ${id}`, (signal) => recognition.person(id, signal));
    const [pictures, setPictures] = useState<number[]>([]);
    const [stays, setStays] = useState<number[]>([]);
    const [other, setOther] = useState("");
    const [problem, setProblem] = useState<string>();
    async function run(act: () => Promise<unknown>): Promise<void> {
        try {
            await act();
            setProblem(undefined);
            setPictures([]);
            setStays([]);
            setOther("");
        } catch (error) {
            setProblem(explain(error as Error, t));
        }
        person.reload();
        onChanged();
    }
    /// Who agreed is who stays: it may be the other one.
    async function merge(): Promise<void> {
        const kept = await recognition.merge(id, Number(other));
        if (kept.id !== id) onClose();
    }
    const time = (instant: string): string => moment(instant, language, shop.time_zone, "full");
    return (
        <Dialog title={t("privacy.history")} onClose={onClose}>
            <Loaded resource={person} skeleton={<Skeleton height="200px" />}>
                {(known) => (
                    <div className="known-person">
                        <p>
                            <strong>{known.name || `${t("privacy.person")} ${known.id}`}</strong> {[known.external, ...known.more_external].filter(Boolean).join(", ")}
                        </p>
                        {[known.consent, ...known.more_consents].map((consent, place) => consent && <p key={place} className="soft">{consent.text}</p>)}
                        <fieldset className="faces">
                            <legend>{t("privacy.pictures")}</legend>
                            {known.pictures.map((picture) => (
                                <label key={picture.id}>
                                    <img src={recognition.pictureAddress(known.id, picture.id)} alt={t("privacy.picture_of", { time: time(picture.added) })} />
                                    {known.pictures.length > 1 && <input type="checkbox" aria-label={t("privacy.is_another")} checked={pictures.includes(picture.id)} onChange={() => setPictures(toggled(pictures, picture.id))} />}
                                    {known.pictures.length > 1 && (
                                        <Button aria-label={t("privacy.take_out_picture", { time: time(picture.added) })} onClick={() => void run(() => recognition.removePicture(id, picture.id))}>
                                            {t("privacy.take_out")}
                                        </Button>
                                    )}
                                </label>
                            ))}
                        </fieldset>
                        <p>{t("privacy.came", { n: known.history.count, time: duration(known.history.dwell_s, language) })}</p>
                        <ul className="stays">
                            {known.history.stays.map((stay) => (
                                <li key={stay.id}>
                                    {known.pictures.length > 1 && <input type="checkbox" aria-label={t("privacy.is_another")} checked={stays.includes(stay.id)} onChange={() => setStays(toggled(stays, stay.id))} />}
                                    {time(stay.at)}, {stay.camera}: {duration(stay.dwell_s, language)}
                                    {stay.visits.length > 0 && <span className="soft"> {stay.visits.map((visit) => visit.zone).join(", ")}</span>}{" "}
                                    <Button aria-label={t("privacy.take_out_stay", { time: time(stay.at) })} onClick={() => void run(() => recognition.removeStay(id, stay.id))}>
                                        {t("privacy.not_he")}
                                    </Button>
                                </li>
                            ))}
                        </ul>
                        {known.history.receipts.length > 0 && (
                            <>
                                <p>{t("privacy.receipts")}</p>
                                <ul className="stays">
                                    {known.history.receipts.map((receipt) => (
                                        <li key={receipt.id}>
                                            {time(receipt.at)}: {money(receipt.total_minor, receipt.currency, language)}
                                        </li>
                                    ))}
                                </ul>
                            </>
                        )}
                        {pictures.length > 0 && (
                            <Button onClick={() => void run(() => recognition.split(id, pictures, stays))}>{t("privacy.split")}</Button>
                        )}
                        {others.length > 0 && (
                            <div className="form-row">
                                <Select label={t("privacy.same_as")} value={other} onChange={(event) => setOther(event.target.value)}>
                                    <option value="">–</option>
                                    {others.map((one) => (
                                        <option key={one.id} value={one.id}>
                                            {nameOf(one, t("privacy.person"))}
                                        </option>
                                    ))}
                                </Select>
                                <Button disabled={other === ""} onClick={() => void run(merge)}>
                                    {t("privacy.merge")}
                                </Button>
                            </div>
                        )}
                        <Problem>{problem}</Problem>
                    </div>
                )}
            </Loaded>
        </Dialog>
    );
}

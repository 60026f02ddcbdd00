// The tills whose receipts are taken, and where their buyers stand.
import { useState } from "react";

import { api } from "../../api/api.ts";
import type { Till } from "../../api/types.ts";
import { useResource } from "../../app/resource.ts";
import { useWords } from "../../app/session.tsx";
import { ZoneChip } from "../../components/chips.tsx";
import { Button, Field, Select } from "../../components/controls.tsx";
import { FormDialog } from "../../components/form-dialog.tsx";
import { Icon } from "../../components/icon.tsx";
import { explain, Loaded, Problem, Skeleton } from "../../components/states.tsx";
import { duration } from "../../i18n/format.ts";

function TillForm({ till, onClose, onSaved }: { till: Till | undefined; onClose: () => void; onSaved: () => void }) {
    const { t } = useWords();
    const [id, setId] = useState(till?.id ?? "");
    const [name, setName] = useState(till?.name ?? "");
    const [camera, setCamera] = useState(till?.camera ?? "");
    const [zone, setZone] = useState(till?.zone ?? "");
    const cameras = useResource("cameras", (signal) => api.cameras(signal)).data ?? [];
    const layout = useResource(camera ? `layout ${camera}` : null, (signal) => api.layout(camera, signal));
    const zones = layout.data?.zones.map((known) => known.name) ?? [];
    if (zone && !zones.includes(zone)) zones.push(zone);
    async function save(): Promise<void> {
        await api.saveTill(id, { name: name || id, camera: zone ? camera : "", zone });
        onSaved();
        onClose();
    }
    return (
        <FormDialog title={t(till ? "edit" : "tills.add")} onClose={onClose} save={save}>
            <Field label={t("tills.id")} required autoFocus maxLength={64} readOnly={till !== undefined} value={id} onChange={(event) => setId(event.target.value)} />
            <Field label={t("rules.name")} maxLength={64} value={name} onChange={(event) => setName(event.target.value)} />
            <div className="form-row">
                <Select
                    label={t("camera")}
                    value={camera}
                    onChange={(event) => {
                        setCamera(event.target.value);
                        setZone("");
                    }}
                >
                    <option value="">{t("tills.no_zone")}</option>
                    {cameras.map((known) => (
                        <option key={known.id} value={known.id}>
                            {known.name}
                        </option>
                    ))}
                </Select>
                <Select label={t("zone")} value={zone} disabled={!camera} onChange={(event) => setZone(event.target.value)}>
                    <option value="">–</option>
                    {zones.map((known) => (
                        <option key={known}>{known}</option>
                    ))}
                </Select>
            </div>
            <p className="hint">{t("tills.zone_hint")}</p>
        </FormDialog>
    );
}

function Row({ till, onEdit, onRemove }: { till: Till; onEdit: () => void; onRemove: () => void }) {
    const { t, language } = useWords();
    const { clock } = till;
    return (
        <tr>
            <td>
                {till.name}
                {till.name !== till.id && <div className="soft">{till.id}</div>}
            </td>
            <td>{till.zone ? <ZoneChip camera={till.camera} zone={till.zone} /> : <span className="soft">{t("tills.no_zone")}</span>}</td>
            <td>
                {clock
                    ? t(clock.leaves_s >= 0 ? "tills.after" : "tills.before", { time: duration(Math.abs(clock.leaves_s), language), spread: duration(clock.spread_s, language) })
                    : t("unknown")}
            </td>
            <td className="figure">
                <Button onClick={onEdit}>{t("edit")}</Button>{" "}
                <Button look="danger" onClick={onRemove}>
                    {t("remove")}
                </Button>
            </td>
        </tr>
    );
}

export function TillList() {
    const { t } = useWords();
    const tills = useResource("tills", (signal) => api.tills(signal));
    const [edited, setEdited] = useState<Till | "new">();
    const [problem, setProblem] = useState<string>();
    async function remove(till: Till): Promise<void> {
        if (!window.confirm(t("tills.remove_question", { name: till.name }))) return;
        try {
            await api.removeTill(till.id);
        } catch (error) {
            setProblem(explain(error as Error, t));
        }
        tills.reload();
    }
    return (
        <section className="card people-list">
            <header className="card-head">
                <h2>{t("tills.title")}</h2>
                <Button onClick={() => setEdited("new")}>
                    <Icon name="plus" /> {t("tills.add")}
                </Button>
            </header>
            <Problem>{problem}</Problem>
            <Loaded resource={tills} skeleton={<Skeleton height="80px" />}>
                {(list) =>
                    list.length === 0 ? (
                        <p className="soft">{t("tills.none")}</p>
                    ) : (
                        <div className="table-place">
                            <table>
                                <thead>
                                    <tr>
                                        <th>{t("rules.name")}</th>
                                        <th>{t("zone")}</th>
                                        <th>{t("tills.clock")}</th>
                                        <th>
                                            <span className="hidden-text">{t("settings.actions")}</span>
                                        </th>
                                    </tr>
                                </thead>
                                <tbody>
                                    {list.map((till) => (
                                        <Row key={till.id} till={till} onEdit={() => setEdited(till)} onRemove={() => void remove(till)} />
                                    ))}
                                </tbody>
                            </table>
                        </div>
                    )
                }
            </Loaded>
            {edited && <TillForm till={edited === "new" ? undefined : edited} onClose={() => setEdited(undefined)} onSaved={tills.reload} />}
        </section>
    );
}

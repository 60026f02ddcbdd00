// One rule, as its sentence grows above the fields.
import { useState } from "react";

import { api } from "../../api/api.ts";
import { kTroubles, type Camera, type Channel, type Measured, type Rule, type RuleInput, type Severity } from "../../api/types.ts";
import { useResource } from "../../app/resource.ts";
import { useWords } from "../../app/session.tsx";
import { cameraName, placesToCount } from "../../components/camera-name.ts";
import { Check, Field, Select } from "../../components/controls.tsx";
import { FormDialog } from "../../components/form-dialog.tsx";
import { sentenceOf, weekday } from "./sentence.ts";

const kMeasures: readonly Measured[] = ["people", "dwell_s", "queue_length", "queue_wait_s", "queue_forecast", "unattended_s", "consult_wait_s", "touches", "camera_down_s", "camera_trouble_s", "entries", "sales", "conversion", "watchlist"];
const kSeverities: readonly Severity[] = ["info", "warning", "urgent"];
const kDays = [1, 2, 3, 4, 5, 6, 7];

const kNewRule: RuleInput = {
    name: "",
    enabled: true,
    measure: "people",
    camera: "",
    place: "",
    above: true,
    limit: 5,
    lasting_s: 60,
    hours: { from: "00:00", to: "00:00", weekdays: kDays },
    severity: "warning",
    channels: [],
    again_after_s: 300,
    quiet: null,
    escalate_after_s: 0,
    escalate_to: [],
};

function withOrWithout(list: readonly number[], item: number): number[] {
    return list.includes(item) ? list.filter((other) => other !== item) : [...list, item].sort((a, b) => a - b);
}

function Channels({ legend, channels, chosen, onChange }: { legend: string; channels: readonly Channel[]; chosen: number[]; onChange: (ids: number[]) => void }) {
    if (channels.length === 0) return null;
    return (
        <fieldset className="checks">
            <legend>{legend}</legend>
            {channels.map((channel) => (
                <Check key={channel.id} label={channel.name} checked={chosen.includes(channel.id)} onChange={() => onChange(withOrWithout(chosen, channel.id))} />
            ))}
        </fieldset>
    );
}

function Place({ rule, cameras, onChange }: { rule: RuleInput; cameras: readonly Camera[]; onChange: (part: Partial<RuleInput>) => void }) {
    const { t } = useWords();
    const isOfQueue = rule.measure === "queue_length" || rule.measure === "queue_wait_s" || rule.measure === "unattended_s";
    const isOfShelf = rule.measure === "touches";
    const hasZone = rule.measure === "people" || rule.measure === "dwell_s" || rule.measure === "consult_wait_s" || isOfQueue || isOfShelf;
    const layout = useResource(hasZone && rule.camera ? `layout ${rule.camera}` : null, (signal) => api.layout(rule.camera, signal));
    const shelves = layout.data?.shelves?.map((shelf) => shelf.name) ?? [];
    const zones = isOfShelf ? shelves : layout.data?.zones.filter((zone) => !isOfQueue || zone.kind === "queue").map((zone) => zone.name) ?? [];
    if (rule.place && !zones.includes(rule.place)) zones.push(rule.place);
    const isOfTrouble = rule.measure === "camera_trouble_s";
    const isOnPlan = hasZone || rule.measure === "queue_forecast";
    if (!isOnPlan && !isOfTrouble && rule.measure !== "camera_down_s" && rule.measure !== "watchlist") return null;
    return (
        <div className="form-row">
            <Select label={t("camera")} value={rule.camera} onChange={(event) => onChange({ camera: event.target.value, place: isOfTrouble ? rule.place : "" })}>
                <option value="">{t("all_cameras")}</option>
                {(isOnPlan ? placesToCount(cameras, t) : cameras.map(({ id, name }) => [id, name] as const)).map(([id, name]) => (
                    <option key={id} value={id}>
                        {name}
                    </option>
                ))}
            </Select>
            {isOfTrouble && (
                <Select label={t("rules.trouble")} value={rule.place} onChange={(event) => onChange({ place: event.target.value })}>
                    <option value="">{t("trouble.any")}</option>
                    {kTroubles.map((trouble) => (
                        <option key={trouble} value={trouble}>
                            {t(`trouble.${trouble}`)}
                        </option>
                    ))}
                </Select>
            )}
            {hasZone && (
                <Select label={t(isOfShelf ? "rules.shelf" : "rules.place")} value={rule.place} onChange={(event) => onChange({ place: event.target.value })}>
                    <option value="">{t(isOfShelf ? "rules.any_shelf" : "rules.any_place")}</option>
                    {zones.map((zone) => (
                        <option key={zone}>{zone}</option>
                    ))}
                </Select>
            )}
        </div>
    );
}

interface Props {
    rule?: Rule;
    cameras: readonly Camera[];
    channels: readonly Channel[];
    onClose: () => void;
    onSaved: () => void;
}

export function RuleForm({ rule, cameras, channels, onClose, onSaved }: Props) {
    const words = useWords();
    const { t, language } = words;
    const [draft, setDraft] = useState<RuleInput>(() => {
        if (!rule) return kNewRule;
        return Object.fromEntries(Object.entries(rule).filter(([key]) => key !== "id" && key !== "gone")) as unknown as RuleInput;
    });
    const set = (part: Partial<RuleInput>): void => setDraft((old) => ({ ...old, ...part }));
    const seconds = (text: string): number => Math.max(0, Math.round(Number(text)));

    async function save(): Promise<void> {
        if (rule) await api.changeRule(rule.id, draft);
        else await api.addRule(draft);
        onSaved();
        onClose();
    }

    const hasLimit = draft.measure !== "watchlist"; // how like is enough is chosen for all entries together
    const names = {
        camera: (id: string) => cameraName(cameras, id, t),
        channel: (id: number) => channels.find((channel) => channel.id === id)?.name ?? String(id),
    };
    return (
        <FormDialog title={t(rule ? "rules.change" : "rules.add")} onClose={onClose} save={save}>
            <p className="sentence" aria-live="polite">
                {sentenceOf(draft, words, names)}
            </p>
            <Field label={t("rules.name")} required autoFocus maxLength={64} value={draft.name} onChange={(event) => set({ name: event.target.value })} />
            <div className="form-row">
                <Select label={t("rules.measure")} value={draft.measure} onChange={(event) => set({ measure: event.target.value as Measured, place: "", camera: "" })}>
                    {kMeasures.map((measure) => (
                        <option key={measure} value={measure}>
                            {t(`measure.${measure}`)}
                        </option>
                    ))}
                </Select>
                {hasLimit && <Select label={t("rules.compare")} value={draft.above ? "above" : "below"} onChange={(event) => set({ above: event.target.value === "above" })}>
                    <option value="above">{t("rules.above")}</option>
                    <option value="below">{t("rules.below")}</option>
                </Select>}
                {hasLimit && <Field label={t("rules.limit")} type="number" min={0} required value={draft.limit} onChange={(event) => set({ limit: Number(event.target.value) })} />}
                {hasLimit && <Field label={t("rules.lasting")} type="number" min={0} max={86400} value={draft.lasting_s} onChange={(event) => set({ lasting_s: seconds(event.target.value) })} />}
            </div>
            <Place rule={draft} cameras={cameras} onChange={set} />
            <div className="form-row">
                <Field label={t("rules.from")} type="time" required value={draft.hours.from} onChange={(event) => set({ hours: { ...draft.hours, from: event.target.value } })} />
                <Field label={t("rules.to")} type="time" required value={draft.hours.to} onChange={(event) => set({ hours: { ...draft.hours, to: event.target.value } })} />
                <p className="hint">{t("rules.hours_hint")}</p>
            </div>
            <fieldset className="checks">
                <legend className="hidden-text">{t("sentence.days", { days: "" })}</legend>
                {kDays.map((day) => (
                    <Check
                        key={day}
                        label={weekday(day, language)}
                        checked={draft.hours.weekdays.includes(day)}
                        onChange={() => set({ hours: { ...draft.hours, weekdays: withOrWithout(draft.hours.weekdays, day) } })}
                    />
                ))}
            </fieldset>
            <div className="form-row">
                <Select label={t("rules.severity")} value={draft.severity} onChange={(event) => set({ severity: event.target.value as Severity })}>
                    {kSeverities.map((severity) => (
                        <option key={severity} value={severity}>
                            {t(`severity.${severity}`)}
                        </option>
                    ))}
                </Select>
                <Field label={t("rules.again_after")} type="number" min={0} max={86400} value={draft.again_after_s} onChange={(event) => set({ again_after_s: seconds(event.target.value) })} />
            </div>
            <Channels legend={t("rules.channels")} channels={channels} chosen={draft.channels} onChange={(ids) => set({ channels: ids })} />
            {channels.length > 0 && (
                <>
                    <Field
                        label={t("rules.escalate_after")}
                        hint={t("rules.never_0")}
                        type="number"
                        min={0}
                        max={86400}
                        value={draft.escalate_after_s}
                        onChange={(event) => set({ escalate_after_s: seconds(event.target.value) })}
                    />
                    {draft.escalate_after_s > 0 && <Channels legend={t("rules.escalate_to")} channels={channels} chosen={draft.escalate_to} onChange={(ids) => set({ escalate_to: ids })} />}
                </>
            )}
            <Check label={t("rules.enabled")} checked={draft.enabled} onChange={(event) => set({ enabled: event.target.checked })} />
        </FormDialog>
    );
}

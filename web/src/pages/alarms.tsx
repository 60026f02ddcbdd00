// What needs looking after now, who looks after it, and the rules by which somebody is told.
import { useEffect, useRef, useState, type RefObject } from "react";

import { api } from "../api/api.ts";
import { goodsApi } from "../api/goods.ts";
import type { Alarm, Camera, Rule } from "../api/types.ts";
import { useAlarmWatch } from "../app/alarm-watch.tsx";
import { useResource } from "../app/resource.ts";
import { Link, useAddress } from "../app/router.tsx";
import { may, useSession, useWords } from "../app/session.tsx";
import { cameraName } from "../components/camera-name.ts";
import { Button, Check, Field } from "../components/controls.tsx";
import { FormDialog } from "../components/form-dialog.tsx";
import { Icon } from "../components/icon.tsx";
import { explain, Loaded, Problem, Skeleton } from "../components/states.tsx";
import { duration, moment } from "../i18n/format.ts";
import { ChannelList } from "./alarms/channels.tsx";
import { RuleForm } from "./alarms/rule-form.tsx";
import { placeOf, sentenceOf } from "./alarms/sentence.ts";
import { Csv } from "./space/tables.tsx";
import "./alarms.css";

const kEveryMs = 30_000;

function secondsBetween(from: string, to: string): number {
    return (new Date(to).getTime() - new Date(from).getTime()) / 1000;
}

function What({ alarm, cameras }: { alarm: Alarm; cameras: readonly Camera[] }) {
    const { t, language } = useWords();
    const { me } = useSession();
    const camera = cameraName(cameras, alarm.camera, t);
    const isTime = alarm.measure.endsWith("_s");
    const shown = (value: number): string => (isTime ? duration(value, language) : value.toLocaleString(language));
    return (
        <>
            <strong>{alarm.rule_name}</strong>
            <span>
                {t(`measure.${alarm.measure}`)}: {shown(alarm.value)} ({t("rules.limit").toLocaleLowerCase(language)} {shown(alarm.limit)})
            </span>
            <span className="soft">{[placeOf(alarm, { t }), camera].filter(Boolean).join(", ")}</span>
            {alarm.measure === "watchlist" && !alarm.ended && may(me.user.role, "watch") && <Link href="/watchlist">{t("watchlist.decide")}</Link>}
        </>
    );
}

/** What was done, by whom and how long after it was raised. */
function Notes({ alarm }: { alarm: Alarm }) {
    const { t, language } = useWords();
    if (alarm.notes.length === 0) return null;
    return (
        <ul className="alarm-notes">
            {alarm.notes.map((note) => (
                <li key={`${note.at} ${note.text}`}>
                    {note.text} <span className="soft">{t("alarms.by", { name: note.who, time: duration(secondsBetween(alarm.raised, note.at), language) })}</span>
                </li>
            ))}
        </ul>
    );
}

/** One more thing that was done; as often as there is something to say. */
function AddNote({ alarm, onDone }: { alarm: Alarm; onDone: () => void }) {
    const { t } = useWords();
    const [isOpen, setOpen] = useState(false);
    if (!isOpen) {
        return (
            <Button look="quiet" onClick={() => setOpen(true)}>
                {t("alarms.add_note")}
            </Button>
        );
    }
    return <NoteDialog alarm={alarm} onClose={() => setOpen(false)} onDone={onDone} />;
}

function NoteDialog({ alarm, onClose, onDone }: { alarm: Alarm; onClose: () => void; onDone: () => void }) {
    const { t } = useWords();
    const [text, setText] = useState("");
    async function save(): Promise<void> {
        await api.addAlarmNote(alarm.id, text);
        onDone();
        onClose();
    }
    return (
        <FormDialog title={t("alarms.add_note")} onClose={onClose} save={save}>
            <Field label={t("alarms.done")} required autoFocus maxLength={500} value={text} onChange={(event) => setText(event.target.value)} />
        </FormDialog>
    );
}

/** Brings who followed a link to it. */
function useLinked(isLinked: boolean): RefObject<HTMLElement | null> {
    const place = useRef<HTMLElement>(null);
    useEffect(() => {
        if (isLinked) place.current?.scrollIntoView({ block: "center" });
    }, [isLinked]);
    return place;
}

function OpenAlarm({ alarm, isLinked, cameras, onDone }: { alarm: Alarm; isLinked: boolean; cameras: readonly Camera[]; onDone: () => void }) {
    const place = useLinked(isLinked) as RefObject<HTMLLIElement | null>;
    const { t, language } = useWords();
    const { me, shop } = useSession();
    const [note, setNote] = useState("");
    const [problem, setProblem] = useState<string>();
    async function acknowledge(): Promise<void> {
        try {
            await api.acknowledgeAlarm(alarm.id, note);
        } catch (error) {
            setProblem(explain(error as Error, t));
        }
        onDone();
    }
    return (
        <li ref={place} className={`alarm ${alarm.severity}`} aria-current={isLinked ? "true" : undefined}>
            <div className="alarm-what">
                <span className="severity">{t(`severity.${alarm.severity}`)}</span>
                <What alarm={alarm} cameras={cameras} />
                <span className="soft">
                    {moment(alarm.raised, language, shop.time_zone, "seconds")} · {alarm.ended ? t("alarms.lasted", { time: duration(secondsBetween(alarm.raised, alarm.ended), language) }) : t("alarms.goes_on")}
                    {alarm.escalated && ` · ${t("alarms.escalated")}`}
                </span>
                <Advice alarm={alarm} />
                <Notes alarm={alarm} />
            </div>
            {may(me.user.role, "acknowledge") && (
                <div className="form-row">
                    <Field label={t("alarms.note")} maxLength={500} value={note} onChange={(event) => setNote(event.target.value)} />
                    <Button look="main" onClick={() => void acknowledge()}>
                        <Icon name="check" /> {t("alarms.acknowledge")}
                    </Button>
                </div>
            )}
            <Problem>{problem}</Problem>
        </li>
    );
}

function Advice({ alarm }: { alarm: Alarm }) {
    const { t, language } = useWords();
    const { shop } = useSession();
    if (!alarm.advice) return null;
    return <strong>{t("forecast.open", { till: alarm.advice.till, time: moment(alarm.advice.open_at, language, shop.time_zone, "time") })}</strong>;
}

function HistoryRow({ alarm, isLinked, cameras, onDone }: { alarm: Alarm; isLinked: boolean; cameras: readonly Camera[]; onDone: () => void }) {
    const { t, language } = useWords();
    const { me, shop } = useSession();
    const place = useLinked(isLinked && alarm.acknowledged !== null) as RefObject<HTMLTableRowElement | null>;
    return (
        <tr ref={place} aria-current={isLinked ? "true" : undefined}>
            <td>
                {moment(alarm.raised, language, shop.time_zone, "full")}
                <div className="soft">{alarm.ended ? duration(secondsBetween(alarm.raised, alarm.ended), language) : t("alarms.goes_on")}</div>
            </td>
            <td>
                <div className="alarm-what">
                    <What alarm={alarm} cameras={cameras} />
                    <Advice alarm={alarm} />
                </div>
            </td>
            <td>
                {alarm.acknowledged ? t("alarms.by", { name: alarm.acknowledged_by, time: duration(secondsBetween(alarm.raised, alarm.acknowledged), language) }) : t("alarms.nobody")}
                <Notes alarm={alarm} />
                {may(me.user.role, "acknowledge") && <AddNote alarm={alarm} onDone={onDone} />}
            </td>
        </tr>
    );
}

function History({ alarms, linked, cameras, onDone }: { alarms: readonly Alarm[]; linked: number; cameras: readonly Camera[]; onDone: () => void }) {
    const { t } = useWords();
    return (
        <section className="card">
            <header className="card-head">
                <h2>{t("alarms.history")}</h2>
                <Csv href={goodsApi.alarmsCsv()} />
            </header>
            {alarms.length === 0 ? (
                <p className="soft">{t("alarms.none")}</p>
            ) : (
                <div className="table-place">
                    <table>
                        <thead>
                            <tr>
                                <th>{t("alarms.when")}</th>
                                <th>{t("alarms.what")}</th>
                                <th>{t("alarms.who")}</th>
                            </tr>
                        </thead>
                        <tbody>
                            {alarms.map((alarm) => (
                                <HistoryRow key={alarm.id} alarm={alarm} isLinked={alarm.id === linked} cameras={cameras} onDone={onDone} />
                            ))}
                        </tbody>
                    </table>
                </div>
            )}
        </section>
    );
}

function RuleList({ cameras }: { cameras: readonly Camera[] }) {
    const words = useWords();
    const { t } = words;
    const { me } = useSession();
    const mayChange = may(me.user.role, "draw");
    const rules = useResource("rules", (signal) => api.rules(signal));
    const channels = useResource(mayChange ? "channels" : null, (signal) => api.channels(signal), kEveryMs);
    const [edited, setEdited] = useState<Rule | "new">();
    const [problem, setProblem] = useState<string>();
    const names = {
        camera: (id: string) => cameraName(cameras, id, t),
        channel: (id: number) => channels.data?.find((channel) => channel.id === id)?.name ?? `№ ${id}`,
    };
    async function remove(rule: Rule): Promise<void> {
        if (!window.confirm(t("rules.remove_question", { name: rule.name }))) return;
        try {
            await api.removeRule(rule.id);
        } catch (error) {
            setProblem(explain(error as Error, t));
        }
        rules.reload();
    }
    return (
        <>
            <section className="card">
                <header className="card-head">
                    <h2>{t("rules.title")}</h2>
                    {mayChange && (
                        <Button onClick={() => setEdited("new")}>
                            <Icon name="plus" /> {t("rules.add")}
                        </Button>
                    )}
                </header>
                <Problem>{problem}</Problem>
                <Loaded resource={rules} skeleton={<Skeleton height="80px" />}>
                    {(list) =>
                        list.length === 0 ? (
                            <p className="soft">{t("rules.none")}</p>
                        ) : (
                            <ul className="rules">
                                {list.map((rule) => (
                                    <li key={rule.id}>
                                        <div>
                                            <strong>{rule.name}</strong> <span className="soft">{t(`severity.${rule.severity}`)}</span> {!rule.enabled && <em>{t("rules.off")}</em>}
                                            <p>{sentenceOf(rule, words, names)}</p>
                                            {rule.gone && <p className="field-error">{t(`rules.gone.${rule.gone}`)}</p>}
                                        </div>
                                        {mayChange && (
                                            <div className="actions">
                                                <Button onClick={() => setEdited(rule)}>{t("edit")}</Button>
                                                <Button look="danger" onClick={() => void remove(rule)}>
                                                    {t("remove")}
                                                </Button>
                                            </div>
                                        )}
                                    </li>
                                ))}
                            </ul>
                        )
                    }
                </Loaded>
                {edited && (
                    <RuleForm {...(edited === "new" ? {} : { rule: edited })} cameras={cameras} channels={channels.data ?? []} onClose={() => setEdited(undefined)} onSaved={rules.reload} />
                )}
            </section>
            {mayChange && <ChannelList channels={channels} />}
        </>
    );
}

export default function AlarmsPage() {
    const { t } = useWords();
    const { alarms, sound } = useAlarmWatch();
    const linked = Number(useAddress().query.get("alarm"));
    const cameras = useResource("cameras", (signal) => api.cameras(signal)).data ?? [];
    return (
        <div className="alarms">
            <header className="page-head">
                <h1>{t("nav.alarms")}</h1>
                <Check label={t("alarms.sound")} checked={sound.on} onChange={sound.toggle} />
            </header>
            <Loaded resource={alarms} skeleton={<Skeleton height="120px" />}>
                {(list) => {
                    const open = list.filter((alarm) => !alarm.acknowledged);
                    return (
                        <>
                            <section className="card" aria-live="polite">
                                <h2>{t("alarms.open")}</h2>
                                {open.length === 0 ? (
                                    <p className="soft">{t("alarms.none_open")}</p>
                                ) : (
                                    <ul className="open-alarms">
                                        {open.map((alarm) => (
                                            <OpenAlarm key={alarm.id} alarm={alarm} isLinked={alarm.id === linked} cameras={cameras} onDone={alarms.reload} />
                                        ))}
                                    </ul>
                                )}
                            </section>
                            <RuleList cameras={cameras} />
                            <History alarms={list} linked={linked} cameras={cameras} onDone={alarms.reload} />
                        </>
                    );
                }}
            </Loaded>
        </div>
    );
}

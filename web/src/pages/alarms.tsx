// What needs looking after now, who looks after it, and the rules by which somebody is told.
import { useState } from "react";

import { api } from "../api/api.ts";
import type { Alarm, Camera, Rule } from "../api/types.ts";
import { useResource } from "../app/resource.ts";
import { Link } from "../app/router.tsx";
import { may, useSession, useWords } from "../app/session.tsx";
import { cameraName } from "../components/camera-name.ts";
import { Button, Check, Field } from "../components/controls.tsx";
import { Icon } from "../components/icon.tsx";
import { explain, Loaded, Problem, Skeleton } from "../components/states.tsx";
import { duration, moment } from "../i18n/format.ts";
import { ChannelList } from "./alarms/channels.tsx";
import { RuleForm } from "./alarms/rule-form.tsx";
import { sentenceOf } from "./alarms/sentence.ts";
import { useAlarms, useSound } from "./alarms/use-alarms.ts";
import "./alarms.css";

const kEveryMs = 30_000;

function secondsBetween(from: string, to: string): number {
    return (new Date(to).getTime() - new Date(from).getTime()) / 1000;
}

function What({ alarm, cameras }: { alarm: Alarm; cameras: readonly Camera[] }) {
    const { t, language } = useWords();
    const { me } = useSession();
    const camera = cameraName(cameras, alarm.camera, t);
    const isTime = alarm.measure === "dwell_s" || alarm.measure === "camera_down_s";
    const shown = (value: number): string => (isTime ? duration(value, language) : value.toLocaleString(language));
    return (
        <>
            <strong>{alarm.rule_name}</strong>
            <span>
                {t(`measure.${alarm.measure}`)}: {shown(alarm.value)} ({t("rules.limit").toLocaleLowerCase(language)} {shown(alarm.limit)})
            </span>
            <span className="soft">{[alarm.place, camera].filter(Boolean).join(", ")}</span>
            {alarm.measure === "watchlist" && !alarm.ended && may(me.user.role, "watch") && <Link href="/watchlist">{t("watchlist.decide")}</Link>}
        </>
    );
}

function OpenAlarm({ alarm, cameras, onDone }: { alarm: Alarm; cameras: readonly Camera[]; onDone: () => void }) {
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
        <li className={`alarm ${alarm.severity}`}>
            <div className="alarm-what">
                <span className="severity">{t(`severity.${alarm.severity}`)}</span>
                <What alarm={alarm} cameras={cameras} />
                <span className="soft">
                    {moment(alarm.raised, language, shop.time_zone, "seconds")} · {alarm.ended ? t("alarms.lasted", { time: duration(secondsBetween(alarm.raised, alarm.ended), language) }) : t("alarms.goes_on")}
                    {alarm.escalated && ` · ${t("alarms.escalated")}`}
                </span>
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

function History({ alarms, cameras }: { alarms: readonly Alarm[]; cameras: readonly Camera[] }) {
    const { t, language } = useWords();
    const { shop } = useSession();
    return (
        <section className="card">
            <h2>{t("alarms.history")}</h2>
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
                                <tr key={alarm.id}>
                                    <td>
                                        {moment(alarm.raised, language, shop.time_zone, "full")}
                                        <div className="soft">{alarm.ended ? duration(secondsBetween(alarm.raised, alarm.ended), language) : t("alarms.goes_on")}</div>
                                    </td>
                                    <td>
                                        <div className="alarm-what">
                                            <What alarm={alarm} cameras={cameras} />
                                        </div>
                                    </td>
                                    <td>
                                        {alarm.acknowledged ? t("alarms.by", { name: alarm.acknowledged_by, time: duration(secondsBetween(alarm.raised, alarm.acknowledged), language) }) : t("alarms.nobody")}
                                        {alarm.note && <div className="soft">{alarm.note}</div>}
                                    </td>
                                </tr>
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
    const sound = useSound();
    const alarms = useAlarms(sound.on, (alarm) => sound.on && sound.play(alarm.severity === "urgent"));
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
                                            <OpenAlarm key={alarm.id} alarm={alarm} cameras={cameras} onDone={alarms.reload} />
                                        ))}
                                    </ul>
                                )}
                            </section>
                            <RuleList cameras={cameras} />
                            <History alarms={list} cameras={cameras} />
                        </>
                    );
                }}
            </Loaded>
        </div>
    );
}

// Who is told beside the screen, and whether that works. Only administrators change it.
import { useState } from "react";

import { api } from "../../api/api.ts";
import type { Channel, ChannelInput, ChannelKind, Language } from "../../api/types.ts";
import type { Resource } from "../../app/resource.ts";
import { may, useSession, useWords } from "../../app/session.tsx";
import { Button, Check, Field, Select } from "../../components/controls.tsx";
import { FormDialog } from "../../components/form-dialog.tsx";
import { Icon } from "../../components/icon.tsx";
import { explain, Loaded, Skeleton } from "../../components/states.tsx";
import { moment } from "../../i18n/format.ts";

const kKinds: readonly ChannelKind[] = ["webhook", "email", "telegram", "nats"];
const kExamples: Record<ChannelKind, string> = { webhook: "https://example.com/alarms", email: "smtps://mail.example.com:465", telegram: "https://api.telegram.org", nats: "nats://nats.example.com:4222" };
const kNewChannel: Omit<ChannelInput, "language"> = { name: "", kind: "webhook", enabled: true, address: "", user: "", from: "", to: "", demand_tls: true };
const kLanguages: Record<Language, string> = { en: "English", ru: "Русский" };

function ChannelForm({ channel, onClose, onSaved }: { channel?: Channel; onClose: () => void; onSaved: () => void }) {
    const { t, language } = useWords();
    const [draft, setDraft] = useState<ChannelInput>(() =>
        channel
            ? { name: channel.name, kind: channel.kind, enabled: channel.enabled, address: channel.address, user: channel.user, from: channel.from, to: channel.to, demand_tls: channel.demand_tls, language: channel.language }
            : { ...kNewChannel, language },
    );
    const [secret, setSecret] = useState("");
    const set = (part: Partial<ChannelInput>): void => setDraft((old) => ({ ...old, ...part }));
    const text = (name: "name" | "address" | "user" | "from" | "to") => ({ value: draft[name], onChange: (event: { target: { value: string } }) => set({ [name]: event.target.value }) });

    async function save(): Promise<void> {
        const wanted = { ...draft, ...(secret && { secret }) };
        if (channel) await api.changeChannel(channel.id, wanted);
        else await api.addChannel(wanted);
        onSaved();
        onClose();
    }
    return (
        <FormDialog title={t(channel ? "edit" : "channels.add")} onClose={onClose} save={save}>
            <Field label={t("rules.name")} required autoFocus maxLength={64} {...text("name")} />
            <Select label={t("channels.kind")} value={draft.kind} onChange={(event) => set({ kind: event.target.value as ChannelKind, address: event.target.value === "telegram" ? kExamples.telegram : "" })}>
                {kKinds.map((kind) => (
                    <option key={kind} value={kind}>
                        {t(`channels.${kind}`)}
                    </option>
                ))}
            </Select>
            <Field label={t("channels.address")} required maxLength={500} placeholder={kExamples[draft.kind]} {...text("address")} />
            {draft.kind === "email" && (
                <>
                    <Field label={t("channels.from")} required type="email" {...text("from")} />
                    <Field label={t("channels.to.email")} required {...text("to")} />
                    <Field label={t("channels.user")} autoComplete="off" {...text("user")} />
                    <Check label={t("channels.demand_tls")} checked={draft.demand_tls} onChange={(event) => set({ demand_tls: event.target.checked })} />
                </>
            )}
            {draft.kind === "telegram" && <Field label={t("channels.to.telegram")} required {...text("to")} />}
            {draft.kind === "nats" && (
                <>
                    <Field label={t("channels.to.nats")} required placeholder="shop.alarms" {...text("to")} />
                    <Field label={t("channels.user")} autoComplete="off" {...text("user")} />
                </>
            )}
            <Field
                label={t(`channels.secret.${draft.kind}`)}
                type="password"
                autoComplete="new-password"
                maxLength={500}
                hint={channel?.has_secret ? t("channels.secret_kept") : undefined}
                value={secret}
                onChange={(event) => setSecret(event.target.value)}
            />
            <Select label={t("channels.language")} value={draft.language} onChange={(event) => set({ language: event.target.value as Language })}>
                {(Object.keys(kLanguages) as Language[]).map((name) => (
                    <option key={name} value={name}>
                        {kLanguages[name]}
                    </option>
                ))}
            </Select>
            <Check label={t("rules.enabled")} checked={draft.enabled} onChange={(event) => set({ enabled: event.target.checked })} />
        </FormDialog>
    );
}

function Health({ channel }: { channel: Channel }) {
    const { t, language } = useWords();
    const { shop } = useSession();
    return (
        <>
            {channel.last_sent ? t("channels.works", { time: moment(channel.last_sent, language, shop.time_zone, "full") }) : t("channels.untried")}
            {channel.waiting > 0 && <p className="field-error">{t("channels.waiting", { n: channel.waiting, error: channel.last_error })}</p>}
            {channel.given_up > 0 && <p className="field-error">{t("channels.given_up", { n: channel.given_up })}</p>}
        </>
    );
}

export function ChannelList({ channels }: { channels: Resource<Channel[]> }) {
    const { t } = useWords();
    const { me } = useSession();
    const mayChange = may(me.user.role, "administer");
    const [edited, setEdited] = useState<Channel | "new">();
    const [told, setTold] = useState<string>();
    async function act(work: Promise<unknown>, done?: string): Promise<void> {
        try {
            await work;
            setTold(done);
        } catch (error) {
            setTold(explain(error as Error, t));
        }
        channels.reload();
    }
    return (
        <section className="card">
            <header className="card-head">
                <h2>{t("channels.title")}</h2>
                {mayChange && (
                    <Button onClick={() => setEdited("new")}>
                        <Icon name="plus" /> {t("channels.add")}
                    </Button>
                )}
            </header>
            <p role="status">{told}</p>
            <Loaded resource={channels} skeleton={<Skeleton height="80px" />}>
                {(list) =>
                    list.length === 0 ? (
                        <p className="soft">{t("channels.none")}</p>
                    ) : (
                        <ul className="rules">
                            {list.map((channel) => (
                                <li key={channel.id}>
                                    <div>
                                        <strong>{channel.name}</strong> <span className="soft">{t(`channels.${channel.kind}`)}</span> {!channel.enabled && <em>{t("rules.off")}</em>}
                                        <div className="soft">
                                            <Health channel={channel} />
                                        </div>
                                    </div>
                                    {mayChange && (
                                        <div className="actions">
                                            <Button onClick={() => void act(api.testChannel(channel.id), t("channels.tested", { name: channel.name }))}>{t("channels.test")}</Button>
                                            <Button onClick={() => setEdited(channel)}>{t("edit")}</Button>
                                            <Button
                                                look="danger"
                                                onClick={() => window.confirm(t("channels.remove_question", { name: channel.name })) && void act(api.removeChannel(channel.id))}
                                            >
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
            {edited && <ChannelForm {...(edited === "new" ? {} : { channel: edited })} onClose={() => setEdited(undefined)} onSaved={channels.reload} />}
        </section>
    );
}

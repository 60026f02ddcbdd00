// What programs use in place of a password. A token is shown once, when it is made.
import { useState } from "react";

import { api } from "../../api/api.ts";
import { useResource } from "../../app/resource.ts";
import { useSession, useWords } from "../../app/session.tsx";
import { Button, Dialog, Field, Select } from "../../components/controls.tsx";
import { FormDialog } from "../../components/form-dialog.tsx";
import { Icon } from "../../components/icon.tsx";
import { explain, Loaded, Problem, Skeleton } from "../../components/states.tsx";
import { moment } from "../../i18n/format.ts";

const kScopes = ["read", "write", "receipts"] as const;

function AddToken({ onClose, onAdded }: { onClose: () => void; onAdded: () => void }) {
    const { t } = useWords();
    const [name, setName] = useState("");
    const [scope, setScope] = useState<(typeof kScopes)[number]>("read");
    const [expires, setExpires] = useState("");
    const [made, setMade] = useState<string>();
    async function save(): Promise<void> {
        const token = await api.addToken({ name, scope, ...(expires && { expires: new Date(`${expires}T00:00:00Z`).toISOString() }) });
        setMade(token.token);
        onAdded();
    }
    if (made)
        return (
            <Dialog title={t("settings.add_token")} onClose={onClose}>
                <p>{t("settings.token_once")}</p>
                <code className="token">{made}</code>
                <div className="actions">
                    <Button look="main" onClick={onClose}>
                        {t("settings.token_kept")}
                    </Button>
                </div>
            </Dialog>
        );
    return (
        <FormDialog title={t("settings.add_token")} action={t("settings.add_token")} onClose={onClose} save={save}>
            <Field label={t("settings.token_name")} hint={t("settings.token_name_hint")} required autoFocus maxLength={64} value={name} onChange={(event) => setName(event.target.value)} />
            <Select label={t("settings.scope")} value={scope} onChange={(event) => setScope(event.target.value as typeof scope)}>
                {kScopes.map((name) => (
                    <option key={name} value={name}>
                        {t(`scope.${name}`)}
                    </option>
                ))}
            </Select>
            <Field label={t("settings.expires")} hint={t("settings.expires_hint")} type="date" value={expires} onChange={(event) => setExpires(event.target.value)} />
        </FormDialog>
    );
}

export function TokenList() {
    const { t, language } = useWords();
    const { shop } = useSession();
    const tokens = useResource("tokens", (signal) => api.tokens(signal));
    const [adding, setAdding] = useState(false);
    const [problem, setProblem] = useState<string>();
    const day = (instant: string | null): string => (instant ? moment(instant, language, shop.time_zone, "day") : t("never"));

    async function remove(id: number, name: string): Promise<void> {
        if (!window.confirm(t("settings.remove_token_question", { name }))) return;
        try {
            await api.removeToken(id);
            setProblem(undefined);
        } catch (error) {
            setProblem(explain(error as Error, t));
        }
        tokens.reload();
    }

    return (
        <section className="card people-list">
            <header className="card-head">
                <h2>{t("settings.tokens")}</h2>
                <Button onClick={() => setAdding(true)}>
                    <Icon name="plus" /> {t("settings.add_token")}
                </Button>
            </header>
            <Problem>{problem}</Problem>
            <Loaded resource={tokens} skeleton={<Skeleton height="80px" />}>
                {(list) =>
                    list.length === 0 ? (
                        <p className="soft">{t("settings.no_tokens")}</p>
                    ) : (
                        <div className="table-place">
                            <table>
                                <thead>
                                    <tr>
                                        <th>{t("settings.token_name")}</th>
                                        <th>{t("settings.scope")}</th>
                                        <th>{t("settings.expires")}</th>
                                        <th>{t("settings.used")}</th>
                                        <th>
                                            <span className="hidden-text">{t("settings.actions")}</span>
                                        </th>
                                    </tr>
                                </thead>
                                <tbody>
                                    {list.map((token) => (
                                        <tr key={token.id}>
                                            <td>{token.name}</td>
                                            <td>{t(`scope.${token.scope}`)}</td>
                                            <td>{day(token.expires)}</td>
                                            <td>{day(token.used)}</td>
                                            <td className="figure">
                                                <Button look="quiet" aria-label={t("settings.remove_token", { name: token.name })} onClick={() => void remove(token.id, token.name)}>
                                                    <Icon name="trash" />
                                                </Button>
                                            </td>
                                        </tr>
                                    ))}
                                </tbody>
                            </table>
                        </div>
                    )
                }
            </Loaded>
            {adding && <AddToken onClose={() => setAdding(false)} onAdded={tokens.reload} />}
        </section>
    );
}

// Who may sign in, and as what.
import { useState } from "react";

import { api } from "../../api/api.ts";
import type { Role, User } from "../../api/types.ts";
import { useResource } from "../../app/resource.ts";
import { useSession, useWords } from "../../app/session.tsx";
import { Button, Field, Select } from "../../components/controls.tsx";
import { FormDialog } from "../../components/form-dialog.tsx";
import { Icon } from "../../components/icon.tsx";
import { explain, Loaded, Problem, Skeleton } from "../../components/states.tsx";
import { moment } from "../../i18n/format.ts";
import { kPasswordLengthMin } from "../set-up.tsx";

const kRoles: readonly Role[] = ["administrator", "manager", "analyst", "guard", "staff"];

function RoleSelect({ value, onChange, inline }: { value: Role; onChange: (role: Role) => void; inline?: boolean }) {
    const { t } = useWords();
    return (
        <Select label={t("settings.role")} inline={inline ?? false} value={value} onChange={(event) => onChange(event.target.value as Role)}>
            {kRoles.map((role) => (
                <option key={role} value={role}>
                    {t(`role.${role}`)}
                </option>
            ))}
        </Select>
    );
}

function AddUser({ onClose, onAdded }: { onClose: () => void; onAdded: () => void }) {
    const { t, language } = useWords();
    const [name, setName] = useState("");
    const [password, setPassword] = useState("");
    const [role, setRole] = useState<Role>("guard");
    async function save(): Promise<void> {
        await api.addUser({ name, password, role, language });
        onAdded();
    }
    return (
        <FormDialog title={t("settings.add_user")} action={t("settings.add_user")} onClose={onClose} save={save}>
            <Field label={t("user_name")} autoComplete="off" required autoFocus value={name} onChange={(event) => setName(event.target.value)} />
            <Field label={t("password")} hint={t("password_hint", { n: kPasswordLengthMin })} type="password" autoComplete="new-password" minLength={kPasswordLengthMin} required value={password} onChange={(event) => setPassword(event.target.value)} />
            <RoleSelect value={role} onChange={setRole} />
            <p className="hint">{t(`role_hint.${role}`)}</p>
        </FormDialog>
    );
}

export function UserList() {
    const { t, language } = useWords();
    const { me, shop } = useSession();
    const users = useResource("users", (signal) => api.users(signal));
    const [adding, setAdding] = useState(false);
    const [problem, setProblem] = useState<string>();

    async function change(how: () => Promise<unknown>): Promise<void> {
        try {
            await how();
            setProblem(undefined);
        } catch (error) {
            setProblem(explain(error as Error, t));
        }
        users.reload();
    }

    function remove(user: User): void {
        if (window.confirm(t("settings.remove_user_question", { name: user.name }))) void change(() => api.removeUser(user.id));
    }

    return (
        <section className="card people-list">
            <header className="card-head">
                <h2>{t("settings.users")}</h2>
                <Button onClick={() => setAdding(true)}>
                    <Icon name="plus" /> {t("settings.add_user")}
                </Button>
            </header>
            <Problem>{problem}</Problem>
            <Loaded resource={users} skeleton={<Skeleton height="120px" />}>
                {(list) => (
                    <div className="table-place">
                        <table>
                            <thead>
                                <tr>
                                    <th>{t("user_name")}</th>
                                    <th>{t("settings.role")}</th>
                                    <th>{t("settings.created")}</th>
                                    <th>
                                        <span className="hidden-text">{t("settings.actions")}</span>
                                    </th>
                                </tr>
                            </thead>
                            <tbody>
                                {list.map((user) => (
                                    <tr key={user.id}>
                                        <td>
                                            {user.name} {user.disabled && <span className="status paused">{t("settings.disabled")}</span>}
                                        </td>
                                        <td>{user.id === me.user.id ? t(`role.${user.role}`) : <RoleSelect inline value={user.role} onChange={(role) => void change(() => api.changeUser(user.id, { role }))} />}</td>
                                        <td>{moment(user.created, language, shop.time_zone, "day")}</td>
                                        <td className="figure">
                                            {user.id !== me.user.id && (
                                                <>
                                                    <Button look="quiet" onClick={() => void change(() => api.changeUser(user.id, { disabled: !user.disabled }))}>
                                                        {t(user.disabled ? "settings.enable" : "settings.disable")}
                                                    </Button>
                                                    <Button look="quiet" aria-label={t("settings.remove_user", { name: user.name })} onClick={() => remove(user)}>
                                                        <Icon name="trash" />
                                                    </Button>
                                                </>
                                            )}
                                        </td>
                                    </tr>
                                ))}
                            </tbody>
                        </table>
                    </div>
                )}
            </Loaded>
            {adding && (
                <AddUser
                    onClose={() => setAdding(false)}
                    onAdded={() => {
                        setAdding(false);
                        users.reload();
                    }}
                />
            )}
        </section>
    );
}

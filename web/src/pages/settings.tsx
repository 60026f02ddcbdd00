// One's own account; for administrators also everybody else's, and the tokens of programs.
import { useState, type FormEvent } from "react";

import { api } from "../api/api.ts";
import { may, useSession, useWords } from "../app/session.tsx";
import { useSignOut } from "../app/sign-out.ts";
import { Button, Field } from "../components/controls.tsx";
import { LanguageSwitch } from "../components/language-switch.tsx";
import { explain, Problem } from "../components/states.tsx";
import { applyTheme, savedTheme, type Theme } from "../theme/theme.ts";
import { kPasswordLengthMin } from "./set-up.tsx";
import { GoalList } from "./settings/goals.tsx";
import { TillList } from "./settings/tills.tsx";
import { TokenList } from "./settings/tokens.tsx";
import { UserList } from "./settings/users.tsx";
import "./settings.css";

function Appearance() {
    const { t } = useWords();
    const { me, setMe } = useSession();
    const [theme, setTheme] = useState<Theme>(savedTheme);
    function choose(next: Theme): void {
        applyTheme(next);
        setTheme(next);
    }
    return (
        <section className="card">
            <h2>{t("settings.appearance")}</h2>
            <div className="setting-row">
                <span>{t("language")}</span>
                <LanguageSwitch
                    onChange={(language) => {
                        setMe({ ...me, user: { ...me.user, language } });
                        // It is shown at once; when saving it fails, it holds for this browser.
                        api.setLanguage(language).catch(() => {});
                    }}
                />
            </div>
            <div className="setting-row">
                <span>{t("settings.theme")}</span>
                <div className="segments" role="group" aria-label={t("settings.theme")}>
                    {(["system", "light", "dark"] as const).map((name) => (
                        <button key={name} type="button" aria-pressed={theme === name} onClick={() => choose(name)}>
                            {t(`theme.${name}`)}
                        </button>
                    ))}
                </div>
            </div>
        </section>
    );
}

function Password() {
    const { t } = useWords();
    const { setMe } = useSession();
    const [old, setOld] = useState("");
    const [fresh, setFresh] = useState("");
    const [busy, setBusy] = useState(false);
    const [result, setResult] = useState<{ problem?: string }>();
    async function submit(event: FormEvent): Promise<void> {
        event.preventDefault();
        setBusy(true);
        try {
            // The other sessions end; this one is a new one.
            setMe(await api.setPassword(old, fresh));
            setOld("");
            setFresh("");
            setResult({});
        } catch (error) {
            setResult({ problem: explain(error as Error, t) });
        } finally {
            setBusy(false);
        }
    }
    return (
        <section className="card">
            <h2>{t("settings.password")}</h2>
            <form onSubmit={(event) => void submit(event)}>
                <Field label={t("settings.old_password")} type="password" autoComplete="current-password" required value={old} onChange={(event) => setOld(event.target.value)} />
                <Field label={t("settings.new_password")} hint={t("password_hint", { n: kPasswordLengthMin })} type="password" autoComplete="new-password" required minLength={kPasswordLengthMin} value={fresh} onChange={(event) => setFresh(event.target.value)} />
                <div role="status">{result && (result.problem ? <p className="field-error">{result.problem}</p> : <p className="notice good">{t("settings.password_changed")}</p>)}</div>
                <Button type="submit" busy={busy}>
                    {t("settings.change_password")}
                </Button>
            </form>
        </section>
    );
}

function SignOut() {
    const { t } = useWords();
    const { problem, signOut } = useSignOut();
    return (
        <section className="card">
            <h2>{t("settings.sessions")}</h2>
            <p className="soft">{t("settings.sessions_hint")}</p>
            <Problem>{problem}</Problem>
            <div className="actions">
                <Button onClick={() => void signOut("here")}>{t("sign_out")}</Button>
                <Button onClick={() => void signOut("everywhere")}>{t("settings.sign_out_everywhere")}</Button>
            </div>
        </section>
    );
}

export default function SettingsPage() {
    const { t } = useWords();
    const { me, shop } = useSession();
    const administers = may(me.user.role, "administer");
    return (
        <>
            <header className="page-head">
                <h1>{t("nav.settings")}</h1>
                <p className="soft">
                    {me.user.name}, {t(`role.${me.user.role}`)}
                </p>
            </header>
            <div className="settings">
                <Appearance />
                <Password />
                <SignOut />
            </div>
            {may(me.user.role, "draw") && <TillList />}
            {may(me.user.role, "draw") && <GoalList />}
            {administers && (
                <>
                    <UserList />
                    <TokenList />
                </>
            )}
            <p className="soft version">Vitrina {shop.version}</p>
        </>
    );
}

// Name and password; afterwards the page that was wanted.
import { useState, type FormEvent } from "react";

import { api } from "../api/api.ts";
import { ApiError } from "../api/client.ts";
import type { Me } from "../api/types.ts";
import { ConnectionBanner } from "../app/shell.tsx";
import { useWords } from "../app/session.tsx";
import { Button, Field } from "../components/controls.tsx";
import { LanguageSwitch } from "../components/language-switch.tsx";
import { explain, Problem } from "../components/states.tsx";

export function SignIn({ onDone }: { onDone: (me: Me) => void }) {
    const { t } = useWords();
    const [name, setName] = useState("");
    const [password, setPassword] = useState("");
    const [busy, setBusy] = useState(false);
    const [problem, setProblem] = useState<string>();

    async function submit(event: FormEvent): Promise<void> {
        event.preventDefault();
        setBusy(true);
        setProblem(undefined);
        try {
            onDone(await api.signIn(name, password));
        } catch (error) {
            const wrong = error instanceof ApiError && error.status === 401;
            setProblem(wrong ? t("sign_in.wrong") : explain(error as Error, t));
        } finally {
            setBusy(false);
        }
    }

    return (
        <div className="page-of-one">
            <ConnectionBanner />
            <main className="card narrow">
                <img src="/icon.svg" alt="" width="40" height="40" />
                <h1>{t("sign_in.title")}</h1>
                <form onSubmit={(event) => void submit(event)}>
                    <Field label={t("user_name")} name="username" autoComplete="username" required autoFocus value={name} onChange={(event) => setName(event.target.value)} />
                    <Field label={t("password")} name="password" type="password" autoComplete="current-password" required value={password} onChange={(event) => setPassword(event.target.value)} />
                    <Problem>{problem}</Problem>
                    <Button look="main" type="submit" busy={busy}>
                        {t("sign_in")}
                    </Button>
                    <p className="hint">{t("sign_in.forgotten")}</p>
                </form>
                <LanguageSwitch />
            </main>
        </div>
    );
}

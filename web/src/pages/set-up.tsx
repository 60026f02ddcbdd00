// The first administrator. The token, printed by the server at its first start, proves who owns the machine.
import { useState, type FormEvent } from "react";

import { api } from "../api/api.ts";
import { ApiError } from "../api/client.ts";
import type { Me } from "../api/types.ts";
import { Link, navigate, useAddress } from "../app/router.tsx";
import { ConnectionBanner } from "../app/shell.tsx";
import { useWords } from "../app/session.tsx";
import { Button, Field } from "../components/controls.tsx";
import { LanguageSwitch } from "../components/language-switch.tsx";
import { Empty, explain, Problem } from "../components/states.tsx";

/** The server refuses shorter ones; saying so before saves a round. */
export const kPasswordLengthMin = 10;

export function SetUp({ needed, onDone }: { needed: boolean; onDone: (me: Me) => void }) {
    const { t, language } = useWords();
    const { query } = useAddress();
    const [token, setToken] = useState(query.get("token") ?? "");
    const [name, setName] = useState("");
    const [password, setPassword] = useState("");
    const [busy, setBusy] = useState(false);
    const [problem, setProblem] = useState<string>();

    async function submit(event: FormEvent): Promise<void> {
        event.preventDefault();
        setBusy(true);
        setProblem(undefined);
        try {
            const me = await api.setUp({ token: token.trim(), name, password, language });
            navigate("/first", "replace");
            onDone(me);
        } catch (error) {
            const wrong = error instanceof ApiError && error.code === "wrong_credentials";
            setProblem(wrong ? t("setup.wrong_token") : explain(error as Error, t));
        } finally {
            setBusy(false);
        }
    }

    if (!needed) {
        return (
            <div className="page-of-one">
                <main className="card narrow">
                    <Empty title={t("setup.done_before")}>
                        <Link href="/sign-in">{t("sign_in")}</Link>
                    </Empty>
                </main>
            </div>
        );
    }
    return (
        <div className="page-of-one">
            <ConnectionBanner />
            <main className="card narrow">
                <img src="/icon.svg" alt="" width="40" height="40" />
                <h1>{t("setup.title")}</h1>
                <p className="soft">{t("setup.intro")}</p>
                <LanguageSwitch />
                <form onSubmit={(event) => void submit(event)}>
                    <Field label={t("setup.token")} hint={t("setup.token_hint")} autoComplete="off" spellCheck={false} required value={token} onChange={(event) => setToken(event.target.value)} />
                    <Field label={t("user_name")} name="username" autoComplete="username" required autoFocus value={name} onChange={(event) => setName(event.target.value)} />
                    <Field
                        label={t("password")}
                        hint={t("password_hint", { n: kPasswordLengthMin })}
                        name="password"
                        type="password"
                        autoComplete="new-password"
                        minLength={kPasswordLengthMin}
                        required
                        value={password}
                        onChange={(event) => setPassword(event.target.value)}
                    />
                    <Problem>{problem}</Problem>
                    <Button look="main" type="submit" busy={busy}>
                        {t("setup.go")}
                    </Button>
                </form>
            </main>
        </div>
    );
}

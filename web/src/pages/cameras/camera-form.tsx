// Address, user and password of a camera, tried before they are saved.
import { useEffect, useState, type FormEvent } from "react";

import { api } from "../../api/api.ts";
import { ApiError } from "../../api/client.ts";
import type { Camera, CameraInput, CameraTrial } from "../../api/types.ts";
import { useWords } from "../../app/session.tsx";
import { Button, Check, Field } from "../../components/controls.tsx";
import { Icon } from "../../components/icon.tsx";
import { explain, Problem, Skeleton, Waiting } from "../../components/states.tsx";
import "./camera-form.css";

interface Answers {
    name: string;
    address: string;
    viewAddress: string;
    user: string;
    password: string;
    udp: boolean;
    /** The saved user and password are to be forgotten. */
    forgets: boolean;
}

function inputOf(answers: Answers, known: Camera | undefined): CameraInput {
    const { name, address, viewAddress, user, password, udp } = answers;
    const input: CameraInput = { name: name.trim(), address: address.trim(), udp };
    if (viewAddress.trim() || known) input.view_address = viewAddress.trim();
    if (answers.forgets) return { ...input, user: "", password: "" };
    // What is left empty stays as it was, if there is any: the server never tells a password.
    if (user || (!known?.has_password && password)) input.user = user;
    if (password) input.password = password;
    return input;
}

/** What is not given is taken from the saved camera, as when it is saved. */
function trialOf(answers: Answers, known: Camera | undefined): CameraTrial {
    const asked: CameraTrial & CameraInput = inputOf(answers, known);
    delete asked.name;
    if (known) asked.id = known.id;
    return asked;
}

type Trial = { state: "none" } | { state: "trying" } | { state: "picture"; source: string } | { state: "failed"; reason: string };

function useTrial() {
    const { t } = useWords();
    const [trial, setTrial] = useState<Trial>({ state: "none" });
    const source = trial.state === "picture" ? trial.source : undefined;
    useEffect(() => () => {
        if (source) URL.revokeObjectURL(source);
    }, [source]);
    async function run(asked: CameraTrial): Promise<void> {
        setTrial({ state: "trying" });
        try {
            setTrial({ state: "picture", source: URL.createObjectURL(await api.testCamera(asked)) });
        } catch (error) {
            const reason = explain(error as Error, t);
            const isOfView = error instanceof ApiError && error.field === "view_address";
            setTrial({ state: "failed", reason: isOfView ? t("camera.view_failed", { reason }) : reason });
        }
    }
    return { trial, run };
}

function TrialResult({ trial }: { trial: Trial }) {
    const { t } = useWords();
    switch (trial.state) {
        case "none":
            return null;
        case "trying":
            return (
                <Waiting>
                    <p className="soft">{t("camera.trying")}</p>
                    <Skeleton height="160px" />
                </Waiting>
            );
        case "picture":
            return (
                <figure className="trial">
                    <img src={trial.source} alt={t("camera.test_picture")} />
                    <figcaption className="notice good" role="status">
                        <Icon name="check" /> {t("camera.works")}
                    </figcaption>
                </figure>
            );
        case "failed":
            return (
                <div role="alert" className="notice caution">
                    <Icon name="warning" />
                    <p>
                        <strong>{t("camera.no_picture")}</strong> {trial.reason}
                    </p>
                </div>
            );
    }
}

export function CameraForm({ known, onSaved, onCancel }: { known?: Camera; onSaved: (camera: Camera) => void; onCancel?: () => void }) {
    const { t } = useWords();
    const [answers, setAnswers] = useState<Answers>({ name: known?.name ?? "", address: known?.address ?? "", viewAddress: known?.view_address ?? "", user: "", password: "", udp: known?.udp ?? false, forgets: false });
    const [busy, setBusy] = useState(false);
    const [problem, setProblem] = useState<string>();
    const { trial, run } = useTrial();
    const set = (change: Partial<Answers>): void => setAnswers((old) => ({ ...old, ...change }));
    const input = inputOf(answers, known);
    const unchanged = known?.has_password && !answers.forgets ? t("camera.unchanged") : undefined;

    async function save(event: FormEvent): Promise<void> {
        event.preventDefault();
        setBusy(true);
        setProblem(undefined);
        try {
            onSaved(known ? await api.changeCamera(known.id, input) : await api.addCamera(input));
        } catch (error) {
            const conflict = error instanceof ApiError && error.status === 409 && known?.read_only;
            setProblem(conflict ? t("camera.read_only") : explain(error as Error, t));
            setBusy(false);
        }
    }

    return (
        <form onSubmit={(event) => void save(event)}>
            <Field label={t("camera.name")} hint={t("camera.name_hint")} required maxLength={64} autoFocus value={answers.name} onChange={(event) => set({ name: event.target.value })} />
            <Field label={t("camera.address")} hint={t("camera.address_hint")} required autoComplete="off" spellCheck={false} inputMode="url" placeholder="rtsp://192.168.1.20/stream2" value={answers.address} onChange={(event) => set({ address: event.target.value })} />
            <div className="two-fields">
                <Field label={t("camera.user")} autoComplete="off" disabled={answers.forgets} placeholder={unchanged} value={answers.user} onChange={(event) => set({ user: event.target.value })} />
                <Field label={t("password")} type="password" autoComplete="new-password" disabled={answers.forgets} placeholder={unchanged} value={answers.password} onChange={(event) => set({ password: event.target.value })} />
            </div>
            {known?.has_password && <Check label={t("camera.forget_password")} checked={answers.forgets} onChange={(event) => set({ forgets: event.target.checked })} />}
            <details open={Boolean(known?.view_address) || known?.udp}>
                <summary>{t("camera.more")}</summary>
                <Field label={t("camera.view_address")} hint={t("camera.view_address_hint")} autoComplete="off" spellCheck={false} value={answers.viewAddress} onChange={(event) => set({ viewAddress: event.target.value })} />
                <Check label={t("camera.udp")} checked={answers.udp} onChange={(event) => set({ udp: event.target.checked })} />
            </details>
            <TrialResult trial={trial} />
            <Problem>{problem}</Problem>
            <div className="actions">
                <Button className="spread" busy={trial.state === "trying"} disabled={!answers.address} onClick={() => void run(trialOf(answers, known))}>
                    {t("camera.test")}
                </Button>
                {onCancel && <Button onClick={onCancel}>{t("cancel")}</Button>}
                <Button look="main" type="submit" busy={busy}>
                    {t(known ? "save" : "add_camera")}
                </Button>
            </div>
        </form>
    );
}

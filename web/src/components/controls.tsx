// Buttons, fields and dialogs that look and behave the same everywhere.
import { useEffect, useId, useRef, type ButtonHTMLAttributes, type InputHTMLAttributes, type ReactNode, type SelectHTMLAttributes } from "react";

import { useWords } from "../app/session.tsx";
import { Icon } from "./icon.tsx";

type ButtonProps = ButtonHTMLAttributes<HTMLButtonElement> & { look?: "main" | "plain" | "quiet" | "danger"; busy?: boolean };

export function Button({ look = "plain", busy = false, className = "", disabled, type = "button", ...rest }: ButtonProps) {
    return <button type={type} className={`button ${look} ${className}`} disabled={disabled || busy} aria-busy={busy || undefined} {...rest} />;
}

interface FieldProps {
    label: string;
    hint?: ReactNode;
    error?: string | undefined;
}

export function Field({ label, hint, error, ...input }: FieldProps & InputHTMLAttributes<HTMLInputElement>) {
    const id = useId();
    const notes = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
    return (
        <div className="field">
            <label htmlFor={id}>{label}</label>
            <input id={id} aria-describedby={notes || undefined} aria-invalid={error ? true : undefined} {...input} />
            {hint && (
                <p className="hint" id={`${id}-hint`}>
                    {hint}
                </p>
            )}
            {error && (
                <p className="field-error" id={`${id}-error`}>
                    {error}
                </p>
            )}
        </div>
    );
}

export function Select({ label, inline, children, ...select }: { label: string; inline?: boolean } & SelectHTMLAttributes<HTMLSelectElement>) {
    const id = useId();
    return (
        <div className={inline ? "field inline" : "field"}>
            <label htmlFor={id} className={inline ? "hidden-text" : undefined}>
                {label}
            </label>
            <select id={id} {...select}>
                {children}
            </select>
        </div>
    );
}

export function Check({ label, ...input }: { label: string } & InputHTMLAttributes<HTMLInputElement>) {
    return (
        <label className="check">
            <input type="checkbox" {...input} />
            {label}
        </label>
    );
}

/** Modal: the browser keeps the focus inside, and Escape closes it. */
export function Dialog({ title, onClose, children }: { title: string; onClose: () => void; children: ReactNode }) {
    const { t } = useWords();
    const dialog = useRef<HTMLDialogElement>(null);
    const id = useId();
    useEffect(() => {
        const element = dialog.current;
        element?.showModal();
        return () => element?.close();
    }, []);
    return (
        <dialog
            ref={dialog}
            aria-labelledby={id}
            onCancel={(event) => {
                event.preventDefault();
                onClose();
            }}
        >
            <header className="dialog-head">
                <h2 id={id}>{title}</h2>
                <Button look="quiet" aria-label={t("close")} onClick={onClose}>
                    <Icon name="close" />
                </Button>
            </header>
            {children}
        </dialog>
    );
}

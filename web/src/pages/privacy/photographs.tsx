// Photographs of a person, chosen from this device and sent with the form.
import { useId } from "react";

import { useWords } from "../../app/session.tsx";

/** The file without "data:image/jpeg;base64," before it. */
export function base64Of(dataAddress: string): string {
    return dataAddress.slice(dataAddress.indexOf(",") + 1);
}

export async function photographsOf(files: readonly File[]): Promise<string[]> {
    return Promise.all(
        files.map(
            (file) =>
                new Promise<string>((resolve, reject) => {
                    const reader = new FileReader();
                    reader.onload = () => resolve(base64Of(reader.result as string));
                    reader.onerror = () => reject(new Error(`${file.name}: ${reader.error?.message ?? ""}`));
                    reader.readAsDataURL(file);
                }),
        ),
    );
}

export function PhotographsField({ onChange, isOptional = false }: { onChange: (files: File[]) => void; isOptional?: boolean }) {
    const { t } = useWords();
    const id = useId();
    return (
        <div className="field">
            <label htmlFor={id}>{t(isOptional ? "recognition.more_photographs" : "recognition.photographs")}</label>
            <input id={id} type="file" accept="image/jpeg,image/png" multiple required={!isOptional} aria-describedby={`${id}-hint`} onChange={(event) => onChange([...(event.target.files ?? [])])} />
            <p className="hint" id={`${id}-hint`}>
                {t("recognition.photographs_hint")}
            </p>
        </div>
    );
}

/** The last moment of a day that an input of dates gives, as the browser's clock has it. */
export function endOfDay(date: string): string {
    return new Date(`${date}T23:59:59`).toISOString();
}

/** The day of an instant, as an input of dates has it. */
export function dateOf(instant: string): string {
    return dateAfter(0, new Date(instant));
}

/** So many days from now, for an input of dates. */
export function dateAfter(days: number, now = new Date()): string {
    const then = new Date(now.getFullYear(), now.getMonth(), now.getDate() + days);
    return `${then.getFullYear()}-${String(then.getMonth() + 1).padStart(2, "0")}-${String(then.getDate()).padStart(2, "0")}`;
}

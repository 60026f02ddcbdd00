// Waiting, failing and empty: what a page shows when it has nothing to show.
import type { ReactNode } from "react";

import { ApiError, ConnectionError } from "../api/client.ts";
import type { Resource } from "../app/resource.ts";
import { useWords, type Words } from "../app/session.tsx";
import { isMessage } from "../i18n/en.ts";
import { Button } from "./controls.tsx";
import { Icon } from "./icon.tsx";

export function Skeleton({ height = "1.2em", width = "100%" }: { height?: string; width?: string }) {
    return <span className="skeleton" style={{ height, width }} aria-hidden="true" />;
}

export function Waiting({ children }: { children: ReactNode }) {
    const { t } = useWords();
    return (
        <div role="status" className="waiting">
            <span className="hidden-text">{t("loading")}</span>
            {children}
        </div>
    );
}

/** What happened and what to do next: by the server's code, in its own words where there is none for it. */
export function explain(error: Error, t: Words["t"]): string {
    if (error instanceof ConnectionError) return t("error.connection");
    if (error instanceof ApiError) {
        if (error.reasonCode) return reasonOf({ reason: error.message, reason_code: error.reasonCode }, t);
        const key = `refused.${error.code}`;
        if (isMessage(key)) return t(key, { message: error.message });
        if (error.status === 403) return t("error.forbidden");
        if (error.status === 429) return t("error.too_often", { n: Math.max(1, error.retryAfterS) });
        return error.message;
    }
    return t("error.unexpected", { message: error.message });
}

/** Why a camera gives no picture, or nothing was recorded, with what exactly was found as detail. */
export function reasonOf({ reason, reason_code: code }: { reason: string; reason_code: string }, t: Words["t"]): string {
    const key = `reason.${code}`;
    if (!isMessage(key)) return reason;
    return kExactReasons.has(code) ? t(key) : `${t(key)} (${reason})`;
}

/** These say all that there is to say. */
const kExactReasons: ReadonlySet<string> = new Set(["not_running", "no_answer", "no_picture", "password_lost"]);

/** Why what was asked for was not done, beside where it was asked; nothing while all is well. */
export function Problem({ children }: { children: ReactNode }) {
    if (!children) return null;
    return (
        <p role="alert" className="field-error">
            {children}
        </p>
    );
}

export function Failure({ error, retry, children }: { error: Error; retry?: (() => void) | undefined; children?: ReactNode }) {
    const { t } = useWords();
    return (
        <div role="alert" className="notice caution">
            <Icon name="warning" />
            <p>{explain(error, t)}</p>
            {retry && <Button onClick={retry}>{t("try_again")}</Button>}
            {children}
        </div>
    );
}

/** Shows the answer once it is there; before, a skeleton; a failure above what was known before it. That nobody
    answers is said once, by the banner, and not again by each part of a page that still has something to show. */
export function Loaded<T>({ resource, skeleton, children }: { resource: Resource<T>; skeleton: ReactNode; children: (data: T) => ReactNode }) {
    const isSaid = resource.data !== undefined && resource.error instanceof ConnectionError;
    return (
        <>
            {resource.error && !isSaid && <Failure error={resource.error} retry={resource.reload} />}
            {resource.data !== undefined ? children(resource.data) : !resource.error && <Waiting>{skeleton}</Waiting>}
        </>
    );
}

export function Empty({ title, children }: { title: string; children?: ReactNode }) {
    return (
        <div className="empty">
            <h2>{title}</h2>
            {children}
        </div>
    );
}

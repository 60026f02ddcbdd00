// Requests to the server. Errors are ApiError (the server refused, with its message), or ConnectionError (it
// didn't answer). A session that ended is told to whoever listens, so that every page leads to the sign-in.
import { connection } from "./connection.ts";
import { sited } from "./site.ts";

interface Refusal {
    code: string;
    message: string;
    /** Why a camera gives no picture. */
    reason_code?: string;
    /** Which field of the request it is about. */
    field?: string;
}

export class ApiError extends Error {
    readonly status: number;
    readonly code: string;
    readonly reasonCode: string | undefined;
    readonly field: string | undefined;
    readonly retryAfterS: number;

    constructor(status: number, refusal: Refusal, retryAfterS: number) {
        super(refusal.message);
        this.status = status;
        this.code = refusal.code;
        this.reasonCode = refusal.reason_code;
        this.field = refusal.field;
        this.retryAfterS = retryAfterS;
    }
}

export class ConnectionError extends Error {}

let forgeryToken = "";
let onSignedOut = (): void => {};

export function setForgeryToken(token: string): void {
    forgeryToken = token;
}

export function listenForSignedOut(listener: () => void): void {
    onSignedOut = listener;
}

async function errorOf(response: Response): Promise<ApiError> {
    const retryAfterS = Number(response.headers.get("Retry-After")) || 0;
    try {
        const { error } = (await response.json()) as { error: Refusal };
        return new ApiError(response.status, error, retryAfterS);
    } catch {
        return new ApiError(response.status, { code: "unknown", message: `${response.status} ${response.statusText}` }, retryAfterS);
    }
}

interface Options {
    body?: unknown;
    signal?: AbortSignal | undefined;
    /** 401 is this request's answer, not the end of a session. */
    signsIn?: boolean;
}

export async function send(method: string, path: string, { body, signal, signsIn }: Options = {}): Promise<Response> {
    const headers: Record<string, string> = {};
    const isFile = body instanceof Blob;
    if (body !== undefined) headers["Content-Type"] = isFile ? "application/octet-stream" : "application/json";
    if (method !== "GET" && forgeryToken) headers["X-Vitrina-Forgery"] = forgeryToken;
    let response: Response;
    try {
        response = await fetch(sited(path), { method, headers, body: body === undefined ? null : isFile ? body : JSON.stringify(body), signal: signal ?? null });
    } catch (error) {
        if (signal?.aborted) throw error;
        connection.failed();
        throw new ConnectionError(path);
    }
    connection.works();
    if (response.ok) return response;
    const error = await errorOf(response);
    if (response.status === 401 && !signsIn) onSignedOut();
    throw error;
}

export async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
    return (await (await send("GET", path, { signal })).json()) as T;
}

/** POST, PUT, PATCH or DELETE; what a route without an answer gives is not to be looked at. */
export async function change<T>(method: "POST" | "PUT" | "PATCH" | "DELETE", path: string, body?: unknown, options: Options = {}): Promise<T> {
    const response = await send(method, path, { ...options, body: body ?? (method === "DELETE" ? undefined : {}) });
    const text = await response.text();
    return (text ? JSON.parse(text) : undefined) as T;
}

/** "/api/visits" and {camera: "door", zone: undefined} -> "/api/visits?camera=door" */
export function withQuery(path: string, query: Record<string, string | number | undefined>): string {
    const parameters = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) {
        if (value !== undefined && value !== "") parameters.set(name, String(value));
    }
    const text = parameters.toString();
    return text ? `${path}?${text}` : path;
}

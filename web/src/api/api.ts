// The routes of docs/api.md that the dashboard uses, one function each.
import { traitsQuery, type TraitsFilter } from "../components/traits-filter.ts";
import { ApiError, change, get, send, withQuery } from "./client.ts";
import { sited } from "./site.ts";
import type {
    Alarm,
    Audit,
    AuditClip,
    AuditPlace,
    Bucket,
    CalibrationFit,
    Camera,
    CameraInput,
    CameraTrial,
    Channel,
    ChannelInput,
    Conversion,
    Crossing,
    Direction,
    FloorDrawing,
    Heat,
    Language,
    Layout,
    LayoutChange,
    Lesson,
    Line,
    Me,
    Now,
    Outage,
    PathOfPerson,
    PeoplePage,
    Plan,
    Point,
    PointPair,
    QueueCount,
    QueueForecast,
    Role,
    Shelf,
    Rule,
    RuleInput,
    ShopInfo,
    Space,
    SpaceComparison,
    Till,
    Token,
    Touch,
    User,
    Visit,
    VisitorMix,
    WalkerFit,
    Walkers,
    Zone,
} from "./types.ts";

export interface Span {
    from: Date;
    to: Date;
}

export function spanQuery(span: Span) {
    return { from: span.from.toISOString(), to: span.to.toISOString() };
}

/** Whose facts count. */
export type Who = "all" | "customers";

export interface VisitQuery extends Partial<TraitsFilter> {
    span: Span;
    who?: Who | undefined;
    camera?: string | undefined;
    zone?: string | undefined;
    person?: string | undefined;
    minDwellS?: number | undefined;
    sort?: string | undefined;
    offset?: number | undefined;
    limit?: number | undefined;
}

function visitQuery(query: VisitQuery) {
    const { who, camera, zone, person, sort, offset, limit } = query;
    return { ...spanQuery(query.span), who, camera, zone, person, ...traitsQuery(query), min_dwell_s: query.minDwellS, sort, offset, limit };
}

export interface CrossingQuery {
    span: Span;
    who?: Who | undefined;
    camera?: string | undefined;
    line?: string | undefined;
    direction?: Direction | undefined;
    sort?: "at" | "-at" | undefined;
    offset?: number | undefined;
    limit?: number | undefined;
}

function crossingQuery(query: CrossingQuery) {
    const { who, camera, line, direction, sort, offset, limit } = query;
    return { ...spanQuery(query.span), who, camera, line, direction, sort, offset, limit };
}

export interface TouchQuery {
    span: Span;
    who?: Who | undefined;
    camera?: string | undefined;
    shelf?: string | undefined;
    offset?: number | undefined;
    limit?: number | undefined;
}

function touchQuery({ span, ...rest }: TouchQuery) {
    return { ...spanQuery(span), ...rest };
}

/** Which people and hours figures of the floor are of. */
export interface FloorFilter extends Partial<TraitsFilter> {
    who?: Who | undefined;
    /** "9-12", of the shop's day */
    hours?: string | undefined;
    /** "1-5", from Monday */
    weekdays?: string | undefined;
}

export interface SpaceQuery extends FloorFilter {
    camera: string;
    span: Span;
}

function spaceQuery(query: SpaceQuery) {
    const { camera, span, who, hours, weekdays } = query;
    return { camera, ...spanQuery(span), who, hours, weekdays, ...traitsQuery(query) };
}

function comparisonQuery(query: SpaceQuery, before: Span) {
    return { ...spaceQuery(query), before_from: before.from.toISOString(), before_to: before.to.toISOString() };
}

function cameraPath(id: string, rest = ""): string {
    return `/api/cameras/${encodeURIComponent(id)}${rest}`;
}

export const api = {
    setupNeeded: async () => (await get<{ needed: boolean }>("/api/setup")).needed,
    setUp: (answers: { token: string; name: string; password: string; language: Language }) =>
        change<Me>("POST", "/api/setup", answers, { signsIn: true }),
    signIn: (name: string, password: string) => change<Me>("POST", "/api/sign-in", { name, password }, { signsIn: true }),
    signOut: () => change<void>("POST", "/api/sign-out"),
    signOutEverywhere: () => change<void>("POST", "/api/sign-out-everywhere"),
    me: async () => (await (await send("GET", "/api/me", { signsIn: true })).json()) as Me,
    setLanguage: (language: Language) => change<unknown>("PATCH", "/api/me", { language }),
    setPassword: (oldPassword: string, password: string) =>
        change<Me>("PATCH", "/api/me", { old_password: oldPassword, password }),

    users: async (signal?: AbortSignal) => (await get<{ users: User[] }>("/api/users", signal)).users,
    addUser: (user: { name: string; password: string; role: Role; language: Language }) => change<User>("POST", "/api/users", user),
    changeUser: (id: number, fields: { role?: Role; disabled?: boolean }) =>
        change<User>("PATCH", `/api/users/${id}`, fields),
    removeUser: (id: number) => change<void>("DELETE", `/api/users/${id}`),
    tokens: async (signal?: AbortSignal) => (await get<{ tokens: Token[] }>("/api/tokens", signal)).tokens,
    addToken: (token: { name: string; scope: Token["scope"]; expires?: string }) => change<Token>("POST", "/api/tokens", token),
    removeToken: (id: number) => change<void>("DELETE", `/api/tokens/${id}`),

    shop: (signal?: AbortSignal) => get<ShopInfo>("/api/shop", signal),
    now: (signal?: AbortSignal) => get<Now>("/api/now", signal),
    counts: async (span: Span, bucket: "hour" | "day", who: Who, signal?: AbortSignal) =>
        (await get<{ buckets: Bucket[] }>(withQuery("/api/counts", { ...spanQuery(span), bucket, who }), signal)).buckets,
    audits: (signal?: AbortSignal) => get<{ audits: Audit[]; unseen: Pick<AuditPlace, "camera" | "kind" | "place">[] }>("/api/audits", signal),
    openAudit: (minutes: number, clips: number) => change<Audit>("POST", "/api/audits", { minutes, clips }),
    closeAudit: (id: number) => change<Audit>("POST", `/api/audits/${id}/close`),
    removeAudit: (id: number) => change<void>("DELETE", `/api/audits/${id}`),
    auditClips: async (id: number, signal?: AbortSignal) => (await get<{ clips: AuditClip[] }>(`/api/audits/${id}/clips`, signal)).clips,
    auditFrameAddress: (clip: number, n: number) => withQuery(`/api/audit-clips/${clip}/frame.jpg`, { n }),
    answerAuditClip: (clip: number, answer: { in?: number; out?: number; unclear?: boolean }) => change<AuditClip>("PUT", `/api/audit-clips/${clip}/answer`, answer),
    countErrors: async (signal?: AbortSignal) => (await get<{ errors: AuditPlace[] }>("/api/count-errors", signal)).errors,
    people: (signal?: AbortSignal) => get<PeoplePage>("/api/people", signal),
    lookAddress: (person: number, look: string) => withQuery(`/api/people/${person}/look.jpg`, { at: look }),
    markPerson: (person: number, label: "staff" | "customer" | null, name?: string) =>
        change<Lesson>("PUT", `/api/people/${person}/mark`, name ? { label, name } : { label }),
    forgetStaff: (id: number) => change<void>("DELETE", `/api/taught/${id}`),
    forgetAllTaught: () => change<void>("DELETE", "/api/taught"),
    visits: (query: VisitQuery, signal?: AbortSignal) =>
        get<{ visits: Visit[]; total: number }>(withQuery("/api/visits", visitQuery(query)), signal),
    visitorMix: ({ span, who, camera }: Pick<VisitQuery, "span" | "who" | "camera">, signal?: AbortSignal) =>
        get<VisitorMix>(withQuery("/api/visitors/mix", { ...spanQuery(span), who, camera }), signal),
    visitsCsv: (query: VisitQuery) => withQuery(sited("/api/visits.csv"), visitQuery({ ...query, offset: undefined, limit: undefined })),
    crossings: (query: CrossingQuery, signal?: AbortSignal) =>
        get<{ crossings: Crossing[]; total: number }>(withQuery("/api/crossings", crossingQuery(query)), signal),
    crossingsCsv: (query: CrossingQuery) => withQuery(sited("/api/crossings.csv"), crossingQuery({ ...query, offset: undefined, limit: undefined })),
    touches: (query: TouchQuery, signal?: AbortSignal) => get<{ touches: Touch[]; total: number }>(withQuery("/api/touches", touchQuery(query)), signal),
    touchesCsv: (query: TouchQuery) => withQuery(sited("/api/touches.csv"), touchQuery({ ...query, offset: undefined, limit: undefined })),
    queues: async (span: Span, who: Who, signal?: AbortSignal) =>
        (await get<{ queues: QueueCount[] }>(withQuery("/api/queues", { ...spanQuery(span), minutes: 60, who }), signal)).queues,
    queueForecasts: async (signal?: AbortSignal) => (await get<{ forecasts: QueueForecast[] }>("/api/queues/forecast", signal)).forecasts,
    space: (query: SpaceQuery, signal?: AbortSignal) => get<Space>(withQuery("/api/space", spaceQuery(query)), signal),
    spaceCsv: (query: SpaceQuery, table: string) => withQuery(sited("/api/space.csv"), { ...spaceQuery(query), table }),
    compareSpace: (query: SpaceQuery, before: Span, signal?: AbortSignal) => get<SpaceComparison>(withQuery("/api/space/compare", comparisonQuery(query, before)), signal),
    comparisonCsv: (query: SpaceQuery, before: Span) => withQuery(sited("/api/space/compare.csv"), comparisonQuery(query, before)),
    heat: (query: SpaceQuery, signal?: AbortSignal) => get<Heat>(withQuery("/api/heat", spaceQuery(query)), signal),
    plan: async (signal?: AbortSignal): Promise<Plan | null> => {
        try {
            const plan = await get<Partial<Plan> & Pick<Plan, "version" | "plan">>("/api/plan", signal);
            return { zones: [], lines: [], walls: [], doors: [], fixtures: [], cameras: [], ...plan };
        } catch (error) {
            if (error instanceof ApiError && error.status === 404) return null;
            throw error;
        }
    },
    addDrawing: (file: Blob, page: number) => change<FloorDrawing>("POST", withQuery("/api/plan/drawings", { page }), file),
    drawingAddress: (id: string) => `/api/plan/drawings/${encodeURIComponent(id)}`,
    savePlan: (plan: Omit<Plan, "version"> & { version?: string; change: LayoutChange }) => change<Plan>("PUT", "/api/plan", plan),
    fitCalibration: (picture: { width: number; height: number }, points: PointPair[], lines: Point[][]) =>
        change<CalibrationFit>("POST", "/api/plan/calibration", { picture, points, ...(lines.length > 0 ? { lines } : {}) }),
    walkers: (camera: string, signal?: AbortSignal) => get<Walkers>(withQuery("/api/plan/calibration/walkers", { camera }), signal),
    fitWalkers: (wish: { camera: string; place: Point; pan_deg: number; height_mean_m: number; view_deg?: number }) => change<WalkerFit>("POST", "/api/plan/calibration/walkers", wish),
    paths: async (camera: string, span: Span, who: Who, signal?: AbortSignal) =>
        (await get<{ paths: PathOfPerson[] }>(withQuery("/api/paths", { camera, ...spanQuery(span), who }), signal)).paths,
    outages: async (span: Span, signal?: AbortSignal) =>
        (await get<{ outages: Outage[] }>(withQuery("/api/outages", spanQuery(span)), signal)).outages,

    conversion: (span: Span, bucket: "hour" | "day", signal?: AbortSignal) =>
        get<Conversion>(withQuery("/api/conversion", { ...spanQuery(span), bucket }), signal),

    tills: async (signal?: AbortSignal) => (await get<{ tills: Till[] }>("/api/tills", signal)).tills,
    saveTill: (id: string, till: Pick<Till, "name" | "camera" | "zone">) => change<Till>("PUT", `/api/tills/${encodeURIComponent(id)}`, till),
    removeTill: (id: string) => change<void>("DELETE", `/api/tills/${encodeURIComponent(id)}`),

    alarms: async (signal?: AbortSignal) => (await get<{ alarms: Alarm[] }>("/api/alarms", signal)).alarms,
    acknowledgeAlarm: (id: number, note: string) => change<Alarm>("POST", `/api/alarms/${id}/acknowledge`, note ? { note } : {}),
    addAlarmNote: (id: number, text: string) => change<Alarm>("POST", `/api/alarms/${id}/notes`, { text }),
    rules: async (signal?: AbortSignal) => (await get<{ rules: Rule[] }>("/api/rules", signal)).rules,
    addRule: (rule: RuleInput) => change<Rule>("POST", "/api/rules", rule),
    changeRule: (id: number, rule: RuleInput) => change<Rule>("PUT", `/api/rules/${id}`, rule),
    removeRule: (id: number) => change<void>("DELETE", `/api/rules/${id}`),
    channels: async (signal?: AbortSignal) => (await get<{ channels: Channel[] }>("/api/channels", signal)).channels,
    addChannel: (channel: ChannelInput) => change<Channel>("POST", "/api/channels", channel),
    changeChannel: (id: number, channel: ChannelInput) => change<Channel>("PUT", `/api/channels/${id}`, channel),
    removeChannel: (id: number) => change<void>("DELETE", `/api/channels/${id}`),
    testChannel: (id: number) => change<void>("POST", `/api/channels/${id}/test`),

    cameras: async (signal?: AbortSignal) => (await get<{ cameras: Camera[] }>("/api/cameras", signal)).cameras,
    addCamera: (camera: CameraInput) => change<Camera>("POST", "/api/cameras", camera),
    changeCamera: (id: string, fields: CameraInput) => change<Camera>("PATCH", cameraPath(id), fields),
    removeCamera: (id: string) => change<void>("DELETE", cameraPath(id)),
    acceptView: (id: string) => change<void>("POST", cameraPath(id, "/view")),
    testCamera: async (camera: CameraTrial, signal?: AbortSignal) =>
        (await send("POST", "/api/cameras/test", { body: camera, signal })).blob(),
    pictureAddress: (id: string, unique: string | number) => sited(cameraPath(id, `/picture.jpg?t=${unique}`)),
    evidenceAddress: (id: string) => sited(cameraPath(id, "/evidence.jpg")),
    mp4Address: (id: string) => sited(cameraPath(id, "/live.mp4")),
    mjpegAddress: (id: string) => sited(cameraPath(id, "/live.mjpeg")),
    /** `ids` with commas between. */
    wallAddress: (ids: string) => sited(`/api/live.mjpeg?camera=${encodeURIComponent(ids)}`),
    layout: (id: string, signal?: AbortSignal) => get<Layout>(cameraPath(id, "/layout"), signal),
    /** `version` is the one that was changed: with a newer one there it is refused as "layout_changed". */
    saveLayout: (id: string, layout: { version: string; picture: Layout["picture"]; zones: Zone[]; lines: Line[]; shelves?: Shelf[] }, kind: LayoutChange) =>
        change<Layout>("PUT", cameraPath(id, "/layout"), { ...layout, change: kind }),
};

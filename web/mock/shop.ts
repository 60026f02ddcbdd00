// SIMULATED: figures that look like a shop's, made up from the hour of the day.
import { readFileSync } from "node:fs";

import { kPlanCamera, type Calibration, type Camera, type Fact, type Layout, type Plan, type PlanNow, type Point, type PointPair, type Role, type Tracks, type User } from "../src/api/types.ts";
import { dayOf, instantOf, addDays } from "../src/app/time.ts";

const kZone = "Europe/Moscow";
const kRoles: readonly Role[] = ["administrator", "manager", "analyst", "guard", "staff"];

export class Refusal extends Error {
    readonly status: number;
    readonly code: string;
    readonly details: Record<string, string>;
    constructor(status: number, code: string, message: string, details: Record<string, string> = {}) {
        super(message);
        this.status = status;
        this.code = code;
        this.details = details;
    }
}

function noise(seed: number): number {
    const value = Math.sin(seed * 127.1 + 11.7) * 43758.5453;
    return value - Math.floor(value);
}

type Box = [number, number, number, number];

const kCalibration: Calibration = { width: 768, height: 576, focal_px: 620, center: [384, 288], k1: -0.03, place: [0.2, 0.2], height_m: 3, pan_deg: 42, tilt_deg: 32, roll_deg: 0, error_m: 0.1 };

export class MockShop {
    readonly lengthS = 79.5;
    private readonly begun = Date.now();
    private readonly tracksAt = new Map<number, { person: number; box: Box }[]>();
    private readonly sessions = new Map<string, User>();
    private fresh: boolean;
    private seq = 100;
    private users: User[];
    private readonly passwords = new Map<string, string>();
    private tokens: { id: number; name: string; scope: string; created: string; expires: string | null; used: string | null }[] = [];
    private cameras: Camera[];
    private layouts = new Map<string, Layout>();

    constructor(tracks: string | undefined, fresh: boolean) {
        this.fresh = fresh;
        this.users = fresh ? [] : kRoles.map((role, id) => ({ id: id + 1, name: role, role, language: "en", disabled: false, created: "2026-11-01T08:00:00.000Z" }));
        const base: Camera = {
            id: "door", name: "Door", address: "rtsp://10.0.0.7/stream1", view_address: "", has_password: true, udp: false, read_only: true, paused: false, simulated: false, status: "live", reason: "", reason_code: "",
            codec: "h264", width: 768, height: 576, frame_rate: 10, analysed_rate: 5, bit_rate: 350_000, jitter_ms: 12, clock_offset_ms: -3, analysis_delay_ms_p95: 180,
            decoded: 52_310, analysed: 26_155, skipped: 26_155, damaged: 2, reconnects: 1, without_picture_s: 0.1, troubles: [], people: 5, layout: "2026-11-23.1", mp4: true,
        };
        this.cameras = fresh ? [{ ...base, layout: "picture" }] : [
            base,
            { ...base, id: "till", name: "Till", codec: "hevc", mp4: false, read_only: false, address: "rtsp://10.0.0.8/h265", troubles: [{ trouble: "moved", since: new Date(Date.now() - 26 * 60_000).toISOString(), move: { dx_px: 31, dy_px: -12, rotation_deg: 2.5, zoom: 1.01 } }] },
            { ...base, id: "yard", name: "Back yard", read_only: false, status: "alarm", reason: "rtsp://10.0.0.9: Connection refused", reason_code: "connection_refused", without_picture_s: 95, analysed_rate: 0, frame_rate: 0, people: 0, reconnects: 14 },
        ];
        for (const camera of this.cameras) {
            this.layouts.set(camera.id, {
                version: camera.layout, valid_from: "2026-11-20T08:00:00.000Z", author: "manager", picture: { width: 768, height: 576 },
                zones: fresh ? [] : [
                    { name: "road", polygon: [[0, 244], [178, 272], [396, 337], [556, 409], [768, 498], [768, 292], [545, 172], [440, 204], [295, 214], [0, 192]] },
                    { name: "lawn", polygon: [[0, 250], [178, 280], [396, 345], [556, 417], [768, 506], [768, 576], [0, 576]] },
                ],
                lines: fresh ? [] : [{ name: "side road", from: [585, 150], to: [692, 205] }],
            });
        }
        if (!tracks) this.makeWalkers();
        for (const line of tracks ? readFileSync(tracks, "utf8").split("\n") : []) {
            const [frame, person, x, y, width, height] = line.split(",").map(Number);
            if (!frame || !person) continue;
            const list = this.tracksAt.get(frame) ?? [];
            list.push({ person, box: [x ?? 0, y ?? 0, width ?? 0, height ?? 0] });
            this.tracksAt.set(frame, list);
        }
    }

    /** People who walk to and fro, for want of tracks of the video that is shown. */
    private makeWalkers(): void {
        const kWalkers = 4;
        for (let frame = 1; frame <= this.lengthS * 10 + 1; frame++) {
            const walkers = Array.from({ length: kWalkers }, (_, walker) => {
                const way = (frame / 10) * (18 + 7 * walker) + 190 * walker;
                const x = Math.abs((way % 1400) - 700);
                return { person: walker + 1, box: [x, 170 + 70 * walker, 40, 100] as Box };
            });
            this.tracksAt.set(frame, walkers);
        }
    }

    isFresh = (): boolean => this.fresh;
    lastFact = (): number => this.seq;
    mediaTime = (): number => (Date.now() - this.begun) / 1000;

    userOf(key: string | undefined): User | undefined {
        return key ? this.sessions.get(key) : undefined;
    }

    me(user: User | undefined) {
        return { user, forgery_token: "mock" };
    }

    private begin(user: User): string {
        const key = `k${Math.random().toString(36).slice(2)}`;
        this.sessions.set(key, user);
        return key;
    }

    setUp(answers: Record<string, unknown>): string | undefined {
        if (!this.fresh || answers["token"] !== "mock-token") return undefined;
        this.fresh = false;
        const user: User = { id: 1, name: String(answers["name"]), role: "administrator", language: answers["language"] === "ru" ? "ru" : "en", disabled: false, created: new Date().toISOString() };
        this.users.push(user);
        this.passwords.set(user.name, String(answers["password"]));
        return this.begin(user);
    }

    signIn(name: string, password: string): string | undefined {
        const user = this.users.find((known) => known.name === name);
        return user && password === (this.passwords.get(name) ?? `password-${user.role}`) ? this.begin(user) : undefined;
    }

    mayUse(role: Role, method: string, path: string): boolean {
        if (/^\/api\/(me|shop|now|sign-out)/.test(path)) return true;
        if (role === "administrator") return true;
        if (role === "staff" || /^\/api\/(users|tokens)/.test(path)) return false;
        if (/(counts|visits|crossings|queues|space|heat)/.test(path)) return role !== "guard";
        if (/(picture\.jpg|live)/.test(path)) return role !== "analyst";
        if (method === "PUT" && path.endsWith("/layout")) return role === "manager";
        return method === "GET";
    }

    tracks(): Tracks[] {
        const now = this.mediaTime();
        const frame = Math.floor((now % this.lengthS) * 10) + 1;
        return this.cameras.filter((camera) => camera.status === "live").map((camera) => ({
            camera: camera.id, media_time_s: Math.floor(now * 10) / 10, at: new Date().toISOString(), width: 768, height: 576,
            people: (this.tracksAt.get(frame) ?? []).map(({ person, box }) => ({ person: 2 ** 20 + person, label: String(person), box, score: 0.8, zones: [] })),
        }));
    }

    /** Six people who go round the shelves. */
    planNow(): PlanNow {
        const second = Date.now() / 1000;
        const people = Array.from({ length: 6 }, (_, i) => {
            const angle = second / (6 + i) + i * 1.1;
            const place: Point = [9 + (3 + i) * Math.cos(angle), 5.5 + (1.5 + 0.6 * i) * Math.sin(angle)];
            return { person: 2 ** 20 + i + 1, label: String(i + 1), place, spread_m: 0.12, zones: [] };
        });
        return { at: new Date().toISOString(), people };
    }

    newFact(): Fact {
        const now = new Date().toISOString();
        const crosses = this.seq % 2 === 0;
        const person = 2 ** 20 + (this.seq % 40);
        const base = { seq: ++this.seq, op: "add" as const, recorded: now, id: `fact-${this.seq}`, rev: 1, camera: "door", person };
        return crosses ? { ...base, kind: "crossing", line: "door", direction: "in", at: now } : { ...base, kind: "visit", zone: "road", begin: now, end: now };
    }

    private bucket(from: Date, to: Date) {
        const { zones: drawn = [], lines = [] } = this.layouts.get("door") ?? {};
        const zones = drawn.length > 0 ? drawn : [{ name: "picture" }];
        let [entries, visits] = [0, 0];
        for (let at = from.getTime(); at < to.getTime(); at += 3_600_000) {
            const hour = (new Date(at).getUTCHours() + 3) % 24;
            const busy = hour >= 9 && hour < 22 ? 10 + 26 * Math.exp(-((hour - 18) ** 2) / 14) : 0;
            const part = Math.min(1, (to.getTime() - at) / 3_600_000);
            entries += Math.round(part * busy * (0.75 + 0.5 * noise(Math.floor(at / 3_600_000))));
            visits += Math.round(part * busy * (1.2 + 0.8 * noise(Math.floor(at / 3_600_000) + 7)));
        }
        return {
            from: from.toISOString(), to: to.toISOString(),
            zones: zones.map(({ name }, i) => {
                const own = Math.round(visits / (1 + 2 * i));
                const dwell = 24.2 * (1 + 4 * i) * (0.8 + 0.4 * noise(from.getTime() / 3_600_000 + i));
                return { camera: "door", zone: name, visits: own, people: Math.round(own * 0.8), dwell_median_s: own > 0 ? dwell : null, dwell_mean_s: own > 0 ? dwell * 1.4 : null };
            }),
            lines: lines.map(({ name }) => ({ camera: "door", line: name, in: entries, out: Math.round(entries * 0.93) })),
            entered: null,
        };
    }

    private counts(query: URLSearchParams) {
        const from = new Date(query.get("from") ?? 0);
        const to = new Date(Math.min(Date.now(), Date.parse(query.get("to") ?? "")));
        const buckets = [];
        for (let at = from; at < to; ) {
            const next = query.get("bucket") === "day" ? instantOf(addDays(dayOf(at, kZone), 1), kZone) : new Date(at.getTime() + 3_600_000);
            buckets.push(this.bucket(at, next < to ? next : to));
            at = next;
        }
        return { buckets };
    }

    private visits(query: URLSearchParams) {
        const to = Math.min(Date.now(), Date.parse(query.get("to") ?? ""));
        const zones = this.layouts.get("door")?.zones.map((zone) => zone.name) ?? [];
        const all = Array.from({ length: 137 }, (_, i) => {
            const begin = to - i * 211_000 - 60_000;
            const dwell = Math.round(4 + 300 * noise(i) ** 3);
            return { id: `visit-${i}`, rev: 1, camera: "door", zone: zones[i % zones.length] ?? "picture", person: 2 ** 20 + 300 - i, begin: new Date(begin).toISOString(), end: new Date(begin + dwell * 1000).toISOString(), dwell_s: dwell, confidence: 0.5 + noise(i + 3) / 2, layout: "2026-11-23.1", notes: i % 11 === 3 ? ["blurred"] : [] };
        }).filter((visit) => (!query.get("zone") || visit.zone === query.get("zone")) && (!query.get("camera") || visit.camera === query.get("camera")) && visit.dwell_s >= Number(query.get("min_dwell_s") ?? 0) && (!query.get("person") || String(visit.person) === query.get("person")));
        if (query.get("sort") === "-dwell") all.sort((a, b) => b.dwell_s - a.dwell_s);
        const offset = Number(query.get("offset") ?? 0);
        return { visits: all.slice(offset, offset + Number(query.get("limit") ?? 100)), total: all.length };
    }

    private crossings(query: URLSearchParams) {
        const to = Math.min(Date.now(), Date.parse(query.get("to") ?? ""));
        const all = Array.from({ length: 71 }, (_, i) => ({ id: `crossing-${i}`, rev: 1, camera: "door", line: "door", person: 2 ** 20 + 300 - i, direction: i % 2 === 0 ? "in" : "out", at: new Date(to - i * 307_000 - 60_000).toISOString(), confidence: 0.5 + noise(i + 5) / 2, layout: "2026-11-23.1", notes: i % 9 === 4 ? ["moved"] : [] }))
            .filter((crossing) => ["camera", "line", "direction"].every((name) => !query.get(name) || query.get(name) === crossing[name as "camera" | "line" | "direction"]));
        if (query.get("sort") === "at") all.reverse();
        const offset = Number(query.get("offset") ?? 0);
        return { crossings: all.slice(offset, offset + Number(query.get("limit") ?? 100)), total: all.length };
    }

    /** Half an hour ago there were fewer. */
    private forecasts() {
        const at = Date.now();
        const outlook = (minutes: number, expected: number, low: number, high: number) => ({ minutes, expected, median: Math.round(expected), low, high, over_limit: expected / 12, tills_open: 1.2 });
        return {
            forecasts: [
                {
                    camera: "till", at: new Date(at).toISOString(), waiting: 3, queues: [{ queue: "Queue 1", till: "till-1", length: 3, wait_s: 140, open: true }], days: 9, length_limit: 4,
                    outlooks: [outlook(5, 4.2, 2, 7), outlook(10, 5.6, 2, 9), outlook(20, 6.1, 2, 11)],
                    advice: { till: "till-2", said: new Date(at).toISOString(), open_at: new Date(at + 6 * 60_000).toISOString(), expected: 5.1, chance: 0.74 },
                },
            ],
        };
    }

    private queues(query: URLSearchParams) {
        const from = Date.parse(query.get("from") ?? "");
        const to = Math.min(Date.now(), Date.parse(query.get("to") ?? ""));
        const bins = Array.from({ length: Math.max(0, Math.ceil((to - from) / 3_600_000)) }, (_, i) => {
            const hour = (new Date(from + i * 3_600_000).getUTCHours() + 3) % 24;
            const open = hour >= 9 && hour < 22;
            const mean = open ? 0.4 + 3 * Math.exp(-((hour - 18) ** 2) / 10) : 0;
            return { from: new Date(from + i * 3_600_000).toISOString(), length_mean: mean, longest: Math.ceil(2 * mean) };
        });
        return { queues: [{ camera: "till", queue: "Queue 1", length: 3, now: 3, wait_s: 140, at: new Date().toISOString(), longest: 7, served: 212, abandoned: 6, moved: 11, wait_median_s: 74, wait_p90_s: 205, wait_longest_s: 512, bins }] };
    }

    private planVersion = 1;
    private plan: Plan = {
        version: "2026-11-23.1",
        plan: { width_m: 18, depth_m: 11 },
        zones: [{ name: "Till", polygon: [[1, 7], [4, 7], [4, 10], [1, 10]] }, { name: "Fruit", polygon: [[10, 1], [14, 1], [14, 4], [10, 4]] }],
        lines: [{ name: "door", from: [0.5, 10.6], to: [3, 10.6] }],
        walls: [{ from: [0, 0], to: [18, 0] }, { from: [18, 0], to: [18, 11] }, { from: [18, 11], to: [3, 11] }, { from: [0.5, 11], to: [0, 11] }, { from: [0, 11], to: [0, 0] }],
        doors: [{ name: "main", from: [0.5, 11], to: [3, 11] }],
        fixtures: [{ name: "A", polygon: [[6, 4], [7, 4], [7, 9], [6, 9]], height_m: 1.8 }, { name: "B", polygon: [[10, 6], [15, 6], [15, 7], [10, 7]], height_m: 1.8 }],
        cameras: [{ camera: "door", calibration: kCalibration }, { camera: "till", calibration: { ...kCalibration, place: [17.8, 0.2], pan_deg: 145 } }, { camera: "yard" }],
    };

    private paths(query: URLSearchParams) {
        const from = Date.parse(query.get("from") ?? "");
        const by = query.get("camera") === kPlanCamera ? 16 : 1; // metres
        const paths = Array.from({ length: 60 }, (_, i) => {
            const begin = i * 58;
            const points = Array.from({ length: 70 + Math.round(noise(i) * 200) }, (__, k) => [
                begin + k,
                by * (0.5 + 0.42 * Math.sin(k / 40 + i * 1.7) + 0.01 * noise(i + k)),
                by * (0.42 + 0.25 * Math.cos(k / 29 + i) + 0.01 * noise(i * k)),
                by === 1 ? 0.2 : 1.7,
            ]);
            return { person: 2 ** 20 + i + 1, points };
        });
        return { from: new Date(from).toISOString(), paths };
    }

    /** Two departments of which one is off the way. */
    private space() {
        const [columns, rows] = [48, 36];
        const { seconds } = this.heat();
        const cells = Array.from({ length: columns * rows }, (_, i) => seconds[2 * Math.floor(i / columns) * 96 + 2 * (i % columns)] ?? 0);
        const zone = (name: string, passed: number, stopped: number, touched: number, paid: number) => ({ zone: name, kind: "department", passed, stopped, touched, paid_later: paid, reach: passed / 900, attraction: stopped / passed, holding_s: 31, presence_h: 12 });
        return {
            camera: "door", from: "2026-11-20T00:00:00.000Z", to: "2026-11-27T00:00:00.000Z", width_m: 12, depth_m: 9, px_per_m: 64, people: 900,
            zones: [zone("Bread", 740, 410, 230, 300), zone("Wine", 160, 70, 40, 30), zone("Milk", 690, 350, 180, 290)],
            fixtures: [{ fixture: "Bread shelf", passed: 730, stopped: 400, touched: 230, standing_h: 4.2 }],
            flows: [{ from: "entrance", to: "Bread", people: 740 }],
            steps: [
                { step: 0, from: "entrance", to: "Bread", people: 740 }, { step: 0, from: "entrance", to: "Wine", people: 160 },
                { step: 1, from: "Bread", to: "Milk", people: 520 }, { step: 1, from: "Bread", to: "exit", people: 220 }, { step: 1, from: "Wine", to: "Milk", people: 160 },
            ],
            findings: [{ kind: "off_the_way", zone: "Wine", part: 160, whole: 900, share: 0.178, usual: 0.767 }, { kind: "dead_floor", square_m: 6.5, zones: [] }],
            paths: [{ path: ["Bread", "Milk"], people: 520 }],
            dead_areas: [{ x_m: 10, y_m: 7, width_m: 1, depth_m: 1, square_m: 1, squares: [28 * columns + 40, 28 * columns + 41, 29 * columns + 40, 29 * columns + 41] }],
            heat: { cell_m: 0.25, columns, rows, presence_s: cells, standing_s: cells, touches: cells.map(() => 0), entries: cells },
            bounce: null,
            sales: null,
            report: "# Zoning\n",
        };
    }

    private spaceCompared() {
        const part = (part: number, whole: number) => ({ part, whole, share: part / whole });
        return {
            before: { from: "2026-11-13T00:00:00.000Z", to: "2026-11-20T00:00:00.000Z", people: 870 },
            after: { from: "2026-11-20T00:00:00.000Z", to: "2026-11-27T00:00:00.000Z", people: 900 },
            zones: [
                { zone: "Bread", what: "reach", before: part(600, 870), after: part(740, 900), difference: 0.133, low: 0.093, high: 0.172, p: 0.00001, significant: true },
                { zone: "Wine", what: "reach", before: part(160, 870), after: part(160, 900), difference: -0.006, low: -0.042, high: 0.03, p: 0.74, significant: false },
            ],
        };
    }

    private heat() {
        const [columns, rows] = [96, 72];
        const seconds = Array.from({ length: columns * rows }, (_, i) => {
            const [x, y] = [i % columns, Math.floor(i / columns)];
            const path = Math.exp(-((y - 26 - x * 0.32) ** 2) / 40) * 60;
            const spot = Math.exp(-((x - 60) ** 2 + (y - 20) ** 2) / 30) * 240;
            return path + spot < 3 ? 0 : path + spot;
        });
        return { width: 768, height: 576, columns, rows, seconds };
    }

    answer(method: string, path: string, query: URLSearchParams, body: Record<string, unknown>, user: User): { value: unknown; status?: number } | null {
        const now = new Date();
        const [, , kind, id, part] = path.split("/");
        const camera = this.cameras.find((known) => known.id === id);
        switch (`${method} ${kind}${id ? "/:" : ""}${part ? `/${part}` : ""}`) {
            case "PATCH me":
                if ("old_password" in body && !this.signIn(user.name, String(body["old_password"]))) throw new Refusal(422, "wrong_old_password", "the old password is wrong");
                if ("password" in body) this.passwords.set(user.name, String(body["password"]));
                if (body["language"]) user.language = body["language"] === "ru" ? "ru" : "en";
                return { value: this.me(user) };
            case "GET shop":
                return { value: { name: "Simulated shop", time_zone: kZone, day_begins: "00:00", closed: [], version: "0.1.0", now: now.toISOString(), first_event: "2026-11-01T08:00:00.000Z", disk_full: false, disk_low: false, staff: "off", sites: [], simulation: null } };
            case "GET now":
                return { value: { people: 5, zones: [{ camera: "door", zone: "road", people: 3 }, { camera: "door", zone: "lawn", people: 2 }], cameras: this.cameras.map(({ id: name, status, reason, reason_code }) => ({ id: name, status, reason, reason_code })), at: now.toISOString() } };
            case "GET counts":
                return { value: this.counts(query) };
            case "GET visits":
                return { value: this.visits(query) };
            case "GET crossings":
                return { value: this.crossings(query) };
            case "GET queues":
                return { value: this.queues(query) };
            case "GET queues/:":
                return { value: this.forecasts() };
            case "GET space":
                return { value: this.space() };
            case "GET space/:":
                return { value: this.spaceCompared() };
            case "GET heat":
                return { value: this.heat() };
            case "GET plan":
                return { value: this.plan };
            case "PUT plan":
                this.plan = { ...this.plan, ...(body as Partial<Plan>), version: `2026-11-23.${++this.planVersion}` };
                return { value: this.plan };
            case "POST plan/:": {
                const points = body["points"] as PointPair[];
                return { value: { calibration: kCalibration, error_cm: 11.4, worst: points.length - 1, points: points.map((_, i) => ({ error_cm: 4 + 3 * i, ...(i === points.length - 1 ? { left_out_cm: 60 } : {}) })) } };
            }
            case "GET paths":
                return { value: this.paths(query) };
            case "GET outages":
                return { value: { outages: [{ camera: "yard", begin: new Date(now.getTime() - 95_000).toISOString(), end: null, reason: "rtsp://10.0.0.9: Connection refused", reason_code: "connection_refused" }, { camera: "", begin: new Date(now.getTime() - 7_200_000).toISOString(), end: new Date(now.getTime() - 7_000_000).toISOString(), reason: "Vitrina did not run", reason_code: "not_running" }] } };
            case "GET cameras":
                return { value: { cameras: this.cameras } };
            case "POST cameras": {
                const added = { ...(this.cameras[0] as Camera), read_only: false, id: `camera-${this.cameras.length}`, name: String(body["name"]), address: String(body["address"]) };
                this.cameras.push(added);
                this.layouts.set(added.id, { version: "picture", valid_from: now.toISOString(), author: "", picture: { width: 768, height: 576 }, zones: [], lines: [] });
                return { value: added, status: 201 };
            }
            case "PATCH cameras/:":
                if (!camera) return null;
                Object.assign(camera, body);
                camera.status = camera.paused ? "paused" : "live";
                return { value: camera };
            case "DELETE cameras/:":
                this.cameras = this.cameras.filter((known) => known !== camera);
                return { value: undefined, status: 204 };
            case "GET cameras/:/layout":
                return camera ? { value: this.layouts.get(camera.id) } : null;
            case "PUT cameras/:/layout": {
                if (!camera) return null;
                const { version, zones, lines, picture } = body as unknown as Layout;
                if (version !== camera.layout) throw new Refusal(409, "layout_changed", `version ${camera.layout} is newer`);
                camera.layout = `2026-11-23.${++this.seq}`;
                const saved = { version: camera.layout, valid_from: now.toISOString(), author: user.name, picture, zones, lines };
                this.layouts.set(camera.id, saved);
                return { value: saved };
            }
            case "GET users":
                return { value: { users: this.users } };
            case "POST users": {
                const added = { id: this.users.length + 1, name: String(body["name"]), role: body["role"] as Role, language: "en" as const, disabled: false, created: now.toISOString() };
                this.users.push(added);
                this.passwords.set(added.name, String(body["password"]));
                return { value: added, status: 201 };
            }
            case "PATCH users/:":
                Object.assign(this.users.find((known) => String(known.id) === id) ?? {}, body);
                return { value: {} };
            case "DELETE users/:":
                this.users = this.users.filter((known) => String(known.id) !== id);
                return { value: undefined, status: 204 };
            case "GET tokens":
                return { value: { tokens: this.tokens } };
            case "POST tokens":
                this.tokens.push({ id: this.tokens.length + 1, name: String(body["name"]), scope: String(body["scope"]), created: now.toISOString(), expires: null, used: null });
                return { value: { ...this.tokens.at(-1), token: "vt_0123456789abcdef0123456789abcdef" }, status: 201 };
            case "DELETE tokens/:":
                this.tokens = this.tokens.filter((token) => String(token.id) !== id);
                return { value: undefined, status: 204 };
            default:
                return null;
        }
    }
}

// A running `vitrina serve` in a folder of its own, simulated cameras for it, and a client: what the tests of
// the running shop share.
//
// VITRINA_PROGRAM is the program (default: the release build), VITRINA_SHARED the folder of clips.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

export const kProgram = process.env.VITRINA_PROGRAM ?? fileURLToPath(new URL("../../build/release/bin/vitrina", import.meta.url));
const kRtspServer = fileURLToPath(new URL("../rtsp_server/rtsp_server.py", import.meta.url));
const kName = "Owner";
const kPassword = "a quite long passphrase";

/** Ends with the test, also with one that failed: what still runs would keep the test's own process alive. */
const children = new Set();
export function start(program, words, options) {
    const child = spawn(program, words, options);
    children.add(child);
    child.once("exit", () => children.delete(child));
    return child;
}
process.on("exit", () => {
    for (const child of children) child.kill("SIGKILL");
});

export function makeFolder() {
    const path = mkdtempSync(join(tmpdir(), "vitrina-live-"));
    return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** A clip of VITRINA_SHARED; null when it isn't there. */
export function sharedClip(name) {
    const shared = process.env.VITRINA_SHARED ?? fileURLToPath(new URL("../../../shared", import.meta.url));
    const path = join(shared, "data/video/intel", name);
    return existsSync(path) ? path : null;
}

/** Why simulated cameras can't be had here; null when they can. */
export function whyNoCameras() {
    const { status } = spawnSync("/usr/bin/python3", ["-c", "import gi; gi.require_version('GstRtspServer', '1.0'); from gi.repository import GstRtspServer"]);
    return status === 0 ? null : "gir1.2-gst-rtsp-server-1.0 is not installed";
}

export async function freePort() {
    const server = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address();
    await new Promise((resolve) => server.close(resolve));
    return port;
}

function ffmpeg(...words) {
    const { status, stderr } = spawnSync("ffmpeg", ["-v", "error", "-y", ...words], { timeout: 120_000 });
    if (status !== 0) throw new Error(`ffmpeg ${words.join(" ")}: ${stderr}`);
}

/** The clip, or its first `seconds`, as small cameras send it, repeated for `hours`. */
export function makeCameraClip(source, target, { seconds = 3600, hours = 1, size = "640:360", rate = 10, keyEvery_s = 2 } = {}) {
    const once = `${target}.once.mp4`;
    ffmpeg("-t", `${seconds}`, "-i", source, "-an", "-vf", `scale=${size},fps=${rate}`, "-c:v", "libx264", "-preset", "veryfast", "-g", `${keyEvery_s * rate}`, "-bf", "0", "-pix_fmt", "yuv420p", once);
    ffmpeg("-stream_loop", `${Math.ceil(hours * 3600)}`, "-i", once, "-t", `${Math.ceil(hours * 3600)}`, "-c", "copy", target);
    rmSync(once);
}

/** The clip for so many cameras that don't show the same moment. To wind it in their server would end that server now and
 *  then: GStreamer's asserts that a wound clip has a rate before it has one. */
export function outOfStep(clip, count, step_s = 17) {
    return Array.from({ length: count }, (_, i) => {
        if (i === 0) return clip;
        const target = clip.replace(/mp4$/u, `${i}.mp4`);
        ffmpeg("-ss", `${i * step_s}`, "-i", clip, "-c", "copy", target);
        return target;
    });
}

/** A minute of a clip of makeCameraClip(), from the key frame at or before `from_s`. */
export function cutMinute(source, target, from_s) {
    ffmpeg("-ss", `${from_s}`, "-i", source, "-t", "60", "-c", "copy", target);
}

export class Cameras {
    constructor(port, clips) {
        this.port = port;
        this.words = [kRtspServer, "--port", `${port}`, ...Object.entries(clips).flatMap(([name, file]) => ["--clip", `${name}=${file}`])];
    }
    /** Until it listens. */
    async start() {
        this.words_said = "";
        this.end = null;
        const server = start("/usr/bin/python3", this.words, { stdio: ["ignore", "pipe", "pipe"] });
        this.process = server;
        server.stderr.on("data", (text) => (this.words_said = (this.words_said + text).slice(-2000)));
        this.ended = new Promise((resolve) => server.once("exit", (code, signal) => resolve((this.end = code ?? signal))));
        const listens = new Promise((resolve) => server.stdout.once("data", resolve)); // it prints its port
        if ((await Promise.race([listens, this.ended.then(() => "ended")])) === "ended") throw new Error(`the cameras' server ended at once: ${this}`);
    }
    async kill() {
        this.process.kill("SIGKILL");
        await this.ended;
    }
    /** How its server does, for who wonders why nobody answers. */
    toString() {
        return `${this.end === null ? "runs" : `ended with ${this.end}`}${this.words_said && `, said ${this.words_said}`}`;
    }
    address(name) {
        return `rtsp://127.0.0.1:${this.port}/${name}`;
    }
}

export class Shop {
    /** `cameras`: as in vitrina.yaml. */
    static async create(folder, cameras, more = "") {
        const shop = new Shop();
        shop.folder = folder;
        shop.port = await freePort();
        shop.url = `http://127.0.0.1:${shop.port}`;
        shop.config = join(folder, "vitrina.yaml");
        shop.data = join(folder, "data");
        shop.configure(cameras, more);
        return shop;
    }
    configure(cameras, more = "") {
        const list = cameras.map((camera) => `  - ${JSON.stringify(camera)}\n`).join("");
        const text = `shop: {name: Test, time_zone: Europe/Berlin}\ndata: ${this.data}\nhttp: {address: 127.0.0.1, port: ${this.port}}\n${more.includes("reserve_mb") ? "" : "reserve_mb: 16\n"}${more}cameras:\n${list}`;
        writeFileSync(this.config, cameras.length > 0 ? text : text.replace("cameras:\n", ""));
    }
    start(environment = {}, program = kProgram) {
        this.log = "";
        this.process = start(program, ["serve", "--config", this.config], { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...environment } });
        this.process.stdout.on("data", (text) => (this.log += text));
        this.process.stderr.on("data", (text) => (this.log += text));
        this.ended = new Promise((resolve) => this.process.once("exit", (code, signal) => resolve(code ?? signal)));
    }
    /** Until it answers. */
    async ready() {
        for (const begin = Date.now(); Date.now() - begin < 60_000; await sleep(50)) {
            if (this.process.exitCode !== null) throw new Error(`vitrina serve ended: ${this.log}`);
            try {
                if ((await fetch(`${this.url}/healthz`)).ok) return;
            } catch {
                // not yet
            }
        }
        throw new Error(`vitrina serve doesn't answer: ${this.log}`);
    }
    async kill(signal = "SIGKILL") {
        this.process.kill(signal);
        return this.ended;
    }
    /** Makes the administrator the first time, and signs in. */
    async signIn() {
        // It is told once the cameras were added, which may be after the first answer.
        const told = () => /token=([A-Z0-9-]+)/u.exec(this.log)?.[1];
        const token = this.isSetUp ? undefined : (await this.until("the setup token is told", told)).value;
        const post = (path, body) => fetch(this.url + path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
        const answer = this.isSetUp
            ? await post("/api/sign-in", { name: kName, password: kPassword })
            : await post("/api/setup", { token, name: kName, password: kPassword, language: "en" });
        if (!answer.ok) throw new Error(`sign in: ${answer.status} ${await answer.text()}`);
        this.isSetUp = true;
        this.cookie = answer.headers.get("set-cookie").split(";")[0];
        this.forgery = (await answer.json()).forgery_token;
    }
    async get(path) {
        const answer = await fetch(this.url + path, { headers: { cookie: this.cookie } });
        if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
        return answer.json();
    }
    async put(path, body) {
        return this.send("PUT", path, body);
    }
    async post(path, body) {
        return this.send("POST", path, body);
    }
    async send(method, path, body) {
        const headers = { cookie: this.cookie, "content-type": "application/json", "x-vitrina-forgery": this.forgery };
        const answer = await fetch(this.url + path, { method, headers, body: JSON.stringify(body) });
        if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
        return answer.json();
    }
    /** All facts of the log. */
    async facts() {
        const facts = [];
        for (let last = 0; ; ) {
            const page = await this.get(`/api/events.json?after=${last}&limit=1000`);
            if (page.events.length === 0) return facts;
            facts.push(...page.events);
            last = page.events.at(-1).seq;
        }
    }
    async camera(id) {
        return this.get(`/api/cameras/${id}`);
    }
    async until(what, condition, timeoutMs = 30_000) {
        const begin = Date.now();
        for (;;) {
            const value = await condition();
            if (value) return { value, ms: Date.now() - begin };
            if (Date.now() - begin > timeoutMs) throw new Error(`${what}: not within ${timeoutMs} ms: ${this.log.slice(-2000)}`);
            await sleep(200); // the server takes 20 requests a second of one address
        }
    }
}

export { sleep };

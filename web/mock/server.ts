// SIMULATED: a stand-in of the server for work on the pages, with made-up figures. Nothing of it is shipped.
//   npm run mock [-- PORT]   VITRINA_DEMO_VIDEO: a video to show; MOCK_TRACKS: its tracks (MOT format, 10 a second)
// Serves docs/api.md and web/dist. Users: the role's name, with the password "password-ROLE".
import { spawn } from "node:child_process";
import { createReadStream, existsSync, readFileSync, statSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { extname, join } from "node:path";

import { MockShop, Refusal } from "./shop.ts";

const port = Number(process.argv[2] ?? 8081);
const video = process.env["VITRINA_DEMO_VIDEO"] ?? "";
const dist = join(import.meta.dirname, "..", "dist");
const shop = new MockShop(process.env["MOCK_TRACKS"], process.env["MOCK_FRESH"] !== undefined);

const kPolicy = "default-src 'self'; img-src 'self' blob:; media-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const kTypes: Record<string, string> = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml" };

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
    let text = "";
    for await (const chunk of request) text += String(chunk);
    return text ? (JSON.parse(text) as Record<string, unknown>) : {};
}

function sendFile(path: string, response: ServerResponse): void {
    let file = join(dist, path);
    if (!file.startsWith(dist) || !existsSync(file) || !statSync(file).isFile()) file = join(dist, "index.html");
    response.writeHead(200, { "Content-Type": kTypes[extname(file)] ?? "application/octet-stream", "Content-Security-Policy": kPolicy });
    createReadStream(file).pipe(response);
}

function ffmpeg(response: ServerResponse, type: string, ...output: string[]): void {
    const at0 = shop.mediaTime();
    const at = at0 % shop.lengthS;
    const program = spawn("ffmpeg", ["-v", "error", "-re", "-stream_loop", "-1", "-ss", String(at), "-i", video, ...output, "-"], { stdio: ["ignore", "pipe", "ignore"] });
    response.writeHead(200, { "Content-Type": type });
    program.stdout.on("data", (bytes: Buffer) => response.write(shifted(bytes, at0)));
    response.on("close", () => program.kill());
}

/** ffmpeg begins at zero; the server's streams begin at the camera's time (timescale 1000). */
function shifted(bytes: Buffer, byS: number): Buffer {
    for (let at = bytes.indexOf("tfdt"); at >= 0; at = bytes.indexOf("tfdt", at + 4)) {
        if (bytes.readUInt32BE(at - 4) === 20) bytes.writeBigUInt64BE(bytes.readBigUInt64BE(at + 8) + BigInt(Math.round(byS * 1000)), at + 8);
    }
    return bytes;
}

function stream(response: ServerResponse): (event: string, data: unknown, id?: number) => void {
    response.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-store" });
    response.write(": begin\n\n");
    return (event, data, id) => response.write(`event: ${event}\n${id === undefined ? "" : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`);
}

function pictureOf(response: ServerResponse): void {
    const program = spawn("ffmpeg", ["-v", "error", "-ss", String(shop.mediaTime() % shop.lengthS), "-i", video, "-frames:v", "1", "-f", "mjpeg", "-"], { stdio: ["ignore", "pipe", "ignore"] });
    response.writeHead(200, { "Content-Type": "image/jpeg", "Cache-Control": "no-store" });
    program.stdout.pipe(response);
}

/** Parts as the real server writes them, out of ffmpeg's bare pictures. */
function mjpeg(response: ServerResponse): void {
    const begin = shop.mediaTime();
    const program = spawn("ffmpeg", ["-v", "error", "-re", "-stream_loop", "-1", "-ss", String(begin % shop.lengthS), "-i", video, "-r", "10", "-f", "mjpeg", "-"], { stdio: ["ignore", "pipe", "ignore"] });
    response.writeHead(200, { "Content-Type": "multipart/x-mixed-replace; boundary=frame" });
    let rest = Buffer.alloc(0);
    let count = 0;
    program.stdout.on("data", (bytes: Buffer) => {
        rest = Buffer.concat([rest, bytes]);
        for (let end = rest.indexOf(Buffer.from([0xff, 0xd9])); end >= 0; end = rest.indexOf(Buffer.from([0xff, 0xd9]))) {
            const picture = rest.subarray(0, end + 2);
            rest = rest.subarray(end + 2);
            response.write(`--frame\r\nContent-Type: image/jpeg\r\nContent-Length: ${picture.length}\r\nX-Media-Time: ${begin + count++ / 10}\r\n\r\n`);
            response.write(picture);
            response.write("\r\n");
        }
    });
    response.on("close", () => program.kill());
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://mock");
    if (url.pathname === "/healthz") return void response.end('{"status":"ok"}');
    if (!url.pathname.startsWith("/api/")) return sendFile(url.pathname, response);

    const cookie = /vitrina=(\w+)/.exec(request.headers.cookie ?? "")?.[1];
    const user = shop.userOf(cookie);
    const route = `${request.method} ${url.pathname}`;
    const json = (value: unknown, status = 200, headers: Record<string, string> = {}): void => {
        response.writeHead(status, { "Content-Type": "application/json", ...headers }).end(value === undefined ? "" : JSON.stringify(value));
    };
    const signedIn = (key: string): void => json(shop.me(shop.userOf(key)), 200, { "Set-Cookie": `vitrina=${key}; HttpOnly; SameSite=Strict; Path=/` });

    if (route === "GET /api/setup") return json({ needed: shop.isFresh() });
    if (route === "POST /api/setup") {
        const key = shop.setUp(await bodyOf(request));
        if (!key) throw new Refusal(401, "wrong_credentials", "this is not the setup token");
        return signedIn(key);
    }
    if (route === "POST /api/sign-in") {
        const { name, password } = await bodyOf(request);
        const key = shop.signIn(String(name), String(password));
        if (!key) throw new Refusal(401, "wrong_credentials", "the name or the password is wrong");
        return signedIn(key);
    }
    if (!user) throw new Refusal(401, "signed_out", "sign in first");
    if (request.method !== "GET" && request.headers["x-vitrina-forgery"] !== "mock") throw new Refusal(403, "forgery", "X-Vitrina-Forgery is missing");
    if (!shop.mayUse(user.role, request.method ?? "", url.pathname)) throw new Refusal(403, "forbidden", `${user.role} may not`);
    if (route === "GET /api/me") return json(shop.me(user));
    if (route === "POST /api/sign-out" || route === "POST /api/sign-out-everywhere") return json(undefined, 204, { "Set-Cookie": "vitrina=; Max-Age=0; Path=/" });
    if (route === "GET /api/live") {
        const send = stream(response);
        const timer = setInterval(() => {
            shop.tracks().forEach((tracks) => send("tracks", tracks));
            send("plan", shop.planNow());
        }, 200);
        return void response.on("close", () => clearInterval(timer));
    }
    if (route === "GET /api/events") {
        const send = stream(response);
        send("hello", { last: shop.lastFact() }, shop.lastFact());
        const timer = setInterval(() => {
            const fact = shop.newFact();
            send("fact", fact, fact.seq);
        }, 4000);
        return void response.on("close", () => clearInterval(timer));
    }
    const camera = /^\/api\/cameras\/([^/]+)\/(picture\.jpg|live\.mp4|live\.mjpeg)$/.exec(url.pathname);
    if (route === "POST /api/cameras/test") {
        const { address, view_address: viewAddress, id } = await bodyOf(request);
        const refuse = (field: string): never => {
            throw new Refusal(422, "no_picture", "rtsp://10.0.0.9: Connection refused", { reason_code: "connection_refused", field });
        };
        if (id === undefined && !String(address).includes("good")) refuse("address");
        if (typeof viewAddress === "string" && viewAddress && !viewAddress.includes("good")) refuse("view_address");
        return pictureOf(response);
    }
    if (camera?.[2] === "picture.jpg") return pictureOf(response);
    if (camera?.[2] === "live.mjpeg") return mjpeg(response);
    if (camera?.[2] === "live.mp4") {
        if (camera[1] === "till") throw new Refusal(406, "no_mp4", "the camera's codec is not H.264");
        return ffmpeg(response, 'video/mp4; codecs="avc1.640028"', "-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-g", "20", "-profile:v", "high", "-pix_fmt", "yuv420p", "-video_track_timescale", "1000", "-movflags", "empty_moov+default_base_moof+frag_every_frame", "-f", "mp4");
    }
    if (url.pathname === "/api/visits.csv") return void response.writeHead(200, { "Content-Type": "text/csv" }).end("id,zone\nvisit-1,till\n");
    const result = shop.answer(request.method ?? "", url.pathname, url.searchParams, await bodyOf(request), user);
    if (result === null) throw new Refusal(404, "not_found", `${url.pathname} is not there`);
    json(result.value, result.status ?? 200);
}

createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
        const refusal = error instanceof Refusal ? error : new Refusal(500, "mock", String(error));
        response.writeHead(refusal.status, { "Content-Type": "application/json" });
        response.end(JSON.stringify({ error: { code: refusal.code, message: refusal.message, ...refusal.details } }));
    });
}).listen(port, () => process.stdout.write(`SIMULATED shop at http://localhost:${port} (${existsSync(dist) ? "with" : "without"} web/dist, ${readFileSync(import.meta.filename).length} bytes of pretence)\n`));

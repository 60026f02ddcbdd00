// The server that the browser tests use: `vitrina serve` of VITRINA_PROGRAM with an empty folder of data and two cameras:
// Door is the demonstration video VITRINA_DEMO_VIDEO, which browsers can't play, and Yard is its beginning as H.264, which
// they can. "simulated" is the server of web/mock, for work on the pages.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { Cameras, freePort, start, whyNoCameras } from "../live/shop.mjs";

const kStartMs = 60_000;
const kMockPort = 18_081;
const kYardS = 10;
const kYardKeyEvery = 20;
const dashboard = fileURLToPath(new URL("../../web/dist", import.meta.url));
const grocery = fileURLToPath(new URL("../../examples/simulation/grocery.yaml", import.meta.url));
const mock = fileURLToPath(new URL("../../web/mock/server.ts", import.meta.url));

/** The first group of the first line that matches. */
async function lineOf(program, pattern) {
    const found = new Promise((resolve) => {
        createInterface(program.stdout).on("line", (line) => {
            const match = pattern.exec(line);
            if (match) resolve(match);
        });
    });
    const ended = once(program, "exit").then(([status]) => assert.fail(`the server ended with ${status}`));
    const late = new Promise((_, reject) => setTimeout(reject, kStartMs, new Error(`the server didn't say ${pattern}`)).unref());
    return Promise.race([found, ended, late]);
}

/** Longer than the tests of this camera, which is served over RTSP until its clip ends. */
const kServedS = 600;

/** The clip of `yard` again and again, as a camera of its own that is added by its address. Null where it can't be served. */
async function serveRtsp(folder, yard) {
    const why = whyNoCameras();
    if (why) return { cameras: null, why };
    const clip = join(folder, "served.mp4");
    execFileSync("ffmpeg", ["-v", "error", "-stream_loop", String(kServedS / kYardS), "-i", yard, "-c", "copy", clip]);
    const cameras = new Cameras(await freePort(), { door: clip });
    await cameras.start();
    return { cameras, why: "" };
}

/** As cameras send it: no picture refers to a later one, and whoever begins to watch waits 2 s at most. */
function writeH264(from, to) {
    const form = ["-an", "-c:v", "libx264", "-preset", "veryfast", "-bf", "0", "-g", String(kYardKeyEvery), "-pix_fmt", "yuv420p"];
    execFileSync("ffmpeg", ["-v", "error", "-i", from, "-t", String(kYardS), ...form, to]);
}

function configOf(door, yard) {
    return `shop: {name: Courtyard, time_zone: Europe/Moscow}
data: data
reserve_mb: 0
http: {port: 0}
cameras:
  - {id: door, name: Door, file: ${JSON.stringify(door)}}
  - {id: yard, name: Yard, file: ${JSON.stringify(yard)}}
`;
}

/** A server of this configuration, with a folder of its own. */
async function startConfigured(config) {
    const program = process.env.VITRINA_PROGRAM;
    assert.ok(program && program !== "simulated", "VITRINA_PROGRAM is the path of vitrina");
    const folder = mkdtempSync(join(tmpdir(), "vitrina-shop-"));
    const path = join(folder, "vitrina.yaml");
    writeFileSync(path, config);
    return serve(program, path, folder);
}

function demoVideo() {
    const video = process.env.VITRINA_DEMO_VIDEO;
    assert.ok(video, "VITRINA_DEMO_VIDEO is not set");
    return video;
}

const kCorner = `shop: {name: Corner, time_zone: Europe/Moscow}
data: data
reserve_mb: 0
http: {port: 0}
`;

/** A simulated shop, which is shown first, beside one with these cameras. */
const startWithSimulated = (days, cameras) => startConfigured(`${kCorner}simulation: {shop: ${JSON.stringify(grocery)}, days: ${days}}\n${cameras}`);

/** A server that shows a simulated grocery beside its own shop, which has no cameras. */
export const startSimulated = () => startWithSimulated(1, "");

/** What scripts/demo.sh serves. */
export const startDemonstration = async () => startWithSimulated(28, `cameras:\n  - {id: demo, name: Courtyard, file: ${JSON.stringify(demoVideo())}}\n`);

/** A server with so many cameras that show the demonstration video, which browsers can't play; without any by default. */
export async function startCameras(count = 0) {
    const cameras = Array.from({ length: count }, (_, i) => `  - {id: camera-${i + 1}, name: Camera ${i + 1}, file: ${JSON.stringify(demoVideo())}}\n`).join("");
    return startConfigured(`${kCorner}analysis: {rate: 1}\n${count > 0 ? "cameras:\n" : ""}${cameras}`);
}

async function startVitrina(program) {
    const video = demoVideo();
    const folder = mkdtempSync(join(tmpdir(), "vitrina-shop-"));
    const config = join(folder, "vitrina.yaml");
    const yard = join(folder, "yard.mp4");
    writeH264(video, yard);
    writeFileSync(config, configOf(video, yard));
    const [server, { cameras, why }] = await Promise.all([serve(program, config, folder), serveRtsp(folder, yard)]);
    return {
        ...server,
        /** The address of a camera that can be added; null where none can be had, and why. */
        address: cameras?.address("door") ?? null,
        whyNoAddress: why,
        pictures: "Door",
        video: "Yard",
        async stop() {
            await server.stop();
            await cameras?.kill();
        },
    };
}

async function serve(program, config, folder) {
    const server = start(program, ["serve", "--config", config, "--dashboard", dashboard], { stdio: ["ignore", "pipe", "pipe"] });
    server.stderr.pipe(createWriteStream(process.env.VITRINA_SERVER_LOG ?? join(folder, "log")));
    const [, url, token] = await lineOf(server, /open (http:\/\/\S+)\/setup\?token=(\S+)/);
    return {
        url,
        token,
        async stop() {
            server.kill();
            await once(server, "exit");
            rmSync(folder, { recursive: true, force: true });
        },
    };
}

async function startMock() {
    const program = start(process.execPath, [mock, String(kMockPort)], { env: { ...process.env, MOCK_FRESH: "1" }, stdio: ["ignore", "pipe", "inherit"] });
    await lineOf(program, /^SIMULATED/);
    return { url: `http://localhost:${kMockPort}`, token: "mock-token", pictures: "Door", video: "Door", address: null, whyNoAddress: "the server is simulated", stop: () => program.kill() };
}

/** With the names of a camera that browsers are shown as pictures, and of one that they are shown as video. */
export function startServer() {
    const program = process.env.VITRINA_PROGRAM;
    assert.ok(program, "VITRINA_PROGRAM is not set: the path of vitrina, or \"simulated\"");
    return program === "simulated" ? startMock() : startVitrina(program);
}

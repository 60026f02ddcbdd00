// Many who listen and watch at once: nobody misses a fact, memory doesn't grow, and the analysis keeps its rate. Short
// by default; VITRINA_LONG_TESTS=1 takes 500 listeners and 10 live pictures for 10 minutes.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { Agent, get } from "node:http";
import { join } from "node:path";
import { test } from "node:test";

import { Cameras, Shop, freePort, makeCameraClip, makeFolder, outOfStep, sleep, whyNoCameras } from "./shop.mjs";

const kLong = Boolean(process.env.VITRINA_LONG_TESTS);
const kListeners = kLong ? 500 : 60;
const kPictures = kLong ? 10 : 4;
const kSeconds = kLong ? 600 : 20;
const kSampleMs = 250;
/** From the middle third to the last, which are 200 s apart, or 7. What a few hundred facts leave is less; were the
 *  pictures of a single viewer of JPEG kept, it would be 80 MB, or 3.3. In the short form buffers still fill meanwhile. */
const kGrowthMaxMb = kLong ? 1 : 3;
// The server takes 20 requests a second of one address, after a first hundred.
const kBetweenRequestsMs = 60;
const demoVideo = process.env.VITRINA_DEMO_VIDEO ?? "";
const skip = whyNoCameras() ?? (existsSync(demoVideo) ? false : "VITRINA_DEMO_VIDEO is not there");

const agent = new Agent({ keepAlive: false, maxSockets: Infinity });

function open(shop, path) {
    return new Promise((resolve, reject) => {
        const request = get(shop.url + path, { agent, headers: { cookie: shop.cookie } }, (answer) => {
            if (answer.statusCode === 200) resolve(answer);
            else reject(new Error(`${path}: ${answer.statusCode}`));
        });
        request.on("error", reject);
    });
}

/** Counts the facts that come, and notices one that is missing or comes twice. */
async function listenToFacts(shop, after) {
    const listener = { last: after, count: 0, ended: false, trouble: null };
    const answer = await open(shop, `/api/events?after=${after}`);
    let rest = "";
    answer.on("data", (bytes) => {
        const events = (rest + bytes).split("\n\n");
        rest = events.pop();
        for (const event of events) {
            if (/^event: gap$/mu.test(event)) listener.trouble ??= "a gap";
            if (!/^event: fact$/mu.test(event)) continue; // "hello" says the place, too
            const sequence = Number(/^id: (\d+)$/mu.exec(event)[1]);
            if (sequence !== listener.last + 1) listener.trouble ??= `${sequence} came after ${listener.last}`;
            listener.last = sequence;
            ++listener.count;
        }
    });
    answer.on("close", () => (listener.ended = true));
    listener.stop = () => answer.destroy();
    return listener;
}

async function watch(shop, path) {
    const viewer = { path, bytes: 0, ended: false };
    const answer = await open(shop, path);
    answer.on("data", (bytes) => (viewer.bytes += bytes.length));
    answer.on("close", () => (viewer.ended = true));
    viewer.stop = () => answer.destroy();
    return viewer;
}

/** Its own memory: pages of files come and go as the system likes, and no leak is in them. */
function memoryMb(pid) {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return ["RssAnon", "RssShmem"].reduce((sum, name) => sum + Number(new RegExp(`${name}:\\s+(\\d+)`, "u").exec(status)[1]) / 1024, 0);
}

const mean = (numbers) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
/** Means of so many parts of equal length. */
const partsOf = (samples, count) => Array.from({ length: count }, (_, i) => mean(samples.slice(Math.floor((i * samples.length) / count), Math.floor(((i + 1) * samples.length) / count))));

test(`${kListeners} listeners and ${kPictures} live pictures for ${kSeconds} s`, { skip, timeout: (kSeconds + 180) * 1000 }, async (t) => {
    const folder = makeFolder();
    const clip = join(folder.path, "clip.mp4");
    makeCameraClip(demoVideo, clip, { hours: kLong ? 1 : 0.1 });
    const ids = ["one", "two"];
    const clips = outOfStep(clip, ids.length);
    const cameras = new Cameras(await freePort(), Object.fromEntries(ids.map((id, i) => [id, clips[i]])));
    await cameras.start();
    const shop = await Shop.create(folder.path, ids.map((id) => ({ id, address: cameras.address(id) })));
    shop.start();
    await shop.ready();
    await shop.signIn();
    await shop.until("cameras are live", async () => (await shop.get("/api/cameras")).cameras.every((camera) => camera.status === "live"));
    await shop.until("facts", async () => (await shop.facts()).length > 0, 60_000);

    const after = (await shop.facts()).at(-1).seq;
    const listeners = [];
    for (let i = 0; i < kListeners; i++) {
        listeners.push(await listenToFacts(shop, after));
        await sleep(kBetweenRequestsMs);
    }
    const viewers = [];
    for (let i = 0; i < kPictures; i++) viewers.push(await watch(shop, `/api/cameras/${ids[i % ids.length]}/live.${i % 4 < 2 ? "mp4" : "mjpeg"}`));
    await sleep(5_000);

    const samples = [];
    const states = async () => (await shop.get("/api/cameras")).cameras;
    const before = await states();
    const begin = Date.now();
    while (Date.now() - begin < kSeconds * 1000) {
        samples.push(memoryMb(shop.process.pid));
        await sleep(kSampleMs);
    }
    const rates = (await states()).map((camera, i) => (camera.analysed - before[i].analysed) / ((Date.now() - begin) / 1000));
    const newest = (await shop.facts()).at(-1).seq;
    await shop.until("everybody has heard of everything", async () => listeners.every((listener) => listener.ended || listener.last >= newest), 10_000);

    const [, middle, last] = partsOf(samples, 3);
    t.diagnostic(`${newest - after} facts to each of ${kListeners}; analysed ${rates.map((rate) => rate.toFixed(1)).join(", ")} a second`);
    t.diagnostic(`memory, each tenth of the time: ${partsOf(samples, 10).map((part) => part.toFixed(1)).join(", ")} MB; the last third ${(last - middle).toFixed(2)} MB above the middle one`);
    t.diagnostic(`live pictures: ${viewers.map(({ path, bytes }) => `${path.split(".")[1]} ${(bytes / kSeconds / 1024).toFixed(0)} KB/s`).join(", ")}`);
    assert.ok(newest > after, "no fact came meanwhile");
    for (const listener of listeners) {
        assert.equal(listener.trouble, null);
        assert.equal(listener.ended, false, "a listener was left");
    }
    for (const viewer of viewers) {
        assert.equal(viewer.ended, false, `${viewer.path} ended`);
        assert.ok(viewer.bytes > kSeconds * 1024, `${viewer.path}: ${viewer.bytes} bytes`);
    }
    for (const rate of rates) assert.ok(rate >= 4.5, `analysed ${rate} a second`);
    assert.ok(last - middle <= kGrowthMaxMb, `memory grew from ${middle.toFixed(2)} to ${last.toFixed(2)} MB`);
    for (const one of [...listeners, ...viewers]) one.stop();
    assert.equal(await shop.kill("SIGTERM"), 0);
    await cameras.kill();
    folder.remove();
});

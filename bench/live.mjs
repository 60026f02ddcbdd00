// How many cameras a running shop analyses without falling behind: for each number of simulated cameras (RTSP, H.264,
// 640x360, 10 pictures a second, out of step with each other), what each was analysed at, the delay from a picture
// to its facts, processor time by thread and memory, all and per camera; at one of the numbers also how long a visit or a
// crossing takes to a page, from the picture that settles it until the number there counts it. Not over midnight of the
// shop's day, at which the page's numbers begin anew.
// live.mjs --clip FILE [--clip FILE...] [--cameras 1,4,8] [--page 8] [--seconds 60] [--json FILE];
// scripts/bench.sh live calls it. VITRINA_PROGRAM is the program.
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { openPage, settled, startBrowser } from "../tests/browser/browser.mjs";
import { Cameras, Shop, freePort, makeCameraClip, makeFolder, outOfStep, sleep } from "../tests/live/shop.mjs";

const { values: options } = parseArgs({
    options: {
        clip: { type: "string", multiple: true },
        cameras: { type: "string", default: "1,4,8,12,16" },
        page: { type: "string", default: "8" },
        seconds: { type: "string", default: "60" },
        json: { type: "string" },
    },
});
const kSettleMs = 15_000;
const kShownWithinMs = 5_000; // what the page has not counted by then it never does
const kTicksPerSecond = 100; // of /proc/PID/stat, on every Linux
/** Between these numbers of cameras memory is told for each. */
const [kFewCameras, kManyCameras] = [4, 16];
const seconds = Number(options.seconds);

/** The q-th part of the numbers lies below. */
function quantile(numbers, q) {
    const sorted = [...numbers].sort((a, b) => a - b);
    return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? NaN;
}

/** Seconds that the process has used, by the names of its threads. */
function processorTime(pid) {
    const byName = new Map();
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
        const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, "utf8");
        const name = stat.slice(stat.indexOf("(") + 1, stat.lastIndexOf(")"));
        const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
        byName.set(name, (byName.get(name) ?? 0) + (Number(fields[11]) + Number(fields[12])) / kTicksPerSecond);
    }
    return byName;
}

const residentMb = (pid) => Number(/VmRSS:\s+(\d+)/u.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]) / 1024;

/** In the page, before all else: what it says of today whenever that has changed and is drawn, what each picture of the
    cameras settled, and how old they are when they are here. The clocks are one computer's. */
function keepLog() {
    const log = { values: [], settled: {}, pictures: [] };
    window.log = log;
    new EventSource("/api/live").addEventListener("tracks", ({ data }) => {
        const { at, facts = [] } = JSON.parse(data);
        log.pictures.push(Date.now() - Date.parse(at));
        for (const id of facts) log.settled[id] = Date.parse(at);
    });
    const last = {};
    const read = () => {
        const at = Date.now();
        const see = (name, text) => {
            const value = Number(text.replace(/\D/gu, ""));
            if (last[name] !== value) log.values.push({ name, value, at });
            last[name] = value;
        };
        for (const figure of document.querySelectorAll(".figure-card")) {
            const name = figure.querySelector("h2").textContent;
            const value = figure.querySelector(".figure-value");
            if (value && (name === "Came in" || name === "Went out")) see(name, value.textContent);
        }
        for (const link of document.querySelectorAll(".by-zone a")) {
            const query = new URL(link.href).searchParams;
            see(`${query.get("camera")} ${query.get("zone")}`, link.textContent);
        }
    };
    let isAsked = false;
    addEventListener("DOMContentLoaded", () => {
        new MutationObserver(() => {
            if (isAsked) return;
            isAsked = true;
            requestAnimationFrame(() => setTimeout(() => { // after the picture that shows it
                isAsked = false;
                read();
            }));
        }).observe(document.body, { subtree: true, childList: true, characterData: true });
    });
}

/** The number on the page that the fact raises; undefined for a fact of another kind. */
function numberOf(fact) {
    if (fact.kind === "visit") return `${fact.camera} ${fact.zone}`;
    return fact.kind === "crossing" ? (fact.direction === "in" ? "Came in" : "Went out") : undefined;
}

/** Of each visit and crossing that was recorded in [from, until): when it was over, when the picture that settles it was
    taken, when it was recorded, when the page counted it; NaN where no picture did, Infinity where the page never did.
    `facts` are all of the shop, so that each knows the value of the number that counts it. */
function waysOf(log, facts, from, until) {
    const counts = {};
    const ways = [];
    for (const fact of facts) {
        const name = numberOf(fact);
        if (!name) continue;
        if (fact.op === "retract") throw new Error(`${fact.id} was taken back: the page's numbers don't only grow`);
        if (fact.op !== "add") continue;
        const count = (counts[name] = (counts[name] ?? 0) + 1);
        const recorded = Date.parse(fact.recorded);
        if (recorded < from || recorded >= until) continue;
        const shown = log.values.find((seen) => seen.name === name && seen.value >= count)?.at ?? Infinity;
        ways.push({ kind: fact.kind, over: Date.parse(fact.at ?? fact.end), settled: log.settled[fact.id] ?? NaN, recorded, shown });
    }
    return ways;
}

const quantiles = (numbers) => ({ count: numbers.length, ms_p50: quantile(numbers, 0.5), ms_p95: quantile(numbers, 0.95) });

function figuresOf(log, ways) {
    const told = ways.filter((way) => !Number.isNaN(way.settled));
    const of = (all, kind) => all.filter((way) => way.kind === kind);
    const toPage = (some) => quantiles(some.map((way) => way.shown - way.settled));
    const toSettling = (some) => quantiles(some.map((way) => way.settled - way.over));
    return {
        from_picture: { all: toPage(told), visits: toPage(of(told, "visit")), crossings: toPage(of(told, "crossing")) },
        from_picture_to_record: quantiles(told.map((way) => way.recorded - way.settled)),
        until_settled: { visits: toSettling(of(told, "visit")), crossings: toSettling(of(told, "crossing")) },
        from_crossing: quantiles(of(ways, "crossing").map((way) => way.shown - way.over)),
        without_picture: ways.length - told.length,
        never_shown: ways.filter((way) => way.shown === Infinity).length,
        pictures: quantiles(log.pictures),
    };
}

async function measurePage(shop) {
    const chromium = await startBrowser();
    try {
        const { page, context } = await openPage(chromium.browser, shop.url);
        const [name, value] = shop.cookie.split("=");
        await context.addCookies([{ name, value, url: shop.url }]);
        await page.addInitScript(keepLog);
        await page.goto("/today");
        await settled(page);
        const from = Date.now();
        await sleep(seconds * 1000);
        const until = Date.now();
        await sleep(kShownWithinMs);
        const log = await page.evaluate(() => window.log);
        return figuresOf(log, waysOf(log, await shop.facts(), from, until));
    } finally {
        await chromium.stop();
    }
}

async function measure(folder, clips, count, withPage) {
    const ids = Array.from({ length: count }, (_, i) => `camera-${i + 1}`);
    const cameras = new Cameras(await freePort(), Object.fromEntries(ids.map((id, i) => [id, clips[i % clips.length]])));
    await cameras.start();
    const shop = await Shop.create(folder, ids.map((id) => ({ id, address: cameras.address(id) })));
    shop.data = join(folder, `data${count}`);
    shop.configure(ids.map((id) => ({ id, address: cameras.address(id) })));
    shop.start();
    await shop.ready();
    await shop.signIn();
    const states = async () => (await shop.get("/api/cameras")).cameras;
    await shop.until("cameras are live", async () => (await states()).every((camera) => camera.status === "live" && camera.analysed > 0), 60_000);
    // A door in the middle of each picture, so that there are crossings.
    const door = { name: "door", from: [320, 360], to: [320, 0] };
    for (const id of ids) await shop.put(`/api/cameras/${id}/layout`, { change: "moved_now", picture: { width: 640, height: 360 }, lines: [door] });
    await sleep(kSettleMs);
    // Memory is told without a page, after as long as where there is none.
    const alone_mb = withPage ? (await sleep(seconds * 1000), residentMb(shop.process.pid)) : undefined;
    const before = await states();
    const timeBefore = processorTime(shop.process.pid);
    const serverBefore = processorTime(cameras.process.pid);
    const begin = Date.now();
    const page = withPage ? await measurePage(shop) : (await sleep(seconds * 1000), null);
    const after = await states();
    const span_s = (Date.now() - begin) / 1000;
    const perSecond = (key) => after.map((camera, i) => (camera[key] - before[i][key]) / span_s);
    const timeAfter = processorTime(shop.process.pid);
    const cores = Object.fromEntries([...timeAfter].map(([name, time]) => [name, (time - (timeBefore.get(name) ?? 0)) / span_s]));
    const sum = (numbers) => numbers.reduce((a, b) => a + b, 0);
    const result = {
        cameras: count,
        analysed_per_second: { least: Math.min(...perSecond("analysed")), mean: sum(perSecond("analysed")) / count },
        decoded_per_second: { least: Math.min(...perSecond("decoded")) },
        people_mean: sum(after.map((camera) => camera.people)) / count,
        delay_ms_p95: Math.max(...after.map((camera) => camera.analysis_delay_ms_p95)),
        cores: { ...cores, all: sum(Object.values(cores)) },
        cameras_server_cores: (sum([...processorTime(cameras.process.pid).values()]) - sum([...serverBefore.values()])) / span_s,
        resident_mb: alone_mb ?? residentMb(shop.process.pid),
        ...(page && { resident_with_page_mb: residentMb(shop.process.pid) }),
        ...(page && { page }),
    };
    await shop.kill("SIGTERM");
    await cameras.kill();
    return result;
}

const folder = makeFolder();
const report = { cpu: cpus()[0].model, cores: cpus().length, seconds, results: [] };
try {
    const each = Math.ceil(Math.max(...options.cameras.split(",").map(Number)) / options.clip.length);
    const variants = options.clip.map((source, i) => {
        const target = join(folder.path, `clip${i}.mp4`);
        makeCameraClip(source, target, { hours: 0.5 });
        return outOfStep(target, each);
    });
    // One of each clip, then the next of each.
    const clips = Array.from({ length: each }, (_, variant) => variants.map((of) => of[variant])).flat();
    for (const count of options.cameras.split(",").map(Number)) {
        const result = await measure(folder.path, clips, count, count === Number(options.page));
        report.results.push(result);
        const { analysed_per_second: analysed, cores } = result;
        console.log(
            `${String(count).padStart(3)} cameras: analysed ${analysed.least.toFixed(2)} a second at least (mean ${analysed.mean.toFixed(2)}), ` +
                `frame to facts ${result.delay_ms_p95.toFixed(0)} ms (95 %), ${cores.all.toFixed(2)} cores, ` +
                `${result.resident_mb.toFixed(0)} MB without a page${result.page ? `, ${result.resident_with_page_mb.toFixed(0)} MB after one` : ""}`,
        );
        const parts = Object.entries(cores).filter(([name, value]) => name !== "all" && value >= 0.005);
        console.log(`    cores: ${parts.map(([name, value]) => `${name} ${value.toFixed(2)}`).join(", ")}; the cameras' server ${result.cameras_server_cores.toFixed(2)}`);
        if (result.page) {
            const { from_picture: way, until_settled: settling, ...page } = result.page;
            const words = ({ count, ms_p50, ms_p95 }) => `${count}, ${ms_p50} ms (95 %: ${ms_p95} ms)`;
            console.log(`    on the page after the picture that settled them: visits and crossings ${words(way.all)}; visits ${words(way.visits)}; crossings ${words(way.crossings)}`);
            console.log(`    of that until they were recorded: ${words(page.from_picture_to_record)}; not counted above: ${page.without_picture} without a picture; never on the page: ${page.never_shown}`);
            console.log(`    settled after the line was crossed: ${words(settling.crossings)}; after the last sight of the visit: ${words(settling.visits)}; on the page after the line was crossed: ${words(page.from_crossing)}`);
            console.log(`    people on the page after their picture: ${words(page.pictures)}`);
        }
    }
    const [few, many] = [kFewCameras, kManyCameras].map((count) => report.results.find(({ cameras }) => cameras === count));
    if (few && many) {
        report.mb_per_camera = (many.resident_mb - few.resident_mb) / (kManyCameras - kFewCameras);
        console.log(`memory per camera: ${report.mb_per_camera.toFixed(1)} MB (from ${few.resident_mb.toFixed(0)} MB with ${kFewCameras} to ${many.resident_mb.toFixed(0)} MB with ${kManyCameras}, without a page)`);
    }
} finally {
    folder.remove();
}
if (options.json) writeFileSync(options.json, `${JSON.stringify(report, null, 1)}\n`);

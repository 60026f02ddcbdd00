// How many cameras a running shop analyses without falling behind: for each number of simulated cameras (RTSP, H.264,
// 640x360, 10 pictures a second, out of step with each other), what each was analysed at, the delay from a picture
// to its facts, processor time by thread and memory; at one of the numbers also how long facts take to a page.
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
const kTicksPerSecond = 100; // of /proc/PID/stat, on every Linux
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

/** From a crossing's moment, from a fact's moment in the records and from a picture's moment to a page that has drawn them. */
async function measurePage(shop) {
    const chromium = await startBrowser();
    try {
        const { page, context } = await openPage(chromium.browser, shop.url);
        const [name, value] = shop.cookie.split("=");
        await context.addCookies([{ name, value, url: shop.url }]);
        await page.addInitScript(() => {
            window.delays = { facts: [], crossings: [], pictures: [] };
            // The page shows a fact when it next changes; the two clocks are one computer's.
            const waiting = [];
            new EventSource("/api/events").addEventListener("fact", ({ data }) => waiting.push(JSON.parse(data)));
            new EventSource("/api/live").addEventListener("tracks", ({ data }) => window.delays.pictures.push(Date.now() - Date.parse(JSON.parse(data).at)));
            addEventListener("DOMContentLoaded", () => {
                new MutationObserver(() => {
                    const changed = Date.now();
                    requestAnimationFrame(() => {
                        for (const fact of waiting.splice(0)) {
                            window.delays.facts.push(changed - Date.parse(fact.recorded));
                            if (fact.kind === "crossing") window.delays.crossings.push(changed - Date.parse(fact.at));
                        }
                    });
                }).observe(document.querySelector("#root") ?? document.body, { subtree: true, childList: true, characterData: true });
            });
        });
        await page.goto("/today");
        await settled(page);
        await sleep(seconds * 1000);
        return await page.evaluate(() => window.delays);
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
        resident_mb: residentMb(shop.process.pid),
        ...(page && {
            page: {
                facts: page.facts.length,
                fact_ms_p50: quantile(page.facts, 0.5),
                fact_ms_p95: quantile(page.facts, 0.95),
                crossings: page.crossings.length,
                crossing_ms_p50: quantile(page.crossings, 0.5),
                crossing_ms_p95: quantile(page.crossings, 0.95),
                pictures: page.pictures.length,
                picture_ms_p95: quantile(page.pictures, 0.95),
            },
        }),
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
                `frame to facts ${result.delay_ms_p95.toFixed(0)} ms (95 %), ${cores.all.toFixed(2)} cores, ${result.resident_mb.toFixed(0)} MB`,
        );
        const parts = Object.entries(cores).filter(([name, value]) => name !== "all" && value >= 0.005);
        console.log(`    cores: ${parts.map(([name, value]) => `${name} ${value.toFixed(2)}`).join(", ")}; the cameras' server ${result.cameras_server_cores.toFixed(2)}`);
        if (result.page) {
            const { page } = result;
            console.log(`    on the page: ${page.facts} facts, ${page.fact_ms_p50} ms after they were recorded (95 %: ${page.fact_ms_p95} ms); ${page.crossings} crossings, ${page.crossing_ms_p50} ms after the line was crossed (95 %: ${page.crossing_ms_p95} ms); ${page.pictures} pictures, 95 % within ${page.picture_ms_p95} ms`);
        }
    }
} finally {
    folder.remove();
}
if (options.json) writeFileSync(options.json, `${JSON.stringify(report, null, 1)}\n`);

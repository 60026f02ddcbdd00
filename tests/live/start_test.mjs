// What keeps `vitrina serve` from starting, and what must not: messages that say what and where, exit codes, a
// full disk, what systemd is told, a graceful end.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, describe, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";

import { Shop, kProgram, makeFolder, sleep, start } from "./shop.mjs";

const demoVideo = process.env.VITRINA_DEMO_VIDEO ?? "";
const noVideo = existsSync(demoVideo) ? false : "VITRINA_DEMO_VIDEO is not there";
const isRoot = process.getuid() === 0;

const kDisk = 24 * 1024 * 1024;
/** Each has a shop of its own, and waits most of the time. */
const kAtOnce = 3;
/** What systemd is said to wait for a sign of life; it is recommended to give one in half of that time. */
const kWatchdogMs = 10_000;

let folder;
before(() => {
    folder = makeFolder();
});
after(() => folder.remove());

let count = 0;
const newShop = (cameras = [], more = "") => {
    const path = join(folder.path, `shop${++count}`);
    mkdirSync(path);
    return Shop.create(path, cameras, more);
};

/** Until it has ended; the other tests go on meanwhile. */
const run = (program, words, environment = {}) =>
    new Promise((resolve) => execFile(program, words, { env: { ...process.env, ...environment } }, (error, stdout, stderr) => resolve({ status: error ? (error.code ?? error.signal) : 0, stdout, stderr })));

async function refused(shop, exitCode, ...words) {
    shop.start();
    const code = await Promise.race([shop.ended, sleep(20_000).then(() => "still runs")]);
    if (code === "still runs") await shop.kill();
    assert.equal(code, exitCode, shop.log);
    for (const word of words) assert.match(shop.log, word);
}

/** What a program tells systemd, with the moments. By Python: Node.js has no sockets of datagrams that lie in the file system. */
async function listenAsSystemd(path) {
    const program = "import socket, sys\ns = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)\ns.bind(sys.argv[1])\nprint('listens', flush=True)\nwhile True: print(s.recv(4096).decode(), flush=True)";
    const listener = start("/usr/bin/python3", ["-c", program, path], { stdio: ["ignore", "pipe", "inherit"] });
    const lines = createInterface(listener.stdout);
    await Promise.race([once(lines, "line"), once(listener, "exit").then(() => assert.fail("the listener ended"))]);
    const told = [];
    lines.on("line", (what) => told.push({ what, at: Date.now() }));
    return { path, told, stop: () => listener.kill() };
}

describe("vitrina serve", { concurrency: kAtOnce }, () => {
    test("a full disk loses no fact", { skip: noVideo || (!isRoot && "a small disk can't be mounted without root") }, async (t) => {
        const shop = await newShop([{ id: "yard", file: demoVideo }], "reserve_mb: 4\n");
        mkdirSync(shop.data);
        if ((await run("mount", ["-t", "tmpfs", "-o", `size=${kDisk}`, "none", shop.data])).status !== 0) return t.skip("a small disk can't be mounted here");
        try {
            const { blocks, bsize } = statfsSync(shop.data);
            if (blocks * bsize !== kDisk) return t.skip(`a disk of ${kDisk} bytes was mounted and has ${blocks * bsize}`);
            shop.start();
            await shop.ready();
            await shop.signIn();
            await shop.until("facts", async () => (await shop.facts()).length > 3, 60_000);
            // What was set aside may be given back at once: what is free then says nothing.
            const filled = await run("dd", ["if=/dev/zero", `of=${join(shop.data, "filler")}`, "bs=64k", `count=${(2 * kDisk) / 65_536}`], { LC_ALL: "C" });
            assert.match(filled.stderr, /No space left/u);
            const before = await shop.facts();
            await shop.until("facts on the full disk", async () => (await shop.facts()).length > before.length + 3, 60_000);
            const facts = await shop.facts();
            assert.deepEqual(facts.slice(0, before.length), before);
            assert.equal((await shop.get("/api/shop")).disk_full, true);
            assert.equal((await (await fetch(`${shop.url}/healthz`)).json()).status, "degraded");
            await shop.until("the log says so", () => /the disk is full: what was set aside is being used/u.test(shop.log));
            assert.equal(await shop.kill("SIGTERM"), 0);
            shop.start();
            await shop.ready();
            await shop.signIn();
            const later = await shop.facts();
            assert.deepEqual(later.slice(0, facts.length), facts);
        } finally {
            if (shop.process) await shop.kill();
            await run("umount", [shop.data]);
        }
    });

    test("ends within five seconds, with 0, and begins again", { skip: noVideo }, async () => {
        const shop = await newShop([{ id: "yard", file: demoVideo }]);
        shop.start();
        await shop.ready();
        await sleep(2_000);
        const begin = Date.now();
        assert.equal(await shop.kill("SIGTERM"), 0);
        assert.ok(Date.now() - begin < 5_000, `${Date.now() - begin} ms`);
        shop.start();
        await shop.ready();
        assert.equal(await shop.kill("SIGINT"), 0);
    });

    test("what is installed runs, with its pages and its unit", async () => {
        const shop = await newShop();
        const prefix = join(folder.path, "usr");
        const built = fileURLToPath(new URL("..", pathToFileURL(kProgram))); // build/release
        const installed = await run("cmake", ["--install", built, "--prefix", prefix]);
        assert.equal(installed.status, 0, installed.stderr);
        const unit = readFileSync(join(prefix, "lib/systemd/system/vitrina.service"), "utf8");
        assert.ok(unit.includes(`ExecStart=${prefix}/bin/vitrina serve --config /etc/vitrina/vitrina.yaml`), unit);
        assert.ok(!unit.includes("/usr/local"), unit);
        shop.start({}, join(prefix, "bin/vitrina"));
        await shop.ready();
        const page = await fetch(`${shop.url}/`);
        assert.equal(page.status, 200);
        assert.match(await page.text(), /<div id="app">/u);
        assert.equal(await shop.kill("SIGTERM"), 0);
    });

    test("a camera whose password's key was lost is shown, takes the password again, and can be removed", async () => {
        const shop = await newShop();
        shop.start();
        await shop.ready();
        await shop.signIn();
        for (const name of ["Door", "Yard"]) await shop.post("/api/cameras", { name, address: `rtsp://127.0.0.1:1/${name}`, user: "viewer", password: "s3cret" });
        await shop.kill("SIGTERM");
        rmSync(join(shop.data, "vitrina.key"));
        shop.start();
        await shop.ready();
        await shop.signIn();
        const told = async (id) => {
            const { status, reason_code } = await shop.camera(id);
            return [status, reason_code];
        };
        await shop.until("the cameras are there", async () => (await shop.get("/api/cameras")).cameras.length === 2);
        assert.deepEqual(await told("door"), ["paused", "password_lost"]);
        assert.match(shop.log, /camera door: .*give its password again/u);
        await assert.rejects(shop.send("PATCH", "/api/cameras/door", { name: "Front door" }), /422.*password_needed/u);
        await shop.send("PATCH", "/api/cameras/door", { user: "viewer", password: "s3cret" });
        assert.notEqual((await told("door"))[0], "paused");
        const headers = { cookie: shop.cookie, "x-vitrina-forgery": shop.forgery };
        assert.equal((await fetch(`${shop.url}/api/cameras/yard`, { method: "DELETE", headers })).status, 204);
        assert.equal(await shop.kill("SIGTERM"), 0);
    });

    test("reads its configuration again on SIGHUP: cameras at once, the rest is refused in words", { skip: noVideo }, async () => {
        const shop = await newShop([{ id: "yard", file: demoVideo }]);
        shop.start();
        await shop.ready();
        await shop.signIn();
        const port = shop.port;
        shop.configure([{ id: "garden", file: demoVideo }], "analysis: {threads: 1}\n");
        shop.process.kill("SIGHUP");
        await shop.until("the new camera", async () => (await shop.get("/api/cameras")).cameras.map((camera) => camera.id).join() === "garden");
        assert.match(shop.log, /analysis\.threads.*next start/u);
        writeFileSync(shop.config, "cameras: [{id: x}]\n");
        shop.process.kill("SIGHUP");
        await shop.until("the refusal", async () => /stays as it was/u.test(shop.log));
        assert.equal((await shop.get("/api/cameras")).cameras.length, 1);
        assert.equal(shop.port, port);
        await shop.kill("SIGTERM");
    });

    test("a password is reset without the secrets of the configuration", async () => {
        const shop = await newShop([{ id: "door", address: "rtsp://127.0.0.1:1/", user: "viewer", password: "${VITRINA_TEST_SECRET}" }]);
        shop.start({ VITRINA_TEST_SECRET: "s3cret" });
        await shop.ready();
        await shop.signIn();
        const reset = await run(kProgram, ["reset-password", "--config", shop.config, "Owner"]);
        assert.equal(reset.status, 0, reset.stderr);
        const password = /is now: (\S+)/u.exec(reset.stdout)[1];
        const answer = await fetch(`${shop.url}/api/sign-in`, {
            method: "POST",
            headers: { "content-type": "application/json" },
            body: JSON.stringify({ name: "Owner", password }),
        });
        assert.equal(answer.status, 200);
        assert.equal((await fetch(`${shop.url}/api/me`, { headers: { cookie: shop.cookie } })).status, 401, "the old sessions ended");
        assert.equal(await shop.kill("SIGTERM"), 0);
    });

    test("systemd is told when it is ready, that it lives, that it reloads and that it stops", async () => {
        const shop = await newShop();
        const systemd = await listenAsSystemd(join(shop.folder, "notify"));
        const isFeeding = ({ what }) => what === "WATCHDOG=1";
        const steps = () => systemd.told.filter((one) => !isFeeding(one)).map(({ what }) => what);
        const fed = () => systemd.told.filter(isFeeding).length;
        shop.start({ NOTIFY_SOCKET: systemd.path, WATCHDOG_USEC: String(kWatchdogMs * 1000) });
        await shop.until("it is ready", () => steps().length > 0);
        assert.equal((await fetch(`${shop.url}/healthz`)).status, 200, "who is ready answers");
        await shop.until("it is fed again and again", () => fed() >= 3);
        shop.process.kill("SIGHUP");
        await shop.until("it is ready again", () => steps().length >= 3);
        const before = fed();
        await shop.until("it is fed as before", () => fed() > before);
        assert.equal(await shop.kill("SIGTERM"), 0);
        await shop.until("the end is told", () => steps().length >= 4);
        systemd.stop();
        assert.deepEqual(steps(), ["READY=1", "RELOADING=1", "READY=1", "STOPPING=1"]);
        const pauses = systemd.told.slice(1).map(({ at }, i) => at - systemd.told[i].at);
        assert.ok(Math.max(...pauses) < kWatchdogMs / 2, `between two signs of life: ${pauses.join(", ")} ms`);
    });

    test("a database that another program holds is told", async () => {
        const shop = await newShop();
        shop.start();
        await shop.ready();
        await shop.kill("SIGTERM");
        const holder = start("/usr/bin/python3", ["-c", `import sqlite3, time; d = sqlite3.connect(${JSON.stringify(join(shop.data, "vitrina.db"))}); d.execute("begin exclusive"); print("held", flush=True); time.sleep(60)`]);
        await new Promise((resolve, reject) => {
            holder.stdout.once("data", resolve);
            holder.once("exit", (code) => reject(new Error(`the holder ended with ${code}`)));
        });
        await refused(shop, 1, /vitrina\.db/u, /lock|another/u);
        holder.kill();
    });

    test("a database that is none, or of a newer Vitrina, is refused and left as it is", async () => {
        const shop = await newShop();
        mkdirSync(shop.data);
        const database = join(shop.data, "vitrina.db");
        const text = "This is not a database, it is somebody's diary. ".repeat(100);
        writeFileSync(database, text);
        await refused(shop, 1, /vitrina\.db/u);
        assert.equal(readFileSync(database, "utf8"), text);

        const newer = await newShop();
        newer.start();
        await newer.ready();
        await newer.kill("SIGTERM");
        const raised = await run("/usr/bin/python3", ["-c", `import sqlite3; d = sqlite3.connect(${JSON.stringify(join(newer.data, "vitrina.db"))}); d.execute("pragma user_version = 9999"); d.commit()`]);
        assert.equal(raised.status, 0);
        await refused(newer, 1, /newer/u);
    });

    test("what serving needs beside vitrina.yaml is told by --check", async () => {
        const shop = await newShop([], "receipts: {folder: /proc/nowhere/x}\nsimulation: {shop: /nowhere.yaml}\n");
        const check = await run(kProgram, ["serve", "--config", shop.config, "--check"], { VITRINA_CACHE: join(folder.path, "none") });
        assert.equal(check.status, 2);
        for (const word of [/receipts\.folder: /u, /simulation\.shop: /u, /network centernet: /u]) assert.match(check.stderr, word);
    });

    test("a port in use is named", async () => {
        const shop = await newShop();
        const other = createServer().listen(shop.port, "127.0.0.1");
        await new Promise((resolve) => other.once("listening", resolve));
        await refused(shop, 2, new RegExp(`${shop.port}`, "u"), /in use/u);
        other.close();
    });

    test("broken YAML and wrong values are told with line and key, and end with 2", async () => {
        const shop = await newShop();
        writeFileSync(shop.config, "http:\n  prot: 80\n");
        await refused(shop, 2, /vitrina\.yaml:2:3/u, /prot/u, /port/u);
        writeFileSync(shop.config, "http: {port: 80\n");
        await refused(shop, 2, /vitrina\.yaml:/u);
        const check = await run(kProgram, ["serve", "--config", shop.config, "--check"]);
        assert.equal(check.status, 2);
    });

    test("a folder that can't be written is told", { skip: isRoot && "root may write everywhere" }, async () => {
        const shop = await newShop();
        mkdirSync(shop.data);
        chmodSync(shop.data, 0o500);
        await refused(shop, 2, /data.*can't be written/u);
    });
});

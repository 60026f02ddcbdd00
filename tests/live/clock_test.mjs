// The computer's clock is set an hour on and an hour back while the shop runs: it goes on counting, no visit gets
// longer or ends before it began, nobody is signed out.
import assert from "node:assert/strict";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";

import { Shop, kProgram, makeFolder, sleep } from "./shop.mjs";

const demoVideo = process.env.VITRINA_DEMO_VIDEO ?? "";
const skip = existsSync(demoVideo) ? false : "VITRINA_DEMO_VIDEO is not there";
const kHour_s = 3600;
const kLibrary = fileURLToPath(new URL("../tests/shifted_clock.so", pathToFileURL(kProgram)));

function makeClock(folder) {
    const shift = join(folder, "shift");
    const set = (seconds) => {
        const bytes = Buffer.alloc(8);
        bytes.writeBigInt64LE(BigInt(seconds));
        writeFileSync(shift, bytes, { flag: existsSync(shift) ? "r+" : "w" }); // in place: it is mapped
    };
    set(0);
    return { set, environment: { LD_PRELOAD: kLibrary, TEST_CLOCK_SHIFT: shift } };
}

test("the clock is set an hour on, and back again", { skip, timeout: 240_000 }, async () => {
    const folder = makeFolder();
    const clock = makeClock(folder.path);
    const shop = await Shop.create(folder.path, [{ id: "door", file: demoVideo }]);
    const begin = Date.now();
    shop.start(clock.environment);
    await shop.ready();
    await shop.signIn();
    const somebodyIsThere = () => shop.until("somebody is there", async () => (await shop.get("/api/now")).zones.some((zone) => zone.people > 0), 60_000);
    const said = () => shop.log.split("clock was set").length - 1;
    await somebodyIsThere();
    let jumps = 0;
    for (const shift_s of [kHour_s, 0]) {
        await sleep(3_000);
        const { analysed } = await shop.camera("door");
        clock.set(shift_s);
        await shop.until("the jump is seen", () => said() > jumps);
        jumps = said();
        await shop.until("the camera is looked at", async () => {
            const camera = await shop.camera("door");
            return camera.status === "live" && camera.analysed > analysed + 10;
        });
        await somebodyIsThere();
        const { at } = await shop.get("/api/now");
        assert.ok(Math.abs(Date.parse(at) - Date.now() - shift_s * 1000) < 5_000, "the page tells the time of the clock");
    }
    assert.equal(jumps, 2);
    assert.equal(await shop.kill("SIGTERM"), 0);
    const ran_s = (Date.now() - begin) / 1000;

    shop.start(clock.environment);
    await shop.ready();
    await shop.signIn();
    const facts = await shop.facts();
    const visits = facts.filter(({ kind }) => kind === "visit");
    assert.ok(visits.length >= 3, `each jump and the end close visits: ${visits.length}`);
    for (const { begin: from, end: to } of visits) {
        const dwell_s = (Date.parse(to) - Date.parse(from)) / 1000;
        assert.ok(dwell_s >= 0 && dwell_s <= ran_s, `a visit of ${dwell_s} s in ${ran_s} s: ${from} to ${to}`);
    }
    const ids = facts.filter(({ op }) => op === "add").map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length, "no fact is told twice");
    assert.ok(visits.some(({ begin: from }) => Date.parse(from) > begin + (kHour_s - 60) * 1000), "some lie in the hour that was set");
    assert.equal(await shop.kill("SIGTERM"), 0);
    folder.remove();
});

// What survives kill -9: no fact that was told is lost, no visit is counted twice, and a visit that was open loses
// at most five seconds. Short by default; VITRINA_LONG_TESTS=1 kills 200 times.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { join } from "node:path";

import { Cameras, Shop, freePort, makeCameraClip, makeFolder, sharedClip, sleep, whyNoCameras } from "./shop.mjs";

const kKills = process.env.VITRINA_LONG_TESTS ? 200 : 6;
// One person after another, each alone: two visits at once are one visit that was counted twice. The clip begins anew
// whenever the program connects.
const clip = sharedClip("one-by-one-person-detection.mp4");
const skip = whyNoCameras() ?? (clip ? false : "one-by-one-person-detection.mp4 is not in VITRINA_SHARED");

let folder;
let cameras;

before(async () => {
    if (skip) return;
    folder = makeFolder();
    makeCameraClip(clip, join(folder.path, "clip.mp4"), { hours: process.env.VITRINA_LONG_TESTS ? 8 : 1 });
    cameras = new Cameras(await freePort(), { door: join(folder.path, "clip.mp4") });
    cameras.start();
});

after(async () => {
    await cameras?.kill();
    folder?.remove();
});

// A generator with a seed, so that a failure can be looked at again.
function random(seed) {
    let state = seed;
    return () => ((state = (Math.imul(state, 1664525) + 1013904223) >>> 0), state / 2 ** 32);
}

test(`killed ${kKills} times`, { skip, timeout: kKills * 60_000 }, async (t) => {
    const shop = await Shop.create(folder.path, [{ id: "door", address: cameras.address("door") }]);
    const chance = random(7);
    const told = new Map(); // by id: the newest revision that a client saw
    let killed = null;
    for (let kill = 0; kill < kKills; kill++) {
        shop.start();
        await shop.ready();
        await shop.signIn();
        const facts = new Map((await shop.facts()).map((fact) => [fact.id, fact]));
        for (const [id, before] of told) {
            const now = facts.get(id);
            assert.ok(now, `${before.kind} ${id} of ${before.recorded} was told and is gone after kill ${kill}`);
            assert.ok(now.rev >= before.rev);
        }
        const until = Date.now() + 3_000 + chance() * 12_000;
        while (Date.now() < until) {
            for (const fact of await shop.facts()) told.set(fact.id, fact);
            await sleep(200);
        }
        await shop.kill();
        killed = Date.now();
    }
    shop.start();
    await shop.ready();
    await shop.signIn();
    // Whoever was there when the last one was killed has gone by now, or is open again.
    await sleep(8_000);
    const visits = (await shop.facts()).filter((fact) => fact.kind === "visit");
    const newest = [...new Map(visits.map((visit) => [visit.id, visit])).values()].sort((a, b) => a.begin.localeCompare(b.begin));
    t.diagnostic(`${newest.length} visits, ${told.size} facts told, over ${kKills} kills; the last ${Date.now() - killed} ms ago`);
    for (let i = 1; i < newest.length; i++) {
        const overlap_s = (Date.parse(newest[i - 1].end) - Date.parse(newest[i].begin)) / 1000;
        assert.ok(overlap_s <= 0.5, `two visits at once: ${JSON.stringify(newest[i - 1])} ${JSON.stringify(newest[i])}`);
    }
    assert.equal(await shop.kill("SIGTERM"), 0);
});

test("a visit that was open when the program was killed goes on, or ends within five seconds of where it was seen", { skip, timeout: 240_000 }, async (t) => {
    const shop = await Shop.create(join(folder.path), [{ id: "door", address: cameras.address("door") }]);
    shop.data = join(folder.path, "data2");
    shop.configure([{ id: "door", address: cameras.address("door") }]);
    shop.start();
    await shop.ready();
    await shop.signIn();
    // Somebody who has been there for five seconds.
    await shop.until("somebody is there", async () => (await shop.get("/api/now")).people > 0, 60_000);
    await sleep(5_000);
    const { people, at } = await shop.get("/api/now");
    await shop.kill();
    if (people === 0) return t.skip("he left just then");
    shop.start();
    await shop.ready();
    await shop.signIn();
    const { value: visit } = await shop.until(
        "his visit",
        async () => (await shop.facts()).find((fact) => fact.kind === "visit" && Date.parse(fact.begin) < Date.parse(at) - 3_000 && Date.parse(fact.end) > Date.parse(at) - 30_000),
        60_000,
    );
    const lost_s = (Date.parse(at) - Date.parse(visit.end)) / 1000;
    t.diagnostic(`seen at ${at}, killed then; his visit ends at ${visit.end}`);
    assert.ok(lost_s <= 5, `lost ${lost_s} s`);
    assert.equal(await shop.kill("SIGTERM"), 0);
});

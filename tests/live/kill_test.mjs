// What survives kill -9: no fact that was told is lost, no visit is counted twice, and a visit that was open loses
// at most five seconds. The camera's world goes on meanwhile: each start finds the clip where it would be by now, and
// who was there when is known. Short by default;
// VITRINA_LONG_TESTS=1 kills 200 times.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { Cameras, Shop, cutMinute, freePort, makeCameraClip, makeFolder, sharedClip, sleep, whyNoCameras } from "./shop.mjs";

const kLong = Boolean(process.env.VITRINA_LONG_TESTS);
const kKills = kLong ? 200 : 8;
const kRunMinMs = 3_000;
const kRunMaxMs = kLong ? 15_000 : 9_000;
const kLostMax_s = 5;
// Of key frames (half a second), of the connection, and of the borders below.
const kTolerance_s = 1.5;
/** From the cut to the first picture. */
const kConnects_s = 0.7;
const kClip_s = 139.4;
// Seconds at which at least half of each visitor's body is in one-by-one-person-detection.mp4: [in, out].
const kVisitors = [
    [6.7, 19.4],
    [23.2, 44.3],
    [50.9, 69.3],
    [75.2, 86.5],
    [92.8, 119.3],
    [124.3, 135.5],
];

const clip = sharedClip("one-by-one-person-detection.mp4");
const skip = whyNoCameras() ?? (clip ? false : "one-by-one-person-detection.mp4 is not in VITRINA_SHARED");

let folder;
let world; // the clip, again and again
let worldBegan; // ms since 1970

before(async () => {
    if (skip) return;
    folder = makeFolder();
    world = join(folder.path, "world.mp4");
    makeCameraClip(clip, world, { hours: kLong ? 2 : 0.5, keyEvery_s: 0.5 });
    worldBegan = Date.now();
});

after(() => folder?.remove());

// A generator with a seed, so that a failure can be looked at again.
function random(seed) {
    let state = seed;
    return () => ((state = (Math.imul(state, 1664525) + 1013904223) >>> 0), state / 2 ** 32);
}

/** Everybody who was in the picture until now, in seconds since the world began. */
function truth(until_s) {
    const visits = [];
    for (let round = 0; round * kClip_s < until_s; round++)
        for (const [from, to] of kVisitors) visits.push({ from: from + round * kClip_s, to: to + round * kClip_s });
    return visits.filter(({ from }) => from < until_s);
}

/** How long the program ran during [from, to]. */
const watched = (runs, from, to) => runs.reduce((sum, run) => sum + Math.max(0, Math.min(to, run.to) - Math.max(from, run.from)), 0);

test(`killed ${kKills} times`, { skip, timeout: kKills * 30_000 + 120_000 }, async (t) => {
    const now = join(folder.path, "now.mp4");
    const cameras = new Cameras(await freePort(), { door: now });
    const shop = await Shop.create(folder.path, [{ id: "door", address: cameras.address("door") }]);
    const inWorld = (instant) => (Date.parse(instant) - worldBegan) / 1000;
    const worldNow = () => (Date.now() - worldBegan) / 1000;
    const chance = random(7);
    const told = new Map(); // by id: the newest revision that a client saw
    const runs = []; // while pictures came
    async function begin() {
        cutMinute(world, now, worldNow() + kConnects_s);
        await cameras.start();
        shop.start();
        await shop.ready();
        await shop.signIn();
        await shop.until("pictures", async () => (await shop.camera("door")).analysed > 0);
        runs.push({ from: worldNow(), to: Infinity });
        const facts = new Map((await shop.facts()).map((fact) => [fact.id, fact]));
        for (const [id, before] of told) {
            const now = facts.get(id);
            assert.ok(now, `${before.kind} ${id} of ${before.recorded} was told and is gone after kill ${runs.length - 1}`);
            assert.ok(now.rev >= before.rev);
        }
    }
    for (let kill = 0; kill < kKills; kill++) {
        await begin();
        const until = Date.now() + kRunMinMs + chance() * (kRunMaxMs - kRunMinMs);
        while (Date.now() < until) {
            for (const fact of await shop.facts()) told.set(fact.id, fact);
            await sleep(250);
        }
        runs.at(-1).to = worldNow();
        await shop.kill();
        await cameras.kill();
    }
    await begin();
    await sleep(2_000);
    runs.at(-1).to = worldNow();
    assert.equal(await shop.kill("SIGTERM"), 0); // closes what is open
    await cameras.kill();
    shop.start();
    await shop.ready();
    await shop.signIn();

    const visits = new Map((await shop.facts()).filter((fact) => fact.kind === "visit").map((fact) => [fact.id, { ...fact, from: inWorld(fact.begin), to: inWorld(fact.end) }]));
    const people = truth(runs.at(-1).to);
    let counted = 0;
    let lostMost_s = 0;
    for (const person of people) {
        const seen_s = watched(runs, person.from, person.to);
        const his = [...visits.values()].filter((visit) => Math.min(visit.to, person.to) - Math.max(visit.from, person.from) > 0.5);
        const what = `the visitor of ${person.from.toFixed(1)} to ${person.to.toFixed(1)} s, watched for ${seen_s.toFixed(1)} s: ${JSON.stringify(his.map(({ from, to }) => [from, to]))}`;
        assert.ok(his.length <= 1, `counted twice: ${what}`);
        // Who was there for a few seconds between two kills may never have been sure enough to be a visit.
        const longest_s = Math.max(0, ...runs.map((run) => watched([run], person.from, person.to)));
        if (longest_s > 6) assert.equal(his.length, 1, `not counted: ${what}`);
        if (his.length === 0) continue;
        ++counted;
        // The last moment at which the program watched him.
        const last = Math.max(...runs.filter((run) => watched([run], person.from, person.to) > kTolerance_s).map((run) => Math.min(run.to, person.to)));
        const lost_s = last - his[0].to;
        lostMost_s = Math.max(lostMost_s, lost_s);
        assert.ok(lost_s <= kLostMax_s + kTolerance_s, `lost ${lost_s.toFixed(1)} s: ${what}`);
    }
    t.diagnostic(`${kKills} kills: ${told.size} facts told and kept; ${counted} of ${people.length} visitors counted, none twice; an end was at most ${lostMost_s.toFixed(1)} s early`);
    assert.ok(counted > 0);
    assert.equal(await shop.kill("SIGTERM"), 0);
});

// Cameras that go away come back without help: the RTSP server is killed and restarted. Short by default;
// VITRINA_LONG_TESTS=1 does it 50 times. One that stays away is told.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { Cameras, Shop, freePort, makeCameraClip, makeFolder, sharedClip, sleep, whyNoCameras } from "./shop.mjs";

const kLong = Boolean(process.env.VITRINA_LONG_TESTS);
const kRestarts = kLong ? 50 : 3;
const kSilentAfter_s = 5;
const kAlarmAfter_s = 30;
/** Whoever is seen is of no interest here. */
const kClip_s = 30;
const source = sharedClip("one-by-one-person-detection.mp4");
const skip = whyNoCameras() ?? (source ? false : "one-by-one-person-detection.mp4 is not in VITRINA_SHARED");

let folder;
let clip;

before(() => {
    if (skip) return;
    folder = makeFolder();
    clip = join(folder.path, "clip.mp4");
    makeCameraClip(source, clip, { seconds: kClip_s, hours: 0.5 });
});

after(() => folder?.remove());

const newShop = (name, cameras) => {
    const path = join(folder.path, name);
    mkdirSync(path);
    return Shop.create(path, cameras);
};

// The second mostly waits. Where times are measured for the record, each has the computer alone.
describe("cameras that go away", { concurrency: kLong ? 1 : 2 }, () => {
    test(`every camera is back within 10 s of its server, ${kRestarts} times`, { skip, timeout: kRestarts * 60_000 + 60_000 }, async (t) => {
        const ids = ["one", "two", "three"];
        const cameras = new Cameras(await freePort(), Object.fromEntries(ids.map((id) => [id, clip])));
        await cameras.start();
        const shop = await newShop("three", ids.map((id) => ({ id, address: cameras.address(id) })));
        shop.start();
        await shop.ready();
        await shop.signIn();
        const allLive = async () => (await shop.get("/api/cameras")).cameras.every((camera) => camera.status === "live");
        await shop.until("cameras are live", allLive);
        const back_ms = [];
        for (let i = 0; i < kRestarts; i++) {
            await cameras.kill();
            await sleep(1_000 + (i % 4) * 3_000);
            const decoded = new Map((await shop.get("/api/cameras")).cameras.map((camera) => [camera.id, camera.decoded]));
            await cameras.start();
            let states;
            const { ms } = await shop
                .until(
                    "cameras are back",
                    async () => {
                        states = (await shop.get("/api/cameras")).cameras;
                        return states.every((camera) => camera.status === "live" && camera.decoded > decoded.get(camera.id));
                    },
                    20_000,
                )
                .catch((error) => assert.fail(`${error.message}: cameras' server: ${cameras}; ${JSON.stringify(states.map(({ id, status, reason, decoded: count }) => [id, status, reason, count, decoded.get(id)]))}`));
            back_ms.push(ms);
        }
        t.diagnostic(`back after ${back_ms.join(", ")} ms`);
        assert.ok(Math.max(...back_ms) <= 10_000, `${back_ms}`);
        const since = new Date(Date.now() - 3_600_000).toISOString();
        const outages = async () => (await shop.get(`/api/outages?from=${since}&to=${new Date(Date.now() + 60_000).toISOString()}`)).outages;
        await shop.until("every outage has its end", async () => (await outages()).every((outage) => outage.end !== null), 5_000);
        assert.equal(await shop.kill("SIGTERM"), 0);
        await cameras.kill();
    });

    test("a camera that stays away is silent after 5 s and an alarm after 30 s, which ends by itself", { skip, timeout: 150_000 }, async () => {
        const cameras = new Cameras(await freePort(), { door: clip });
        await cameras.start();
        const shop = await newShop("one", [{ id: "door", address: cameras.address("door") }]);
        shop.start();
        await shop.ready();
        await shop.signIn();
        const status = async () => (await shop.camera("door")).status;
        const alarms = async () => (await shop.get("/api/alarms")).alarms;
        await shop.until("the camera is live", async () => (await status()) === "live");
        await cameras.kill();
        const gone = Date.now();
        const since_s = () => (Date.now() - gone) / 1000;
        await shop.until("it is silent", async () => (await status()) === "silent", 15_000);
        assert.ok(since_s() >= kSilentAfter_s - 1 && since_s() < kAlarmAfter_s, `silent after ${since_s()} s`);
        assert.deepEqual(await alarms(), []);
        await shop.until("it is an alarm", async () => (await status()) === "alarm", 40_000);
        assert.ok(since_s() >= kAlarmAfter_s - 1, `an alarm after ${since_s()} s`);
        const { value } = await shop.until("the alarm is told", async () => (await alarms())[0], 10_000);
        // By the rule that every shop begins with.
        assert.deepEqual([value.measure, value.limit, value.camera, value.ended], ["camera_down_s", kAlarmAfter_s, "door", null]);
        await cameras.start();
        await shop.until("the camera is back", async () => (await status()) === "live", 30_000);
        await shop.until("the alarm has ended", async () => (await alarms())[0].ended !== null, 10_000);
        assert.equal((await alarms()).length, 1, "it was told once");
        assert.equal(await shop.kill("SIGTERM"), 0);
        await cameras.kill();
    });
});

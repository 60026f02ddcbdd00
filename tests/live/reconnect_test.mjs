// Cameras that go away come back without help: the RTSP server is killed and restarted. Short by default;
// VITRINA_LONG_TESTS=1 does it 50 times.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";

import { Cameras, Shop, freePort, makeCameraClip, makeFolder, sharedClip, sleep, whyNoCameras } from "./shop.mjs";

const kRestarts = process.env.VITRINA_LONG_TESTS ? 50 : 3;
const clip = sharedClip("one-by-one-person-detection.mp4");
const skip = whyNoCameras() ?? (clip ? false : "one-by-one-person-detection.mp4 is not in VITRINA_SHARED");

test(`every camera is back within 10 s of its server, ${kRestarts} times`, { skip, timeout: kRestarts * 60_000 + 60_000 }, async (t) => {
    const folder = makeFolder();
    makeCameraClip(clip, join(folder.path, "clip.mp4"));
    const ids = ["one", "two", "three"];
    const cameras = new Cameras(await freePort(), Object.fromEntries(ids.map((id) => [id, join(folder.path, "clip.mp4")])));
    await cameras.start();
    const shop = await Shop.create(folder.path, ids.map((id) => ({ id, address: cameras.address(id) })));
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
    folder.remove();
});

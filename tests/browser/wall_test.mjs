// More cameras than a browser opens connections for: the pictures of all move. Run by node --test; see server.mjs for the server.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { openPage, settled, setUp, shoot, startBrowser } from "./browser.mjs";
import { startCameras } from "./server.mjs";

const kCameras = 7;
const kPicturesMin = 5;
const kWithinMs = 30_000;

let server;
let chromium;

before(async () => {
    server = await startCameras(kCameras);
    chromium = await startBrowser();
});

after(async () => {
    await chromium?.stop();
    await server?.stop();
});

test(`pictures of ${kCameras} cameras move`, async () => {
    const { page, close } = await openPage(chromium.browser, server.url);
    await setUp(page, server.token, { name: "Irina", password: "correct horse battery" });
    await page.goto("/live");
    await settled(page);
    // How often each picture has become another one.
    await page.evaluate(() => {
        window.changes = new Map();
        const last = new Map();
        setInterval(() => {
            for (const canvas of document.querySelectorAll(".tile canvas[role=img]")) {
                if (canvas.width === 0) continue;
                const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
                let sum = 0;
                for (let i = 0; i < data.length; i += 404) sum = (sum * 31 + data[i]) | 0;
                const name = canvas.getAttribute("aria-label");
                if (last.get(name) !== sum) window.changes.set(name, (window.changes.get(name) ?? 0) + 1);
                last.set(name, sum);
            }
        }, 100);
    });
    const changes = () => page.evaluate(() => [...window.changes]);
    const end = Date.now() + kWithinMs;
    let seen = [];
    while (seen.length < kCameras || seen.some(([, count]) => count < kPicturesMin)) {
        assert.ok(Date.now() < end, `pictures that moved within ${kWithinMs} ms: ${JSON.stringify(seen)}`);
        await new Promise((resolve) => setTimeout(resolve, 500));
        seen = await changes();
    }
    await shoot(page, "live-wall");
    await close();
});

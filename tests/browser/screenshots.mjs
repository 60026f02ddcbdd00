// Pictures of the pages as a new user finds them, without clicking through them; not a test. scripts/screenshots.sh runs it:
// VITRINA_PROGRAM and VITRINA_DEMO_VIDEO as server.mjs has them, VITRINA_SCREENSHOTS is where the pictures go.
import { openPage, settled, setUp, shoot, startBrowser } from "./browser.mjs";
import { startDemonstration } from "./server.mjs";

const kMadeUpMs = 180_000;
const kSeenMs = 20_000;
const kOfTheSimulated = ["today", "space", "queues", "heat", "visits", "alarms", "plan", "paths"];
const kOfTheCamera = ["live", "layout", "cameras"];

const server = await startDemonstration();
const chromium = await startBrowser();
try {
    const { page, close } = await openPage(chromium.browser, server.url);
    await setUp(page, server.token, { name: "Irina", password: "correct horse battery" });
    await page.waitForURL("**/simulated/today");
    const isMadeUp = () => page.evaluate(async () => (await (await fetch("/simulated/api/shop")).json()).simulation.live);
    const end = Date.now() + kMadeUpMs;
    while (!(await isMadeUp())) {
        if (Date.now() > end) throw new Error("the simulated shop's past isn't made up after three minutes");
        await new Promise((resolve) => setTimeout(resolve, 500));
    }
    for (const name of kOfTheSimulated) {
        await page.goto(`/simulated/${name}`);
        await settled(page);
        await shoot(page, name);
    }
    for (const name of kOfTheCamera) {
        await page.goto(`/${name}`);
        await settled(page);
        // Until people are seen and drawn.
        if (name === "live") await new Promise((resolve) => setTimeout(resolve, kSeenMs));
        await shoot(page, name);
    }
    await close();
} finally {
    await chromium.stop();
    await server.stop();
}

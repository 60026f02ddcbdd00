// The simulated shop in a browser: it is shown first, has something on every page, says everywhere that it is simulated,
// and nothing of it is in the real shop. Run by node --test; see server.mjs for the server.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { openPage, settled, setUp, shoot, signIn, startBoth } from "./browser.mjs";
import { startSimulated } from "./server.mjs";

const kAdministrator = { name: "Ирина", password: "correct horse battery" };
/** Beside other tests it is made up of what they leave. */
const kMadeUpMs = process.env.VITRINA_LONG_TESTS ? 120_000 : 300_000;
const kPages = ["today", "live", "visits", "heat", "space", "queues", "staff", "goods", "buyers", "campaigns", "alarms", "plan", "paths", "layout", "cameras", "settings"];

let server;
let chromium;

before(async () => {
    ({ server, chromium } = await startBoth(startSimulated));
});

after(async () => {
    await chromium?.stop();
    await server?.stop();
});

async function openAsAdministrator(options) {
    const opened = await openPage(chromium.browser, server.url, options);
    await signIn(opened.page, kAdministrator.name, kAdministrator.password);
    return opened;
}

const ask = (page, path) => page.evaluate(async (address) => {
    const response = await fetch(address);
    const type = response.headers.get("content-type") ?? "";
    return { simulated: response.headers.get("x-vitrina-simulated"), file: response.headers.get("content-disposition"), body: type.startsWith("application/json") ? await response.json() : await response.text() };
}, path);

test("whoever opens the dashboard sees the simulated shop first", async () => {
    const { page, close } = await openPage(chromium.browser, server.url);
    await setUp(page, server.token, kAdministrator);
    await page.waitForURL("**/simulated/today");
    await page.locator(".simulated-banner").waitFor();
    const end = Date.now() + kMadeUpMs;
    while (!(await ask(page, "/simulated/api/shop")).body.simulation.live) {
        assert.ok(Date.now() < end, `its past is made up in ${kMadeUpMs / 60_000} minutes`);
        await new Promise((resolve) => setTimeout(resolve, 500));
    }
    await close();
});

test("every page says that nobody there is real", async () => {
    const { page, close } = await openAsAdministrator();
    for (const name of kPages) {
        await page.goto(`/simulated/${name}?period=yesterday`);
        await settled(page);
        assert.match(await page.locator(".simulated-banner").innerText(), /Nobody on this page is real/, name);
        await shoot(page, `simulated-${name}`);
    }
    await close();
});

test("every answer and every file says it too", async () => {
    const { page, close } = await openAsAdministrator();
    const span = "from=2020-01-01T00:00:00Z&to=2100-01-01T00:00:00Z";
    for (const path of ["shop", "now", "cameras", `visits?${span}`, `queues?minutes=1440`, "tills", "alarms", "queues/forecast"]) {
        const { simulated, body } = await ask(page, `/simulated/api/${path}`);
        assert.equal(simulated, "true", path);
        assert.equal(body.simulated, true, path);
        assert.equal((await ask(page, `/api/${path}`)).body.simulated, undefined, path);
    }
    assert.ok((await ask(page, "/simulated/api/cameras")).body.cameras.every((camera) => camera.simulated && camera.id === "simulated"));
    const visits = await ask(page, `/simulated/api/visits.csv?${span}&min_dwell_s=120`);
    assert.match(visits.file, /simulated-visits\.csv/);
    const lines = visits.body.trim().split("\r\n").slice(1);
    assert.ok(lines.length > 0 && lines.every((line) => line.split(",")[2] === "simulated"), "the camera of each visit");
    await close();
});

test("nothing of it is in the real shop", async () => {
    const { page, close } = await openAsAdministrator();
    await page.goto("/today");
    await settled(page);
    assert.equal(await page.locator(".simulated-banner").count(), 0);
    const span = "from=2020-01-01T00:00:00Z&to=2100-01-01T00:00:00Z";
    assert.deepEqual((await ask(page, "/api/cameras")).body.cameras, []);
    assert.equal((await ask(page, `/api/visits?${span}`)).body.total, 0);
    assert.equal((await ask(page, `/api/receipts?${span}`)).body.total, 0);
    await page.locator(".sites").getByRole("link", { name: /grocery/ }).click();
    await page.waitForURL("**/simulated/today");
    await close();
});

test("the floor shows maps, ways, findings and a comparison, and queues what is to come", async () => {
    const { page, close } = await openAsAdministrator();
    await page.goto("/simulated/space?period=yesterday");
    await settled(page);
    await page.locator(".floor-picture canvas").waitFor();
    await page.locator(".sankey canvas").waitFor();
    const departments = page.locator("section", { hasText: "Departments: who passed" }).locator("tbody tr");
    assert.ok((await departments.count()) >= 6);
    await page.locator("section", { hasText: "Before and after" }).locator("tbody tr").first().waitFor();
    await page.goto("/simulated/queues");
    await page.locator(".forecast tbody tr").nth(3).waitFor();
    await close();
});

test("buyers are in kinds, and a campaign says what it brought or why that is not known", async () => {
    const { page, close } = await openAsAdministrator();
    await page.goto("/simulated/buyers");
    await settled(page);
    assert.equal(await page.locator("section", { hasText: "Kinds of buyers" }).locator("tbody tr").count(), 6);
    await page.locator("section", { hasText: "Customers one by one" }).getByRole("button", { name: /^History of/ }).first().click();
    await page.getByRole("dialog").locator("li").first().waitFor();
    await page.keyboard.press("Escape");
    await page.goto("/simulated/goods?period=yesterday");
    await page.locator("section", { hasText: "Touched and not bought" }).locator("tbody tr").first().waitFor();
    for (const table of ["What was sold", "Bought together", "Conversion by hour", "Conversion by department"]) {
        await page.locator("section", { hasText: table }).locator("tbody tr").first().waitFor();
    }
    await page.goto("/simulated/space?period=yesterday");
    await page.locator("section", { hasText: "Shelves" }).getByRole("columnheader", { name: "Sold for" }).waitFor();
    await page.goto("/simulated/campaigns");
    await settled(page);
    const list = page.locator(".campaign-list");
    assert.match(await list.innerText(), /spring leaflet/);
    assert.match(await list.innerText(), /customers on its list/);
    await page.locator(".figure-card", { hasText: "Purchases it brought" }).waitFor();
    await page.getByRole("button", { name: "Add campaign" }).click();
    await page.getByLabel("Name").fill("flyer");
    await page.getByLabel("Whom it addresses").selectOption("area");
    await page.getByLabel("Where").fill("the next street");
    await page.getByRole("button", { name: "Save" }).click();
    await page.locator(".campaign-list", { hasText: "flyer" }).waitFor();
    await close();
});

test("the staff's day is there: who came when, what they did, with whom they talked", async () => {
    const { page, close } = await openAsAdministrator();
    await page.goto("/simulated/staff?period=yesterday");
    await settled(page);
    assert.ok((await page.locator(".day-lines li svg").count()) >= 5, "a line for each who worked");
    const rows = page.locator("section", { hasText: "Members" }).locator("tbody tr");
    assert.ok((await rows.count()) >= 5);
    await page.locator(".effect").waitFor();
    const { body } = await ask(page, "/simulated/api/staff?from=2020-01-01T00:00:00Z&to=2020-01-02T00:00:00Z");
    assert.equal(body.whole.talks.talks, 0, "nothing of a day of which nothing is known");
    await page.goto("/staff");
    await settled(page);
    await page.getByText("Nobody is known to have worked").waitFor();
    await close();
});

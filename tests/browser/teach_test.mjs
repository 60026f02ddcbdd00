// The page Teach in a browser: pictures are dropped, labelled by keys, learnt, and asked about. Run by node --test; see
// server.mjs for the server. What goods look like is made up here: stripes of two colours each.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { crc32, deflateSync } from "node:zlib";

import { checkAccessibility, checkWidth, openPage, settled, setUp, shoot, signIn, startBoth } from "./browser.mjs";
import { startCameras } from "./server.mjs";

const kAdministrator = { name: "Ирина", password: "correct horse battery" };
const kLessonMs = 300_000;
const kWidth = 96;
const kHeight = 72;
const kGoods = { milk: [[240, 240, 250], [30, 60, 200]], bread: [[200, 140, 60], [120, 70, 20]], tea: [[20, 120, 50], [230, 210, 40]] };

let server;
let chromium;

before(async () => {
    ({ server, chromium } = await startBoth(() => startCameras()));
});

after(async () => {
    await chromium?.stop();
    await server?.stop();
});

function chunk(kind, data) {
    const body = Buffer.concat([Buffer.from(kind), data]);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    const sum = Buffer.alloc(4);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, sum]);
}

/** A PNG of the `number`th photograph of a thing. */
function photograph(name, number) {
    const colours = kGoods[name];
    const rows = Buffer.alloc((kWidth * 3 + 1) * kHeight);
    for (let y = 0; y < kHeight; ++y)
        for (let x = 0; x < kWidth; ++x)
            for (let c = 0; c < 3; ++c) {
                const colour = colours[Math.floor((x + y + 5 * number) / 12) % 2][c];
                const noise = ((x * 31 + y * 17 + number * 7 + c * 3) % 13) + 4 * number;
                rows[y * (kWidth * 3 + 1) + 1 + 3 * x + c] = Math.min(255, colour + noise);
            }
    const head = Buffer.alloc(13);
    head.writeUInt32BE(kWidth, 0);
    head.writeUInt32BE(kHeight, 4);
    head.set([8, 2, 0, 0, 0], 8);
    return Buffer.concat([Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]), chunk("IHDR", head), chunk("IDAT", deflateSync(rows)), chunk("IEND", Buffer.alloc(0))]);
}

const file = (name, number) => ({ name: `${name} ${number}.png`, mimeType: "image/png", buffer: photograph(name, number) });

const addClass = async (page, name) => {
    await page.getByLabel("New class").fill(name);
    await page.getByRole("button", { name: "Add", exact: true }).click();
    await page.getByRole("list", { name: "Classes" }).getByText(name, { exact: true }).waitFor();
};

test("goods are taught from an empty page to an answer", async () => {
    const { page, close } = await openPage(chromium.browser, server.url);
    await setUp(page, server.token, kAdministrator);
    await page.goto("/teach");
    await settled(page);
    await checkAccessibility(page, "teach, empty");
    await shoot(page, "teach-empty");

    await page.getByRole("button", { name: "New collection" }).click();
    await page.getByLabel("What is to be told apart").fill("Breakfast");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("There is no picture yet").waitFor();
    for (const name of Object.keys(kGoods)) await addClass(page, name);

    const files = Object.keys(kGoods).flatMap((name) => [1, 2, 3, 4].map((number) => file(name, number)));
    await page.getByLabel("Choose pictures").setInputFiles([...files, { name: "menu.gif", mimeType: "image/gif", buffer: Buffer.from("GIF89a") }]);
    await page.getByText("12 pictures were added.").waitFor();
    await page.getByText("menu.gif: is a GIF").waitFor();
    await page.getByText("12 pictures, 12 without a label").waitFor();
    await checkAccessibility(page, "teach, pictures");
    await shoot(page, "teach-pictures");

    // Twelve keys: each picture says what it shows, and the next without a label comes by itself.
    const chosen = page.getByRole("figure", { name: "The chosen picture" });
    for (let i = 0; i < files.length; ++i) {
        const name = (await chosen.locator("img").getAttribute("alt")).split(" ")[0];
        await page.keyboard.press(String(Object.keys(kGoods).indexOf(name) + 1));
        await page.getByText(`12 pictures, ${11 - i} without a label`).waitFor();
    }
    await page.keyboard.press("Backspace");
    await page.getByText("12 pictures, 1 without a label").waitFor();
    const again = (await chosen.locator("img").getAttribute("alt")).split(" ")[0];
    await page.keyboard.press(String(Object.keys(kGoods).indexOf(again) + 1));
    await page.getByText("12 pictures, 0 without a label").waitFor();

    await page.getByRole("button", { name: "Learn now" }).click();
    await page.getByText("Version 1 is learnt").waitFor({ timeout: kLessonMs });
    await page.locator(".measured-title", { hasText: /^Told right$/ }).waitFor();
    await page.getByRole("columnheader", { name: "Told right" }).waitFor(); // in float and with bytes
    await checkAccessibility(page, "teach, learnt");
    await shoot(page, "teach-learnt");
    await page.getByRole("button", { name: "Put into service" }).click();
    await page.getByText("Version 1 is in service").waitFor();

    await page.getByLabel("Choose a picture").setInputFiles(file("bread", 9));
    await page.locator(".tried .guesses").waitFor();
    assert.equal(await page.locator(".tried .guesses li").first().locator("span").first().innerText(), "bread");
    await checkAccessibility(page, "teach, tried");
    await shoot(page, "teach-tried");

    await page.getByRole("button", { name: "Learn now" }).click();
    await page.getByText("Version 2 is learnt").waitFor({ timeout: kLessonMs });
    await page.getByRole("button", { name: "Put into service" }).click();
    await page.getByText("Version 2 is in service").waitFor();
    await page.getByRole("button", { name: "Back to version 1" }).click();
    await page.getByText("Version 1 is in service").waitFor();

    const report = await page.evaluate(async () => {
        const response = await fetch(document.querySelector('a[href$="report.html"]').href);
        return { policy: response.headers.get("content-security-policy"), text: await response.text() };
    });
    assert.match(report.policy, /^sandbox/);
    assert.match(report.text, /<h1>/);
    await close();
});

test("the page fits a phone", async () => {
    const { page, close } = await openPage(chromium.browser, server.url, { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });
    await signIn(page, kAdministrator.name, kAdministrator.password);
    await page.goto("/teach");
    await settled(page);
    await page.getByText("Version 1 is in service").waitFor();
    await checkWidth(page, "teach");
    await checkAccessibility(page, "teach, phone");
    await shoot(page, "teach-phone");
    await close();
});

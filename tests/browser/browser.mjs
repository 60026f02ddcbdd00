// Chromium with a fresh profile, pages that may not fail quietly, and what the tests do again and again.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

const require = createRequire(new URL("../../web/package.json", import.meta.url));
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const screenshots = process.env.VITRINA_SCREENSHOTS ?? mkdtempSync(join(tmpdir(), "vitrina-screenshots-"));
mkdirSync(screenshots, { recursive: true });

export async function startBrowser() {
    const profile = mkdtempSync(join(tmpdir(), "vitrina-browser-"));
    const browser = await chromium.launch({
        executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
        args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        env: { ...process.env, HOME: profile },
    });
    return {
        browser,
        async stop() {
            await browser.close();
            rmSync(profile, { recursive: true, force: true });
            console.log(`screenshots: ${screenshots}`);
        },
    };
}

/** A server and a browser, which start at the same time; when one can't be had the other doesn't stay. */
export async function startBoth(startServer) {
    const [chromium, server] = await Promise.allSettled([startBrowser(), Promise.resolve().then(startServer)]);
    if (server.value && chromium.value) return { server: server.value, chromium: chromium.value };
    await server.value?.stop();
    await chromium.value?.stop();
    throw server.reason ?? chromium.reason;
}

/** A page of a browser of its own. Whatever it logs as an error, or throws, fails the test that closes it; a request
    that is refused is not an error of the page. */
export async function openPage(browser, url, options = {}) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 820 }, locale: "en", baseURL: url, ...options });
    const page = await context.newPage();
    page.setDefaultTimeout(15_000);
    const errors = [];
    page.on("pageerror", (error) => errors.push(String(error)));
    page.on("console", (message) => {
        if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) errors.push(message.text());
    });
    page.on("request", (request) => {
        if (!request.url().startsWith(url) && !request.url().startsWith("blob:")) errors.push(`asks ${request.url()}`);
    });
    return {
        page,
        context,
        async close() {
            await context.close();
            assert.deepEqual(errors, []);
        },
    };
}

/** Makes the administrator with the token that the server said. */
export async function setUp(page, token, { name, password }) {
    await page.goto(`/setup?token=${token}`);
    await page.getByLabel("Name").fill(name);
    await page.getByLabel("Password").fill(password);
    await page.getByRole("button", { name: "Begin" }).click();
    await page.waitForURL((url) => !url.pathname.startsWith("/setup"));
}

export async function signIn(page, name, password) {
    await page.goto("/sign-in");
    await page.locator("input[name=username]").fill(name);
    await page.locator("input[name=password]").fill(password);
    await page.keyboard.press("Enter");
    await page.locator("nav.side").waitFor({ state: "attached" });
}

export async function shoot(page, name) {
    await page.screenshot({ path: join(screenshots, `${name}.png`) });
}

/** Loaded, with nothing on its way. */
export async function settled(page) {
    await page.locator("main :is(h1, h2)").first().waitFor();
    await page.locator(".waiting").first().waitFor({ state: "detached" });
}

export async function checkAccessibility(page, name) {
    // What fades in has little contrast until it is there.
    await page.evaluate(() => Promise.allSettled(document.getAnimations().filter((animation) => Number.isFinite(animation.effect.getComputedTiming().endTime)).map((animation) => animation.finished)));
    // Not by a script tag, which the content security policy refuses.
    await page.evaluate(axe);
    const found = await page.evaluate(async () => {
        const { violations } = await window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"] });
        return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(" ")).join(", ")}`);
    });
    assert.deepEqual(found, [], name);
}

/** Readable without scrolling sideways, with no choice cut off, and no page's name over its neighbour's. */
export async function checkWidth(page, name) {
    const tooWide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    const beyond = await page.evaluate(() => [...document.querySelectorAll("main *")].filter((element) => element.getBoundingClientRect().right > document.documentElement.clientWidth + 0.5).map((element) => `${element.tagName.toLowerCase()}.${element.className}`));
    assert.equal(tooWide, 0, `${name} is ${tooWide} px wider than the screen: ${beyond.slice(0, 8).join(", ")}`);
    const cut = await page.evaluate(() => [...document.querySelectorAll(".segments")].filter((choices) => choices.scrollWidth > choices.clientWidth).map((choices) => choices.innerText));
    assert.deepEqual(cut, [], `${name} has choices that are cut off`);
    const overlapping = await page.evaluate(() => {
        const label = document.createRange();
        const isTooWide = (span) => {
            label.selectNodeContents(span);
            return label.getBoundingClientRect().width > span.closest("li").clientWidth;
        };
        return [...document.querySelectorAll("nav.side li span")].filter(isTooWide).map((span) => span.innerText);
    });
    assert.deepEqual(overlapping, [], `${name}: names of pages are wider than their places`);
}

/** The layout's editor, when it hears keys: that is only after its picture was first drawn, and the page is "settled"
    for a moment between one answer that it needs and the next. */
export async function openLayout(page, camera = "") {
    await page.goto(camera ? `/layout?camera=${encodeURIComponent(camera)}` : "/layout");
    await page.locator(".editor-canvas svg").first().waitFor();
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve))));
}

/** Where an element is, once it stands still; a page that has just been read may put another in its place meanwhile. */
async function standing(element, tries = 5) {
    try {
        await element.scrollIntoViewIfNeeded();
        const box = await element.boundingBox();
        if (box) return box;
    } catch (error) {
        if (!String(error).includes("not attached")) throw error;
    }
    if (tries === 1) throw new Error("the element is replaced again and again");
    return standing(element, tries - 1);
}

/** Clicks at parts of the editor's picture, from its top left corner. */
export async function clickOnPicture(page, points) {
    const svg = page.locator(".editor-canvas svg").first();
    const box = await standing(svg);
    for (const [x, y] of points) {
        await page.mouse.move(box.x + x * box.width, box.y + y * box.height);
        await page.mouse.down();
        await page.mouse.up();
    }
}

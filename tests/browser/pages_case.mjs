// Cases of dashboard_test.mjs: every page, as each role sees it, in both colour schemes and on a phone.
import assert from "node:assert/strict";

import { checkAccessibility, checkWidth, settled, shoot } from "./browser.mjs";

const kPassword = "three blind mice run";
/** How many walk through the pages at once: more would wait for the processor. */
const kWalkers = 3;
/** An administrator of its own for the phone, whose language is changed while others read in English. */
const kOnThePhone = "the administrator";

const kPages = {
    administrator: ["Today", "Live", "Visits", "Heat map", "Space", "Queues", "Staff", "Goods", "Buyers", "Campaigns", "Reports", "People", "Teach", "Alarms", "Watchlist", "Privacy", "Plan", "Layout", "Audit", "Cameras", "Settings"],
    manager: ["Today", "Live", "Visits", "Heat map", "Space", "Queues", "Staff", "Goods", "Buyers", "Campaigns", "Reports", "People", "Teach", "Alarms", "Watchlist", "Privacy", "Plan", "Layout", "Audit", "Cameras", "Settings"],
    analyst: ["Today", "Visits", "Heat map", "Space", "Queues", "Staff", "Goods", "Buyers", "Campaigns", "Reports", "Alarms", "Plan", "Cameras", "Settings"],
    guard: ["Today", "Live", "Alarms", "Watchlist", "Plan", "Cameras", "Settings"],
    staff: ["Today", "Settings"],
};
const kPaths = { Today: "/today", Live: "/live", Visits: "/visits", "Heat map": "/heat", Space: "/space", Queues: "/queues", Staff: "/staff", Goods: "/goods", Buyers: "/buyers", Campaigns: "/campaigns", Reports: "/reports", People: "/people", Teach: "/teach", Alarms: "/alarms", Watchlist: "/watchlist", Privacy: "/privacy", Plan: "/plan", Audit: "/audit", Layout: "/layout", Cameras: "/cameras", Settings: "/settings" };

/** Does it for all, `count` of them at once. */
async function forAll(all, count, act) {
    const left = [...all];
    const walk = async () => {
        for (let one = left.shift(); one; one = left.shift()) await act(one);
    };
    await Promise.all(Array.from({ length: count }, walk));
}

/** Adds a user of each role; the cases below need them. */
export async function eachRoleSeesItsPages(openAsAdministrator, openAs) {
    const administrator = await openAsAdministrator();
    await administrator.page.goto("/settings");
    await settled(administrator.page);
    for (const role of ["administrator", "manager", "analyst", "guard", "staff"]) {
        await administrator.page.getByRole("button", { name: "Add user" }).first().click();
        const dialog = administrator.page.getByRole("dialog");
        await dialog.getByLabel("Name").fill(`the ${role}`);
        await dialog.getByLabel("Password").fill(kPassword);
        await dialog.getByLabel("Role").selectOption(role);
        if (role === "guard") await checkAccessibility(administrator.page, "add user");
        await dialog.getByRole("button", { name: "Add user" }).click();
        await administrator.page.getByRole("cell", { name: `the ${role}`, exact: true }).waitFor();
    }
    await administrator.close();

    await forAll(Object.entries(kPages), kWalkers, async ([role, pages]) => {
        const { page, close } = await openAs(`the ${role}`, kPassword);
        await settled(page);
        assert.deepEqual(await page.locator("nav.side li a > span:not(.alarm-badge)").allInnerTexts(), pages, role);
        for (const [name, path] of Object.entries(kPaths)) {
            await page.goto(path);
            await settled(page);
            const refused = await page.getByText("You may not see this").count();
            assert.equal(refused > 0, !pages.includes(name), `${role} at ${path}`);
            assert.equal(await page.locator(".notice.caution:not(.alarm-banner)").count(), 0, `${role} at ${path} is refused something`);
        }
        await shoot(page, `role-${role}`);
        await close();
    });
}

export async function everyPageCanBeUsed(openAsAdministrator, colorScheme) {
    const { page, close } = await openAsAdministrator({ colorScheme });
    for (const [name, path] of Object.entries(kPaths)) {
        await page.goto(path);
        await settled(page);
        await page.waitForTimeout(500);
        await checkAccessibility(page, `${name}, ${colorScheme}`);
        await shoot(page, `${path.slice(1)}-${colorScheme}`);
    }
    await page.goto("/cameras?add=1");
    await page.getByRole("dialog").waitFor();
    await checkAccessibility(page, `add camera, ${colorScheme}`);
    await close();
}

export async function everyPageFitsAPhone(openAs) {
    const { page, close } = await openAs(kOnThePhone, kPassword, { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });
    await page.goto("/settings");
    await page.getByRole("button", { name: "Русский" }).click();
    await page.getByRole("heading", { name: "Настройки" }).waitFor();
    for (const [name, path] of Object.entries({ ...kPaths, Crossings: "/visits?show=crossings" })) {
        await page.goto(path);
        await settled(page);
        assert.equal(await page.evaluate(() => document.documentElement.lang), "ru", "the language is kept");
        assert.match(await page.locator("h1").innerText(), /^[А-Я]/, name);
        await page.waitForTimeout(500);
        await checkWidth(page, name);
        await checkAccessibility(page, `${name}, phone`);
        await shoot(page, `${path.slice(1).replace(/\W+/g, "-")}-phone-ru`);
    }
    // Four pages, and the others in a sheet that keys reach too.
    await page.goto("/today");
    await settled(page);
    const bar = page.locator("nav.side > ul > li > :is(a, button) > span:not(.alarm-badge)");
    assert.deepEqual(await bar.allInnerTexts(), ["Сегодня", "Сейчас", "Очереди", "Тревоги", "Ещё"]);
    await page.getByRole("button", { name: "Ещё" }).press("Enter");
    const sheet = page.getByRole("dialog", { name: "Другие страницы" });
    await sheet.waitFor();
    await checkWidth(page, "more pages");
    await checkAccessibility(page, "more pages, phone");
    await shoot(page, "more-phone-ru");
    await page.keyboard.press("Escape");
    await sheet.waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Ещё" }).click();
    await sheet.getByRole("link", { name: "Настройки" }).click();
    await sheet.waitFor({ state: "detached" });
    await page.getByRole("button", { name: "English" }).click();
    await page.getByRole("heading", { name: "Settings" }).waitFor();
    await checkWidth(page, "Settings, in English");
    await close();
}

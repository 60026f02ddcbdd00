// A case of dashboard_test.mjs: beside the counts of zones stands how wrong an audit found them.
import assert from "node:assert/strict";

import { checkAccessibility, settled } from "./browser.mjs";

const kError = { counted: 96, truth: 100, truth_low: 90, truth_high: 110, share: -0.04, share_low: -0.12, share_high: 0.06 };

export async function countsSayHowWrongTheyAre(openAsAdministrator) {
    const { page, close } = await openAsAdministrator();
    await page.goto("/today");
    await settled(page);
    const links = page.locator(".by-zone tbody a[href^='/visits']");
    await links.first().waitFor();
    const zones = await links.evaluateAll((all) => all.map((link) => ({ ...Object.fromEntries(new URL(link.href).searchParams), visits: link.textContent })));
    const which = zones.findIndex(({ visits }) => visits !== "0");
    assert.ok(which >= 0, "somebody was in some zone");
    const audited = zones[which];
    const errors = [{ camera: audited.camera, kind: "stay", place: audited.zone, windows: 100, clips: 12, answered: 12, unclear: 0, outdated: false, in: kError, out: null, audited: new Date().toISOString() }];
    await page.route("**/api/count-errors", (route) => route.fulfill({ json: { errors } }));
    await page.reload();
    await page.locator(".by-zone .count-trust").first().waitFor();
    assert.equal(await page.locator(".by-zone .count-trust").count(), 1, "of the audited zone alone");
    assert.match(await page.locator(".by-zone .count-trust").innerText(), /−4 % \(−12…\+6\)/);
    await checkAccessibility(page, "today, trust");
    await links.nth(which).click();
    await page.getByText("Error of the counts, as audited:").waitFor();
    assert.equal(await page.locator("main .count-trust").count(), 1);
    await close();
}

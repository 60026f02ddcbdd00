// A case of dashboard_test.mjs: the floor plan, from a drawing that is refused to people who are counted on it.
import assert from "node:assert/strict";

import { checkAccessibility, clickOnPicture, shoot } from "./browser.mjs";

const kPeopleMs = 60_000;

/** The demonstration's camera, as far as it can be told from people's heights: high above a courtyard. */
const kHighCamera = { width: 768, height: 576, focal_px: 700, place: [1, 1], height_m: 11.3, pan_deg: 45, tilt_deg: 37.5 };

export async function planBeginsWithADrawing(openAsAdministrator) {
    const { page, close } = await openAsAdministrator();
    await page.goto("/plan");
    await page.getByRole("button", { name: "A drawing below" }).click();
    const choose = (name, text) => page.getByLabel("PNG, SVG or PDF").setInputFiles({ name, mimeType: "image/svg+xml", buffer: Buffer.from(text) });
    await choose("plan.svg", "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 20 20'><script/></svg>");
    await page.getByRole("button", { name: "Upload" }).click();
    await page.getByText("has a script").waitFor();
    await shoot(page, "plan-drawing-refused");
    await choose("plan.svg", "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 20 20'><rect x='1' y='1' width='18' height='18' fill='none' stroke='black' stroke-width='0.2'/><text x='8' y='11' font-size='2'>Yard</text></svg>");
    await page.getByRole("button", { name: "Upload" }).click();
    const drawing = page.getByRole("img", { name: "The drawing" });
    await drawing.waitFor();
    const { x, y, width, height } = await drawing.boundingBox();
    const side = Math.min(width, height); // the drawing is square, and in the middle
    for (const share of [0.05, 0.95]) await page.mouse.click(x + (width - side) / 2 + share * side, y + (height - side) / 2 + 0.05 * side);
    await page.getByLabel("Distance of the two points").fill("27");
    await page.getByText(/The floor will be (29|30)\.?\d* x (29|30)/).waitFor();
    await checkAccessibility(page, "plan, scale");
    await shoot(page, "plan-scale");
    await page.getByRole("button", { name: "Save" }).click();

    await page.getByRole("button", { name: "Zones and lines" }).click();
    await page.locator(".editor-canvas svg").first().waitFor();
    await page.keyboard.press("z");
    await clickOnPicture(page, [[0.05, 0.05], [0.95, 0.05], [0.95, 0.95], [0.05, 0.95]]);
    await page.keyboard.press("Enter");
    await page.keyboard.type("yard");
    await page.keyboard.press("Enter");
    await checkAccessibility(page, "plan, zones");
    await shoot(page, "plan-zones");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("button", { name: /It was drawn wrong/ }).click();
    await page.getByText("in use now").waitFor();
    await page.getByRole("button", { name: "Close" }).click();

    await page.evaluate(async (calibration) => {
        const plan = await (await fetch("/api/plan")).json();
        const { forgery_token: token } = await (await fetch("/api/me")).json();
        const cameras = ["door", "yard"].map((camera) => ({ camera, calibration }));
        const saved = await fetch("/api/plan", { method: "PUT", headers: { "Content-Type": "application/json", "X-Vitrina-Forgery": token }, body: JSON.stringify({ ...plan, cameras, change: "drawn_wrong" }) });
        if (!saved.ok) throw new Error(await saved.text());
    }, kHighCamera);
    await page.reload();
    await page.getByRole("img", { name: /people in sight: [1-9]/ }).waitFor({ timeout: kPeopleMs });
    await checkAccessibility(page, "plan, people");
    await shoot(page, "plan-people");
    const now = await page.evaluate(async () => (await fetch("/api/now")).json());
    assert.ok(now.zones.some(({ camera, zone }) => camera === "plan" && zone === "yard"), JSON.stringify(now.zones));
    await close();
}

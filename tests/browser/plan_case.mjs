// A case of dashboard_test.mjs: the floor plan, from a drawing that is refused to people who are counted on it.
import assert from "node:assert/strict";

import { checkAccessibility, clickOnPicture, shoot } from "./browser.mjs";

const kPeopleMs = 60_000;

/** The demonstration's camera, as far as it can be told from people's heights: high above a courtyard. */
const kHighCamera = { width: 768, height: 576, focal_px: 700, place: [1, 1], height_m: 11.3, pan_deg: 45, tilt_deg: 37.5 };

const planOf = (page) => page.evaluate(async () => (await fetch("/api/plan")).json());

/** A wall, a door, a fixture and a camera, each with what only it has; taken back and done again as every other shape. */
async function whatStandsThereIsDrawn(page) {
    const shapes = page.locator(".shape-list");
    await page.keyboard.press("w");
    await clickOnPicture(page, [[0.2, 0.2], [0.6, 0.2], [0.6, 0.5]]);
    await page.keyboard.press("Enter");
    await shapes.getByRole("button", { name: "Wall 2", exact: true }).waitFor();
    await page.keyboard.press("Control+z");
    await shapes.getByRole("button", { name: "Wall 2", exact: true }).waitFor({ state: "detached" });
    await page.keyboard.press("Control+Shift+z");
    await shapes.getByRole("button", { name: "Wall 2", exact: true }).waitFor();

    await page.keyboard.press("d");
    await clickOnPicture(page, [[0.3, 0.2], [0.4, 0.2]]);
    await page.keyboard.type("store");
    await page.keyboard.press("Enter");
    await shapes.getByLabel("What the door is for").selectOption("for staff only");

    await page.getByRole("button", { name: "Fixture", exact: true }).click();
    await clickOnPicture(page, [[0.3, 0.6], [0.5, 0.6], [0.5, 0.7], [0.3, 0.7]]);
    await page.keyboard.press("Enter");
    await page.keyboard.type("shelf");
    await page.keyboard.press("Enter");
    await shapes.getByLabel("Height, m").fill("12");
    await page.getByText("The height is from 0 to 10 m.").waitFor();
    assert.ok(await page.getByRole("button", { name: "Save" }).isDisabled());
    await shapes.getByLabel("Height, m").fill("1.8");

    await page.getByRole("button", { name: "Camera", exact: true }).click();
    await clickOnPicture(page, [[0.8, 0.8], [0.8, 0.6]]);
    await shapes.getByLabel("Which camera hangs here").selectOption({ index: 0 });
    await checkAccessibility(page, "plan, building");
    await shoot(page, "plan-building");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("button", { name: /The shop changed just now/ }).click();
    await page.getByText("in use now").waitFor();

    const { walls, doors, fixtures, cameras } = await planOf(page);
    assert.equal(walls.length, 2);
    assert.deepEqual(walls[0].to, walls[1].from, "one wall begins where the other ends");
    assert.equal(walls[0].from[1], walls[0].to[1]);
    assert.equal(doors.length, 1);
    assert.equal(`${doors[0].name} ${doors[0].use}`, "store staff");
    assert.ok(Math.abs(doors[0].from[1] - walls[0].from[1]) < 0.02, "the door is in the wall");
    assert.equal(`${fixtures[0].name} ${fixtures[0].polygon.length} ${fixtures[0].height_m}`, "shelf 4 1.8");
    assert.equal(cameras.length, 1);
    assert.ok(Math.abs(cameras[0].pan_deg + 90) < 2, `it looks up the plan: ${cameras[0].pan_deg}`);
}

/** The page alone: whether people of the demonstration's clip tell enough is no matter of the page. */
async function aCameraIsCalibratedByPeople(page) {
    const calibration = { ...kHighCamera, center: [384, 288], k1: 0, roll_deg: 0, error_m: 0.3 };
    const asked = [];
    await page.route("**/api/plan/calibration/walkers**", (route) => {
        if (route.request().method() === "GET") return route.fulfill({ json: { looks: 412, needed: 30 } });
        asked.push(route.request().postDataJSON());
        return route.fulfill({ json: { calibration, looks: 390, spread_px: 3.1, height_error_percent: 2.4, tilt_error_deg: 1.2 } });
    });
    await page.getByRole("button", { name: "Calibrate", exact: true }).first().click();
    await page.getByRole("button", { name: "By people who walk" }).click();
    await page.getByText(/412 looks at people who walk/).waitFor();
    const fit = page.getByRole("button", { name: "Calibrate by them" });
    await page.getByLabel("From the left, m").fill("");
    await page.getByLabel("From the top, m").fill("1");
    assert.ok(await fit.isDisabled(), "nobody has said where it hangs");
    await page.getByLabel("From the left, m").fill("1");
    await page.getByLabel("Looks to, degrees").fill("45");
    await checkAccessibility(page, "plan, calibration by people");
    await shoot(page, "plan-calibration-people");
    await fit.click();
    await page.getByText(/hangs 11.30 m high/).waitFor();
    assert.equal(`${asked[0].place} ${asked[0].pan_deg} ${asked[0].height_mean_m} ${asked[0].view_deg}`, "1,1 45 1.7 undefined");
    await page.getByRole("button", { name: "Save the calibration" }).click();
    await page.getByRole("img", { name: /people in sight/ }).waitFor();
    await page.unroute("**/api/plan/calibration/walkers**");
    const { cameras } = await planOf(page);
    assert.equal(cameras.filter((placed) => placed.calibration?.tilt_deg === kHighCamera.tilt_deg).length, 1);
}

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

    await page.getByRole("button", { name: "Draw on the plan" }).click();
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
    await whatStandsThereIsDrawn(page);
    await page.getByRole("button", { name: "Close" }).click();
    await page.getByRole("img", { name: /people in sight/ }).waitFor();
    await aCameraIsCalibratedByPeople(page);

    await page.evaluate(async (calibration) => {
        const plan = await (await fetch("/api/plan")).json();
        const { forgery_token: token } = await (await fetch("/api/me")).json();
        const cameras = ["door", "yard"].map((camera) => ({ camera, calibration }));
        // What was drawn on it isn't in the way of the people who are counted.
        Object.assign(plan, { walls: [], doors: [], fixtures: [] });
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

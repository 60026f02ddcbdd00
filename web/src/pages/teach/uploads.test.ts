import { expect, test } from "vitest";

import { ApiError, ConnectionError } from "../../api/client.ts";
import { sendFiles, type Outcome } from "./uploads.ts";

const file = (name: string): File => new File(["x"], name);
const noWait = (): Promise<void> => Promise.resolve();
const taken = { was_there: false, twin_of: null };

test("one file that is refused keeps none of the others back", async () => {
    const heard: Outcome[] = [];
    const outcomes = await sendFiles(
        ["a", "b", "c", "d", "e"].map(file),
        (one) => (one.name === "b" ? Promise.reject(new ApiError(422, { code: "unsuitable_picture", message: "b: is a GIF" }, 0)) : Promise.resolve(taken)),
        (outcome) => heard.push(outcome),
        () => false,
        noWait,
    );
    expect(outcomes.map((one) => one.name).sort()).toEqual(["a", "b", "c", "d", "e"]);
    expect(outcomes.filter((one) => one.problem).map((one) => one.problem?.message)).toEqual(["b: is a GIF"]);
    expect(heard).toEqual(outcomes);
});

test("a busy server and a lost connection are waited for, and not for ever", async () => {
    let tries = 0;
    const patient = await sendFiles(
        [file("a")],
        () => {
            ++tries;
            if (tries === 1) return Promise.reject(new ApiError(429, { code: "too_many_requests", message: "" }, 1));
            if (tries === 2) return Promise.reject(new ConnectionError("/"));
            return Promise.resolve({ was_there: true, twin_of: "1.a" });
        },
        () => undefined,
        () => false,
        noWait,
    );
    expect(patient).toEqual([{ name: "a", wasThere: true, isTwin: true }]);
    tries = 0;
    const lost = await sendFiles(
        [file("a")],
        () => {
            ++tries;
            return Promise.reject(new ConnectionError("/"));
        },
        () => undefined,
        () => false,
        noWait,
    );
    expect(lost[0]?.problem).toBeInstanceOf(ConnectionError);
    expect(tries).toBe(20);
});

test("few are on their way at a time, and it ends when the page goes", async () => {
    let now = 0;
    let most = 0;
    let sent = 0;
    await sendFiles(
        Array.from({ length: 20 }, (_, i) => file(String(i))),
        async () => {
            most = Math.max(most, ++now);
            await Promise.resolve();
            --now;
            ++sent;
            return taken;
        },
        () => undefined,
        () => sent >= 6,
        noWait,
    );
    expect(most).toBe(3);
    expect(sent).toBeLessThan(12);
});

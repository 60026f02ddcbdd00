import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { poll } from "./poll.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function slowServer(answerMs: number) {
    let asked = 0;
    const answers: number[] = [];
    const signals: AbortSignal[] = [];
    const failures: string[] = [];
    const handlers = {
        read: async (signal: AbortSignal) => {
            signals.push(signal);
            const answer = ++asked;
            await new Promise((resolve) => setTimeout(resolve, answerMs));
            return answer;
        },
        onAnswer: (answer: number) => void answers.push(answer),
        onFailure: (error: Error) => void failures.push(error.message),
        nextMs: (): number | undefined => undefined,
    };
    return { handlers, answers, signals, failures, asked: () => asked };
}

describe("poll", () => {
    it("lets answers arrive that are slower than the questions", async () => {
        const server = slowServer(1000);
        const asking = poll(server.handlers);
        for (let ms = 0; ms < 10_000; ms += 400) {
            await vi.advanceTimersByTimeAsync(400);
            asking.ask();
        }
        expect(server.answers.length).toBeGreaterThanOrEqual(9);
        expect(server.asked()).toBeLessThanOrEqual(11);
        expect(server.signals.some((signal) => signal.aborted)).toBe(false);
    });

    it("asks once more after the answer that was on its way", async () => {
        const server = slowServer(1000);
        const asking = poll(server.handlers);
        asking.ask();
        asking.ask();
        await vi.advanceTimersByTimeAsync(5000);
        expect(server.answers).toEqual([1, 2]);
    });

    it("goes on by itself as long as the answers say so, after failures too", async () => {
        const outcomes = [1, new Error("gone"), 2, 3];
        const answers: number[] = [];
        const failures: string[] = [];
        poll<number>({
            read: () => {
                const next = outcomes.shift();
                return typeof next === "number" ? Promise.resolve(next) : Promise.reject(next ?? new Error("asked too often"));
            },
            onAnswer: (answer) => void answers.push(answer),
            onFailure: (error) => void failures.push(error.message),
            nextMs: (outcome) => ("answer" in outcome && outcome.answer === 3 ? undefined : 100),
        });
        await vi.advanceTimersByTimeAsync(5000);
        expect([answers, failures]).toEqual([[1, 2, 3], ["gone"]]);
    });

    it("says nothing once it has ended", async () => {
        const server = slowServer(1000);
        const asking = poll(server.handlers);
        asking.end();
        await vi.advanceTimersByTimeAsync(5000);
        expect([server.answers, server.failures]).toEqual([[], []]);
        expect(server.signals[0]?.aborted).toBe(true);
    });
});

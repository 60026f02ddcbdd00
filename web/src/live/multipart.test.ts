import { describe, expect, it } from "vitest";

import { boundaryOf, kPartBytesMax, MultipartParser } from "./multipart.ts";

const encoder = new TextEncoder();
const stream = encoder.encode(
    "--frame\r\nContent-Type: image/jpeg\r\nContent-Length: 9\r\nX-Media-Time: 12.345\r\n\r\n--frame\r\n\r\n" +
        "--frame\r\nContent-Type: image/jpeg\r\nContent-Length: 3\r\nX-Media-Time: 12.445\r\n\r\nabc\r\n--frame\r\n",
);

function shown(parts: { headers: Map<string, string>; body: Uint8Array }[]) {
    return parts.map((part) => [part.headers.get("x-media-time"), new TextDecoder().decode(part.body)]);
}

describe("MultipartParser", () => {
    it("finds parts by their length, even when a body holds the delimiter", () => {
        expect(shown(new MultipartParser("frame").push(stream))).toEqual([
            ["12.345", "--frame\r\n"],
            ["12.445", "abc"],
        ]);
    });

    it("gives the same parts however the bytes are cut", () => {
        for (let size = 1; size < 12; ++size) {
            const parser = new MultipartParser("frame");
            const parts = [];
            for (let at = 0; at < stream.length; at += size) parts.push(...parser.push(stream.subarray(at, at + size)));
            expect(shown(parts)).toEqual([
                ["12.345", "--frame\r\n"],
                ["12.445", "abc"],
            ]);
        }
    });

    it("does without lengths", () => {
        const parser = new MultipartParser("b");
        const parts = parser.push(encoder.encode("--b\r\nX-Media-Time: 1\r\n\r\none\r\n--b\r\nX-Media-Time: 2\r\n\r\ntwo"));
        expect(shown(parts)).toEqual([["1", "one"]]);
        expect(shown(parser.push(encoder.encode("\r\n--b")))).toEqual([["2", "two"]]);
    });

    it("refuses a part without end", () => {
        const parser = new MultipartParser("b");
        expect(() => parser.push(new Uint8Array(kPartBytesMax + 1))).toThrow("no end");
    });
});

describe("boundaryOf", () => {
    it("reads it with and without quotes", () => {
        expect(boundaryOf("multipart/x-mixed-replace; boundary=frame")).toBe("frame");
        expect(boundaryOf('multipart/x-mixed-replace;boundary="a b"; x=y')).toBe("a b");
        expect(boundaryOf("image/jpeg")).toBeUndefined();
    });
});

// Parts of a multipart/x-mixed-replace stream, as its bytes come in pieces of any size.

export interface Part {
    headers: Map<string, string>;
    body: Uint8Array<ArrayBuffer>;
}

/** A part larger than this is a broken stream: no camera's JPEG is. */
export const kPartBytesMax = 16 * 1024 * 1024;

/** "multipart/x-mixed-replace; boundary=frame" -> "frame" */
export function boundaryOf(contentType: string): string | undefined {
    return /boundary="?([^";]+)"?/i.exec(contentType)?.[1]?.trim();
}

function indexOf(bytes: Uint8Array, pattern: Uint8Array, from: number): number {
    outer: for (let at = from; at + pattern.length <= bytes.length; ++at) {
        for (let i = 0; i < pattern.length; ++i) {
            if (bytes[at + i] !== pattern[i]) continue outer;
        }
        return at;
    }
    return -1;
}

function headersOf(text: string): Map<string, string> {
    const headers = new Map<string, string>();
    for (const line of text.split("\r\n")) {
        const colon = line.indexOf(":");
        if (colon > 0) headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
    }
    return headers;
}

const kHeadEnd = new TextEncoder().encode("\r\n\r\n");

export class MultipartParser {
    private readonly delimiter: Uint8Array;
    private rest = new Uint8Array(0);

    constructor(boundary: string) {
        this.delimiter = new TextEncoder().encode(`--${boundary}`);
    }

    /** The parts that these bytes complete. Throws for a stream that can't be one. */
    push(bytes: Uint8Array): Part[] {
        const joined = new Uint8Array(this.rest.length + bytes.length);
        joined.set(this.rest);
        joined.set(bytes, this.rest.length);
        this.rest = joined;
        const parts: Part[] = [];
        for (let part = this.take(); part; part = this.take()) parts.push(part);
        if (this.rest.length > kPartBytesMax) throw new Error("a part of the stream has no end");
        return parts;
    }

    private take(): Part | undefined {
        const begin = indexOf(this.rest, this.delimiter, 0);
        if (begin < 0) return undefined;
        const headBegin = begin + this.delimiter.length;
        const headEnd = indexOf(this.rest, kHeadEnd, headBegin);
        if (headEnd < 0) return undefined;
        const headers = headersOf(new TextDecoder().decode(this.rest.subarray(headBegin, headEnd)));
        const bodyBegin = headEnd + kHeadEnd.length;
        const length = Number(headers.get("content-length") ?? Number.NaN);
        let bodyEnd = bodyBegin + length;
        if (Number.isNaN(length)) {
            // Without a length the body lasts until the line before the next delimiter.
            const next = indexOf(this.rest, this.delimiter, bodyBegin);
            if (next < 0) return undefined;
            bodyEnd = next - 2;
        }
        if (this.rest.length < bodyEnd) return undefined;
        const part = { headers, body: this.rest.slice(bodyBegin, bodyEnd) };
        this.rest = this.rest.slice(bodyEnd);
        return part;
    }
}

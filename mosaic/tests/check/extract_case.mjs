// node extract_case.mjs FOLDER NAME FILE.onnx: the model of a stored case of references/, as a file.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [folder, name, file] = process.argv.slice(2);
const { cases } = JSON.parse(readFileSync(join(folder, "cases.json"), "utf8"));
const found = cases.find((test) => test.name === name);
if (!found) throw new Error(`${folder} holds no case ${name}`);
const { offset, bytes } = found.model;
writeFileSync(file, readFileSync(join(folder, "cases.bin")).subarray(offset, offset + bytes));

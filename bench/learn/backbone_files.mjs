// Writes the general-purpose network in the npm package nsfwjs (MobileNetV2 of width 1.4, trained on ImageNet and
// then on another task), which lies there as JavaScript, as the TensorFlow.js files that it was made from.
// node backbone_files.mjs PACKAGE FOLDER
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";

const [source, target] = process.argv.slice(2);
if (!source || !target) {
    console.error("usage: node backbone_files.mjs PACKAGE FOLDER");
    process.exit(2);
}
const require = createRequire(import.meta.url);
const name = "mobilenet_v2_mid";
const folder = resolve(source, "dist", "models", name);
const load = (file) => {
    const module = require(join(folder, file));
    return module.default ?? module;
};
const model = load("model.min.js");
const shards = readdirSync(folder)
    .filter((file) => file.startsWith("group"))
    .sort()
    .map((file) => Buffer.from(load(file), "base64"));
model.weightsManifest = [
    { paths: [`${name}.bin`], weights: model.weightsManifest.flatMap((group) => group.weights) },
];
mkdirSync(target, { recursive: true });
writeFileSync(join(target, `${name}.bin`), Buffer.concat(shards));
writeFileSync(join(target, `${name}.json`), JSON.stringify(model));
console.log(`${name}.json`);

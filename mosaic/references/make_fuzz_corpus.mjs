// Writes the seed corpus of fuzz/tfjs_import_fuzz.cpp: of the models of operators/cases.json the smallest of each set of operators,
// in the fuzzer's form (length of the JSON text in four bytes, the text, the weights).
//   node make_fuzz_corpus.mjs FOLDER
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

if (process.argv.length !== 3) {
  console.error('usage: make_fuzz_corpus.mjs FOLDER');
  process.exit(2);
}
const operators = path.join(path.dirname(fileURLToPath(import.meta.url)), 'operators');
const { cases } = JSON.parse(fs.readFileSync(path.join(operators, 'cases.json')));
const bytes = fs.readFileSync(path.join(operators, 'cases.bin'));
fs.mkdirSync(process.argv[2], { recursive: true });
const smallest = new Map();
for (const { model, weights } of cases) {
  const text = Buffer.from(JSON.stringify(model));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(text.length);
  const shards = bytes.subarray(weights.offset, weights.offset + weights.bytes);
  const seed = Buffer.concat([length, text, shards]);
  const operatorsUsed = [...new Set(model.modelTopology.node.map((node) => node.op))].sort().join('_').replaceAll(/Const_?|Placeholder_?/g, '');
  if (!smallest.has(operatorsUsed) || smallest.get(operatorsUsed).length > seed.length) smallest.set(operatorsUsed, seed);
}
for (const [name, seed] of smallest) fs.writeFileSync(path.join(process.argv[2], name.replace(/^_/, '').replace(/_$/, '')), seed);
console.log(`${smallest.size} seeds`);

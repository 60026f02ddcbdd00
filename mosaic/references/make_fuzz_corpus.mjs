// Writes the seed corpora of the fuzzers of importers: fuzz/tfjs_import_fuzz.cpp, of the models of operators/cases.json the smallest
// of each set of operators, in the fuzzer's form (length of the JSON text in four bytes, the text, the weights); and
// fuzz/onnx_import_fuzz.cpp, of the models of onnx/cases.json the smallest of each kind.
//   node make_fuzz_corpus.mjs tfjs|onnx FOLDER
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const [format, folder] = process.argv.slice(2);
if (process.argv.length !== 4 || !['tfjs', 'onnx'].includes(format)) {
  console.error('usage: make_fuzz_corpus.mjs tfjs|onnx FOLDER');
  process.exit(2);
}
const references = path.join(path.dirname(fileURLToPath(import.meta.url)), format === 'tfjs' ? 'operators' : 'onnx');
const { cases } = JSON.parse(fs.readFileSync(path.join(references, 'cases.json')));
const bytes = fs.readFileSync(path.join(references, 'cases.bin'));
const part = ({ offset, bytes: count }) => bytes.subarray(offset, offset + count);

function tfjsSeed({ model, weights }) {
  const text = Buffer.from(JSON.stringify(model));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(text.length);
  const operatorsUsed = [...new Set(model.modelTopology.node.map((node) => node.op))].sort().join('_').replaceAll(/Const_?|Placeholder_?/g, '');
  return [operatorsUsed.replace(/^_/, '').replace(/_$/, ''), Buffer.concat([length, text, part(weights)])];
}

// A kind is the first word of a case's name: "conv" of "conv_3x3".
function onnxSeed({ name, model }) {
  return [name.split('_')[0], part(model)];
}

fs.mkdirSync(folder, { recursive: true });
const smallest = new Map();
for (const one of cases) {
  const [name, seed] = format === 'tfjs' ? tfjsSeed(one) : onnxSeed(one);
  if (!smallest.has(name) || smallest.get(name).length > seed.length) smallest.set(name, seed);
}
for (const [name, seed] of smallest) fs.writeFileSync(path.join(folder, name), seed);
console.log(`${smallest.size} seeds`);

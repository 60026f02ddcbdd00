// Makes references/onnx/cases.json and cases.bin: tiny ONNX models, seeded inputs, and the outputs of ONNX Runtime.
//   node make_onnx_references.mjs --node-modules FOLDER [--proto /usr/include/onnx/onnx.proto] [--corpus FOLDER]
// FOLDER holds onnxruntime-node 1.30.0 and protobufjs 7.4.0; onnx.proto is in Debian's libonnx-dev. With --corpus the models
// are also written one a file, as seeds of fuzz/onnx_import_fuzz.cpp.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { addCases } from './onnx_cases.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const { values: options } = parseArgs({
  options: {
    'node-modules': { type: 'string' },
    proto: { type: 'string', default: '/usr/include/onnx/onnx.proto' },
    corpus: { type: 'string' },
  },
});
if (!options['node-modules']) {
  console.error('usage: make_onnx_references.mjs --node-modules FOLDER [--proto FILE] [--corpus FOLDER]');
  process.exit(2);
}
const require = createRequire(path.join(path.resolve(options['node-modules']), 'x.js'));
const ort = require('onnxruntime-node');
const protobuf = require('protobufjs');
const ModelProto = protobuf.parse(fs.readFileSync(options.proto, 'utf8'), { keepCase: true }).root.lookupType('onnx.ModelProto');

const TYPES = { float32: 1, uint8: 2, int8: 3, int32: 6, int64: 7, bool: 9, float16: 10, float64: 11 };
const ARRAYS = {
  float32: Float32Array, uint8: Uint8Array, int8: Int8Array, int32: Int32Array, int64: BigInt64Array, bool: Uint8Array,
  float64: Float64Array,
};
const FLOAT = 1, INT = 2, STRING = 3, TENSOR = 4, GRAPH = 5, FLOATS = 6, INTS = 7;
const count = (shape) => shape.reduce((a, b) => a * b, 1);
const typed = (dtype, values) => (dtype === 'int64' ? BigInt64Array.from(values, BigInt) : ARRAYS[dtype].from(values));

function tensorProto(name, dtype, shape, values) {
  const data = typed(dtype, values);
  return { name, data_type: TYPES[dtype], dims: shape, raw_data: Buffer.from(data.buffer, data.byteOffset, data.byteLength) };
}

function attribute(name, value) {
  if (value instanceof Graph) return { name, type: GRAPH, g: value.proto() };
  if (value?.floats) return { name, type: FLOATS, floats: value.floats };
  if (value?.float !== undefined) return { name, type: FLOAT, f: value.float };
  if (value?.tensor) return { name, type: TENSOR, t: tensorProto('', ...value.tensor) };
  if (typeof value === 'string') return { name, type: STRING, s: Buffer.from(value) };
  if (typeof value === 'number') return Number.isInteger(value) ? { name, type: INT, i: value } : { name, type: FLOAT, f: value };
  return { name, type: INTS, ints: value };
}

class Graph {
  constructor(seed, prefix = '') {
    Object.assign(this, { state: seed >>> 0, prefix, nodes: [], initializers: [], inputs: [], outputs: [], made: 0 });
  }

  // Uniform in [0, 1), the same on every machine.
  random() {
    this.state = (Math.imul(this.state, 1664525) + 1013904223) >>> 0;
    return (this.state >>> 8) / 16777216;
  }

  numbers(shape, { low = -2, high = 2, integer = false } = {}) {
    return Array.from({ length: count(shape) }, () => {
      const value = low + (high - low) * this.random();
      return integer ? Math.floor(value) : Math.fround(value);
    });
  }

  name(kind) {
    return `${this.prefix}${kind}${this.made++}`;
  }

  input(shape, { dtype = 'float32', values, open = false, ...range } = {}) {
    const name = this.name('x');
    const data = values ?? this.numbers(shape, { ...range, integer: dtype !== 'float32' });
    this.inputs.push({ name, dtype, shape, data, open });
    return name;
  }

  // Without values: random ones.
  init(shape, values, dtype = 'float32', range = {}) {
    const name = this.name('w');
    this.initializers.push(tensorProto(name, dtype, shape, values ?? this.numbers(shape, { low: -1, high: 1, ...range })));
    return name;
  }

  ints(values) {
    return this.init([values.length], values, 'int64');
  }

  node(op, inputs, attributes = {}, outputs = 1) {
    const names = Array.from({ length: outputs }, () => this.name('t'));
    this.nodes.push({
      name: names[0].replace('t', 'n'), op_type: op, input: inputs, output: names,
      attribute: Object.entries(attributes).map(([key, value]) => attribute(key, value)),
    });
    return outputs === 1 ? names[0] : names;
  }

  output(...names) {
    this.outputs.push(...names);
  }

  proto() {
    const info = ({ name, dtype, shape, open }) => ({
      name,
      type: { tensor_type: { elem_type: TYPES[dtype], shape: { dim: shape.map((size, i) => (open && i !== 1 ? { dim_param: `d${i}` } : { dim_value: size })) } } },
    });
    return {
      name: 'g', node: this.nodes, initializer: this.initializers, input: this.inputs.map(info),
      // Types of outputs are worked out by whoever reads the model.
      output: this.outputs.map((name) => ({ name })),
    };
  }

  model(opset) {
    return Buffer.from(ModelProto.encode(ModelProto.fromObject({
      ir_version: 8, producer_name: 'make_onnx_references', opset_import: [{ domain: '', version: opset }], graph: this.proto(),
    })).finish());
  }
}

const chunks = [];
let offset = 0;
function store(buffer) {
  const where = { offset, bytes: buffer.length };
  chunks.push(buffer);
  offset += buffer.length;
  return where;
}

const cases = [];
const failed = [];
async function run(name, opset, build) {
  const graph = new Graph(cases.length * 7919 + 17);
  build(graph, Graph);
  const model = graph.model(opset);
  let results;
  try {
    const session = await ort.InferenceSession.create(model, { executionProviders: ['cpu'], logSeverityLevel: 4, graphOptimizationLevel: 'basic' });
    const feeds = Object.fromEntries(graph.inputs.map(({ name: input, dtype, shape, data }) => [input, new ort.Tensor(dtype, typed(dtype, data), shape)]));
    results = await session.run(feeds);
  } catch (error) {
    failed.push(`${name} at opset ${opset}: ${error.message.split('\n')[0]}`);
    return;
  }
  // As mosaic has them: every integer is int32, every float float32.
  const reduced = (dtype) => (dtype === 'bool' ? 'bool' : dtype.startsWith('float') ? 'float32' : 'int32');
  const tensor = (tensorName, dtype, shape, data) => {
    const array = typed(reduced(dtype), Array.from(data, Number));
    return { name: tensorName, dtype: reduced(dtype), shape, ...store(Buffer.from(array.buffer)) };
  };
  cases.push({
    name, opset, model: store(model),
    inputs: graph.inputs.map(({ name: input, dtype, shape, data }) => tensor(input, dtype, shape, data)),
    outputs: graph.outputs.map((output) => tensor(output, results[output].type, [...results[output].dims], results[output].data)),
  });
  if (options.corpus) fs.writeFileSync(path.join(options.corpus, `${name}_${opset}`), model);
}

if (options.corpus) fs.mkdirSync(options.corpus, { recursive: true });
const list = [];
addCases((name, opsets, build) => opsets.forEach((opset) => list.push([name, opset, build])));
for (const [name, opset, build] of list) await run(name, opset, build);
const folder = path.join(here, 'onnx');
fs.mkdirSync(folder, { recursive: true });
fs.writeFileSync(path.join(folder, 'cases.bin'), Buffer.concat(chunks));
const lines = cases.map((entry) => JSON.stringify(entry)).join(',\n');
fs.writeFileSync(path.join(folder, 'cases.json'), `{"made_by": "onnxruntime-node 1.30.0",\n"cases": [\n${lines}\n]}\n`);
console.log(`${cases.length} cases, ${offset} bytes`);
if (failed.length > 0) {
  console.error(`ONNX Runtime refused:\n  ${failed.join('\n  ')}`);
  process.exitCode = 1;
}

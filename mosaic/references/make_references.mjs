// Makes the stored outputs that mosaic's tests compare with, by TensorFlow.js.
//   node make_references.mjs operators  --node-modules FOLDER
//   node make_references.mjs centernet  --node-modules FOLDER --models FOLDER --picture FILE
// The first writes operators/cases.json and operators/cases.bin: tiny graph models made here, seeded inputs, outputs of
// TensorFlow.js's cpu backend. The second runs CenterNet (wasm backend) on a raw RGB picture of 512x512 and writes
// centernet/*.npy and centernet/picture.sha256. Both overwrite what is there; nothing else depends on the machine.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const here = path.dirname(fileURLToPath(import.meta.url));
const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { 'node-modules': { type: 'string' }, models: { type: 'string' }, picture: { type: 'string' } },
});
const what = positionals[0];
if (!options['node-modules'] || !['operators', 'centernet'].includes(what) ||
    (what === 'centernet' && (!options.models || !options.picture))) {
  console.error('usage: make_references.mjs operators|centernet --node-modules FOLDER [--models FOLDER --picture FILE]');
  process.exit(2);
}
const modules = path.resolve(options['node-modules']);
const require = createRequire(path.join(modules, 'x.js'));
const tf = require('@tensorflow/tfjs');

// ---- building tiny models --------------------------------------------------------------------------------------------

const base64 = (text) => Buffer.from(text).toString('base64');
const DTYPES = { float32: 'DT_FLOAT', int32: 'DT_INT32', bool: 'DT_BOOL' };

function attribute(value) {
  if (typeof value === 'boolean') return { b: value };
  if (typeof value === 'string') return value.startsWith('DT_') ? { type: value } : { s: base64(value) };
  if (typeof value === 'number') return Number.isInteger(value) ? { i: String(value) } : { f: value };
  if (typeof value[0] === 'string') return { list: { s: value.map(base64) } };
  return { list: { i: value.map(String) } };
}

const count = (shape) => shape.reduce((a, b) => a * b, 1);

class Model {
  constructor(seed) {
    this.state = seed >>> 0;
    this.nodes = [];
    this.weights = [];
    this.bytes = [];
    this.inputs = [];
    this.outputs = [];
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

  input(shape, { dtype = 'float32', values, ...range } = {}) {
    const name = `x${this.inputs.length}`;
    this.nodes.push({
      name, op: 'Placeholder',
      attr: { dtype: { type: DTYPES[dtype] }, shape: { shape: { dim: shape.map((size) => ({ size: String(size) })) } } },
    });
    const data = values ?? this.numbers(shape, { ...range, integer: dtype !== 'float32' });
    this.inputs.push({ name, shape, dtype, data });
    return name;
  }

  constant(shape, values, dtype = 'float32', quantization = undefined) {
    const name = `c${this.weights.length}`;
    this.nodes.push({ name, op: 'Const', attr: { dtype: { type: DTYPES[dtype] } } });
    const stored = quantization?.dtype ?? dtype;
    const arrays = { float32: Float32Array, int32: Int32Array, bool: Uint8Array, uint8: Uint8Array, uint16: Uint16Array, float16: Uint16Array };
    this.weights.push(quantization ? { name, shape, dtype, quantization } : { name, shape, dtype });
    this.bytes.push(Buffer.from(arrays[stored].from(values).buffer));
    return name;
  }

  weight(shape, range = { low: -1, high: 1 }) {
    return this.constant(shape, this.numbers(shape, range));
  }

  ints(...values) {
    return this.constant([values.length], values, 'int32');
  }

  int(value) {
    return this.constant([], [value], 'int32');
  }

  op(op, inputs, attributes = {}) {
    const name = `n${this.nodes.length}`;
    // TensorFlow.js wants these spelled out.
    const picture = /Conv|Pool/.test(op) ? { data_format: 'NHWC', dilations: [1, 1, 1, 1], explicit_paddings: [] } : {};
    const attr = Object.fromEntries(Object.entries({ ...picture, ...attributes }).map(([key, value]) => [key, attribute(value)]));
    this.nodes.push({ name, op, input: inputs, attr });
    return name;
  }

  json() {
    return {
      format: 'graph-model',
      modelTopology: { node: this.nodes, library: {}, versions: {} },
      weightsManifest: [{ paths: ['weights.bin'], weights: this.weights }],
      signature: { outputs: Object.fromEntries(this.outputs.map((name) => [name, { name }])) },
    };
  }
}

// ---- the cases -------------------------------------------------------------------------------------------------------

const cases = [];
// `build` adds nodes and returns the names of the outputs.
function add(name, build) {
  const model = new Model(cases.length + 1);
  const outputs = build(model);
  model.outputs = Array.isArray(outputs) ? outputs : [outputs];
  cases.push({ name, model });
}

const strides = (y, x = y) => [1, y, x, 1];

function convolutions() {
  for (const padding of ['SAME', 'VALID']) {
    for (const stride of [1, 2, 3]) {
      for (const size of [1, 3, 5]) {
        add(`conv ${size}x${size} stride ${stride} ${padding}`, (m) =>
          m.op('Conv2D', [m.input([1, 9, 11, 5]), m.weight([size, size, 5, 7])], { strides: strides(stride), padding }));
      }
      for (const size of [3, 5]) {
        add(`depthwise ${size}x${size} stride ${stride} ${padding}`, (m) =>
          m.op('DepthwiseConv2dNative', [m.input([1, 7, 21, 9]), m.weight([size, size, 9, 1])],
            { strides: strides(stride), padding }));
      }
    }
    add(`conv dilated ${padding}`, (m) =>
      m.op('Conv2D', [m.input([2, 11, 9, 3]), m.weight([3, 3, 3, 4])], { strides: strides(1), padding, dilations: strides(2, 3) }));
    add(`depthwise dilated ${padding}`, (m) =>
      m.op('DepthwiseConv2dNative', [m.input([1, 11, 10, 6]), m.weight([3, 3, 6, 1])], { strides: strides(1), padding, dilations: strides(2) }));
  }
  add('conv first of three channels', (m) =>
    m.op('_FusedConv2D', [m.input([1, 17, 29, 3]), m.weight([3, 3, 3, 16]), m.weight([16])],
      { strides: strides(2), padding: 'SAME', fused_ops: ['BiasAdd', 'Relu'], num_args: 1 }));
  add('conv first, even', (m) =>
    m.op('_FusedConv2D', [m.input([1, 8, 32, 3]), m.weight([3, 3, 3, 24]), m.weight([24])],
      { strides: strides(2), padding: 'SAME', fused_ops: ['BiasAdd'], num_args: 1 }));
  add('conv unequal strides and window', (m) =>
    m.op('Conv2D', [m.input([1, 8, 13, 4]), m.weight([2, 5, 4, 9])], { strides: strides(2, 3), padding: 'SAME' }));
  add('conv explicit padding', (m) =>
    m.op('Conv2D', [m.input([1, 7, 8, 3]), m.weight([3, 3, 3, 5])],
      { strides: strides(2), padding: 'EXPLICIT', explicit_paddings: [0, 0, 1, 2, 0, 1, 0, 0] }));
  add('conv batch of three', (m) =>
    m.op('Conv2D', [m.input([3, 5, 6, 8]), m.weight([1, 1, 8, 16])], { strides: strides(1), padding: 'SAME' }));
  add('depthwise multiplier', (m) =>
    m.op('DepthwiseConv2dNative', [m.input([1, 7, 6, 4]), m.weight([3, 3, 4, 3])], { strides: strides(1), padding: 'SAME' }));
  add('depthwise of a picture smaller than the window', (m) =>
    m.op('DepthwiseConv2dNative', [m.input([1, 2, 3, 16]), m.weight([5, 5, 16, 1])], { strides: strides(1), padding: 'SAME' }));
  add('depthwise stride 2, even', (m) =>
    m.op('FusedDepthwiseConv2dNative', [m.input([1, 8, 34, 8]), m.weight([3, 3, 8, 1]), m.weight([8])],
      { strides: strides(2), padding: 'SAME', fused_ops: ['BiasAdd', 'Relu6'], num_args: 1 }));
  // Channels and pixels on both sides of whole registers and tiles.
  for (const [inputs, outputs] of [[3, 8], [8, 3], [16, 16], [18, 24], [24, 18], [7, 40], [88, 22], [33, 56]]) {
    add(`pointwise ${inputs} to ${outputs}`, (m) =>
      m.op('_FusedConv2D', [m.input([1, 5, 7, inputs]), m.weight([1, 1, inputs, outputs], { low: -0.3, high: 0.3 }), m.weight([outputs])],
        { strides: strides(1), padding: 'VALID', fused_ops: ['BiasAdd'], num_args: 1 }));
  }
}

function fusions() {
  for (const activation of ['Relu', 'Relu6', 'Elu', 'LeakyRelu']) {
    for (const [op, weights] of [['_FusedConv2D', [1, 1, 12, 12]], ['FusedDepthwiseConv2dNative', [3, 3, 12, 1]]]) {
      // TensorFlow.js doesn't pass the slope on to depthwise convolutions, and so gets NaN.
      if (op.includes('Depthwise') && activation === 'LeakyRelu') continue;
      add(`${op} bias ${activation}`, (m) =>
        m.op(op, [m.input([1, 5, 6, 12]), m.weight(weights), m.weight([12])],
          { strides: strides(1), padding: 'SAME', fused_ops: ['BiasAdd', activation], num_args: 1, leakyrelu_alpha: 0.125 }));
    }
  }
  add('conv bias Prelu', (m) =>
    m.op('_FusedConv2D', [m.input([1, 5, 6, 4]), m.weight([3, 3, 4, 6]), m.weight([6]), m.weight([6])],
      { strides: strides(1), padding: 'SAME', fused_ops: ['BiasAdd', 'Prelu'], num_args: 2 }));
  const conv = (m, x, inputs, outputs, size = 1) =>
    m.op('_FusedConv2D', [x, m.weight([size, size, inputs, outputs]), m.weight([outputs])],
      { strides: strides(1), padding: 'SAME', fused_ops: ['BiasAdd'], num_args: 1 });
  add('BiasAdd after conv', (m) =>
    m.op('BiasAdd', [m.op('Conv2D', [m.input([1, 4, 5, 6]), m.weight([3, 3, 6, 10])], { strides: strides(1), padding: 'SAME' }), m.weight([10])]));
  add('residual of a convolution and its input', (m) => {
    const x = m.input([1, 6, 7, 16]);
    return m.op('AddV2', [conv(m, x, 16, 16), x]);
  });
  add('residual, then relu', (m) => {
    const x = m.input([1, 6, 7, 16]);
    return m.op('Relu', [m.op('Add', [x, conv(m, x, 16, 16, 3)])]);
  });
  add('sum of two convolutions', (m) => {
    const x = m.input([1, 6, 7, 8]);
    return m.op('AddV2', [conv(m, x, 8, 24), conv(m, x, 8, 24, 3)]);
  });
  add('residual read again later', (m) => {
    const x = conv(m, m.input([1, 5, 5, 8]), 8, 16);
    const y = m.op('AddV2', [conv(m, x, 16, 16), x]);
    return m.op('AddV2', [conv(m, y, 16, 16), x]);
  });
  const shifted = (m, x) => m.op('Relu6', [m.op('AddV2', [x, m.constant([], [3])])]);
  const sixth = (m) => m.constant([], [0.1666259765625]);
  add('hard-swish after convolution', (m) => {
    const x = conv(m, m.input([1, 6, 5, 8]), 8, 24);
    return m.op('Mul', [m.op('Mul', [sixth(m), x]), shifted(m, x)]);
  });
  add('hard-swish alone', (m) => {
    const x = m.input([1, 6, 5, 8], { low: -5, high: 5 });
    return m.op('Mul', [m.op('Mul', [sixth(m), x]), shifted(m, x)]);
  });
  add('hard-sigmoid', (m) => m.op('Mul', [sixth(m), shifted(m, m.input([1, 3, 3, 8], { low: -5, high: 5 }))]));
  add('convolution times a constant', (m) => m.op('Mul', [conv(m, m.input([1, 5, 5, 8]), 8, 4), m.constant([], [16])]));
  add('convolution times one factor a channel, plus another', (m) =>
    m.op('Add', [m.op('Mul', [m.op('Conv2D', [m.input([1, 5, 5, 8]), m.weight([3, 3, 8, 12])], { strides: strides(2), padding: 'SAME' }), m.weight([12])]), m.weight([12])]));
  add('depthwise with multiplier times a factor a channel', (m) =>
    m.op('Mul', [m.op('DepthwiseConv2dNative', [m.input([1, 5, 5, 4]), m.weight([3, 3, 4, 2])], { strides: strides(1), padding: 'SAME' }), m.weight([1, 1, 1, 8])]));
  add('squeeze and excite', (m) => {
    const x = conv(m, m.input([1, 7, 9, 8]), 8, 24);
    const mean = m.op('Mean', [x, m.ints(1, 2)], { keep_dims: true });
    const gate = m.op('Mul', [sixth(m), shifted(m, conv(m, mean, 24, 24))]);
    return conv(m, m.op('Mul', [gate, x]), 24, 16);
  });
  add('scaled picture read by two depthwise convolutions', (m) => {
    const x = conv(m, m.input([1, 9, 9, 8]), 8, 16);
    const gate = m.op('Sigmoid', [conv(m, m.op('Mean', [x, m.ints(1, 2)], { keep_dims: true }), 16, 16)]);
    const scaled = m.op('Mul', [x, gate]);
    return [3, 5].map((size) => m.op('DepthwiseConv2dNative', [scaled, m.weight([size, size, 16, 1])], { strides: strides(1), padding: 'SAME' }));
  });
  add('upsampled and joined, then relu', (m) => {
    const small = conv(m, m.input([1, 4, 5, 8]), 8, 16);
    const large = conv(m, m.input([1, 8, 10, 8]), 8, 32);
    const up = m.op('ResizeBilinear', [small, m.ints(8, 10)], { align_corners: false, half_pixel_centers: false });
    const joined = m.op('Relu', [m.op('ConcatV2', [large, up, m.int(3)], { N: 2 })]);
    return conv(m, joined, 48, 8);
  });
  for (const [name, rows, columns, channels, size, stride] of [['large', 64, 64, 72, 3, 1], ['strided', 66, 70, 64, 3, 2], ['of five', 64, 66, 64, 5, 1]]) {
    add(`expansion and depthwise, ${name}`, (m) => {
      const large = m.op('ResizeBilinear', [m.input([1, 9, 11, 4]), m.ints(rows, columns)], { align_corners: false, half_pixel_centers: false });
      const x = conv(m, large, 4, channels);
      const y = m.op('FusedDepthwiseConv2dNative', [m.op('Relu', [x]), m.weight([size, size, channels, 1]), m.weight([channels])],
        { strides: strides(stride), padding: 'SAME', fused_ops: ['BiasAdd', 'Relu'], num_args: 1 });
      return m.op('MaxPool', [conv(m, y, channels, 3)], { ksize: strides(9), strides: strides(7), padding: 'VALID' });
    });
  }
  add('highest local maxima', (m) => {
    const x = m.op('Sigmoid', [conv(m, m.input([1, 9, 11, 8]), 8, 6)]);
    const largest = m.op('MaxPool', [x], { ksize: strides(3), strides: strides(1), padding: 'SAME' });
    const peaks = m.op('Mul', [x, m.op('Cast', [m.op('Equal', [x, largest])], { SrcT: 'DT_BOOL', DstT: 'DT_FLOAT' })]);
    const top = m.op('TopKV2', [m.op('Reshape', [peaks, m.ints(1, -1)]), m.int(12)], { sorted: true });
    return [top, `${top}:1`];
  });
}

function elementwise() {
  const float = { low: -3, high: 3 };
  for (const op of ['Relu', 'Relu6', 'Elu', 'Sigmoid', 'Tanh', 'Abs', 'Ceil', 'Exp', 'Floor', 'Neg', 'Round', 'Square']) {
    add(op, (m) => m.op(op, [m.input([2, 3, 5], float)]));
  }
  add('LeakyRelu', (m) => m.op('LeakyRelu', [m.input([2, 3, 5], float)], { alpha: 0.3 }));
  for (const op of ['Log', 'Sqrt', 'Rsqrt', 'Reciprocal']) add(op, (m) => m.op(op, [m.input([7, 3], { low: 0.1, high: 5 })]));
  add('LogicalNot', (m) => m.op('LogicalNot', [m.input([9], { dtype: 'bool', low: 0, high: 2 })]));
  const shapes = [
    [[2, 3, 4, 5], [2, 3, 4, 5]], [[2, 3, 4, 5], [5]], [[3, 1, 5], [4, 1]], [[1, 4, 4, 8], []],
    [[1, 1, 1, 6], [2, 3, 3, 6]], [[1], [3, 2]],
  ];
  for (const op of ['AddV2', 'Sub', 'Mul', 'RealDiv', 'Maximum', 'Minimum', 'SquaredDifference']) {
    for (const [a, b] of op === 'AddV2' || op === 'Mul' ? shapes : shapes.slice(1, 4)) {
      add(`${op} [${a}] [${b}]`, (m) => m.op(op, [m.input(a), m.input(b, { low: 0.5, high: 3 })]));
    }
  }
  for (const op of ['FloorDiv', 'FloorMod']) {
    add(`${op} of integers`, (m) =>
      m.op(op, [m.input([12], { dtype: 'int32', values: [7, -7, 7, -7, 0, 6, -6, 100, -1, 1, 80, -81] }),
        m.input([12], { dtype: 'int32', values: [3, 3, -3, -3, 5, 3, 3, 80, 80, -80, 80, 80] })]));
    // TensorFlow.js calls FloorDiv's result int32, TensorFlow and mosaic float32: the cast makes them alike.
    add(`${op} of floats`, (m) =>
      m.op('Cast', [m.op(op, [m.input([8], { values: [7.5, -7.5, 7.5, -7.5, 0, 6, -6, 0.25] }), m.input([8], { values: [2, 2, -2, -2, 3, 3, 3, 1] })])], { SrcT: 'DT_FLOAT', DstT: 'DT_FLOAT' }));
  }
  add('Mul and AddV2 of integers', (m) => m.op('AddV2', [m.op('Mul', [m.input([6], { dtype: 'int32', low: -9, high: 9 }), m.int(128)]), m.int(-3)]));
  add('AddN', (m) => m.op('AddN', [m.input([3, 4]), m.input([3, 4]), m.input([3, 4])]));
  add('Pow', (m) => m.op('Pow', [m.input([3, 4], { low: 0.2, high: 3 }), m.input([4])]));
  add('Prelu', (m) => m.op('Prelu', [m.input([1, 3, 4, 5]), m.weight([5])]));
  for (const op of ['Equal', 'NotEqual', 'Less', 'LessEqual', 'Greater', 'GreaterEqual']) {
    add(op, (m) => m.op(op, [m.input([3, 5], { dtype: 'int32', low: 0, high: 3 }), m.input([5], { dtype: 'int32', low: 0, high: 3 })]));
  }
  for (const op of ['LogicalAnd', 'LogicalOr']) {
    add(op, (m) => m.op(op, [m.input([3, 5], { dtype: 'bool', low: 0, high: 2 }), m.input([5], { dtype: 'bool', low: 0, high: 2 })]));
  }
  add('Cast float to int32', (m) => m.op('Cast', [m.input([6], { values: [-2.9, -0.5, 0, 0.5, 2.9, 1000.25] })], { SrcT: 'DT_FLOAT', DstT: 'DT_INT32' }));
  add('Cast int32 to float', (m) => m.op('Cast', [m.input([6], { dtype: 'int32', low: -50, high: 50 })], { SrcT: 'DT_INT32', DstT: 'DT_FLOAT' }));
  add('Cast bool to float', (m) => m.op('Cast', [m.input([6], { dtype: 'bool', low: 0, high: 2 })], { SrcT: 'DT_BOOL', DstT: 'DT_FLOAT' }));
}

function pictures() {
  for (const op of ['MaxPool', 'AvgPool']) {
    for (const padding of ['SAME', 'VALID']) {
      for (const [size, stride] of [[2, 2], [3, 1], [3, 2]]) {
        add(`${op} ${size} stride ${stride} ${padding}`, (m) =>
          m.op(op, [m.input([1, 7, 10, 9])], { ksize: strides(size), strides: strides(stride), padding }));
      }
    }
  }
  for (const [name, align_corners, half_pixel_centers] of [['plain', false, false], ['half pixel', false, true], ['aligned', true, false]]) {
    for (const [height, width] of [[10, 14], [13, 9], [3, 4], [5, 7], [1, 1]]) {
      add(`ResizeBilinear ${name} to ${height}x${width}`, (m) =>
        m.op('ResizeBilinear', [m.input([1, 5, 7, 3]), m.ints(height, width)], { align_corners, half_pixel_centers }));
      add(`ResizeBilinear of blocks, ${name} to ${height}x${width}`, (m) =>
        m.op('ResizeBilinear', [m.op('Conv2D', [m.input([1, 5, 7, 3]), m.weight([1, 1, 3, 16])], { strides: strides(1), padding: 'SAME' }), m.ints(height, width)],
          { align_corners, half_pixel_centers }));
    }
  }
}

function shapes() {
  for (const keep_dims of [true, false]) {
    for (const axes of [[1, 2], [0], [-1], [0, 1, 2, 3], [2]]) {
      add(`Mean [${axes}] ${keep_dims}`, (m) => m.op('Mean', [m.input([2, 3, 5, 4]), m.ints(...axes)], { keep_dims }));
    }
  }
  for (const op of ['Sum', 'Max', 'Min', 'Prod']) add(op, (m) => m.op(op, [m.input([2, 3, 5]), m.ints(-1, 0)], { keep_dims: false }));
  for (const axis of [0, 1, 2, 3, -1, -2]) {
    add(`ConcatV2 axis ${axis}`, (m) => {
      const shape = (size) => [2, 3, 4, 5].map((own, i) => (i === (axis + 4) % 4 ? size : own));
      return m.op('ConcatV2', [m.input(shape(1)), m.input(shape(3)), m.input(shape(2)), m.int(axis)], { N: 3 });
    });
  }
  add('ConcatV2 of blocks with an odd part', (m) => {
    const conv = (inputs, outputs) => m.op('Conv2D', [m.input([1, 4, 5, inputs]), m.weight([1, 1, inputs, outputs])], { strides: strides(1), padding: 'SAME' });
    return m.op('Relu', [m.op('ConcatV2', [conv(3, 16), conv(5, 20), conv(4, 8), m.int(3)], { N: 3 })]);
  });
  add('Pack and Unpack', (m) => {
    const parts = m.op('Unpack', [m.input([2, 3, 4])], { num: 3, axis: 1 });
    return m.op('Pack', [`${parts}:2`, parts, `${parts}:1`], { axis: 2 });
  });
  add('Reshape, inferred', (m) => m.op('Reshape', [m.input([2, 3, 4]), m.ints(4, -1)]));
  add('ExpandDims', (m) => m.op('ExpandDims', [m.input([2, 3]), m.int(-1)]));
  add('ExpandDims in the middle', (m) => m.op('ExpandDims', [m.input([2, 3]), m.int(1)]));
  add('Squeeze', (m) => m.op('Squeeze', [m.input([1, 3, 1, 2])], { squeeze_dims: [2] }));
  add('Squeeze all', (m) => m.op('Squeeze', [m.input([1, 3, 1, 2])]));
  for (const order of [[0, 3, 1, 2], [0, 2, 3, 1], [3, 2, 1, 0]]) {
    add(`Transpose [${order}]`, (m) => m.op('Transpose', [m.input([2, 3, 4, 5]), m.ints(...order)]));
  }
  const pairs = (m, ...values) => m.constant([values.length / 2, 2], values, 'int32');
  add('Pad', (m) => m.op('Pad', [m.input([1, 3, 4, 2]), pairs(m, 0, 0, 1, 2, 0, 3, 0, 1)]));
  add('PadV2', (m) => m.op('PadV2', [m.input([3, 4]), pairs(m, 1, 0, 0, 2), m.constant([], [-1.5])]));
  const slice = (name, shape, begin, end, step, masks = {}) =>
    add(`StridedSlice ${name}`, (m) => m.op('StridedSlice', [m.input(shape), m.ints(...begin), m.ints(...end), m.ints(...step)],
      { begin_mask: 0, end_mask: 0, ellipsis_mask: 0, new_axis_mask: 0, shrink_axis_mask: 0, ...masks }));
  slice('plain', [4, 5, 6], [1, 0, 2], [3, 5, 6], [1, 2, 3]);
  slice('masks', [4, 5, 6], [0, 0, 2], [0, 0, 3], [1, 1, 1], { begin_mask: 3, end_mask: 3 });
  slice('negative strides', [4, 5, 6], [-1, 4, 5], [0, 0, -7], [-1, -2, -1]);
  slice('negative stride with masks', [4, 5], [0, 0], [0, 0], [-1, 1], { begin_mask: 3, end_mask: 3 });
  slice('shrink', [4, 5, 6], [1, 0, -1], [2, 5, 0], [1, 1, 1], { shrink_axis_mask: 5 });
  slice('ellipsis and new axis', [2, 3, 4, 5], [0, 0, 1], [0, 0, 3], [1, 1, 1], { ellipsis_mask: 1, new_axis_mask: 2 });
  slice('beyond the end', [4, 5], [-9, 2], [9, 99], [1, 1]);
  add('Slice', (m) => m.op('Slice', [m.input([3, 4, 5]), m.ints(1, 0, 2), m.ints(2, -1, 3)]));
}

function search() {
  for (const [shape, axis] of [[[5, 3], 0], [[2, 5, 3], 1], [[2, 3, 5], -1]]) {
    add(`GatherV2 [${shape}] axis ${axis}`, (m) =>
      m.op('GatherV2', [m.input(shape), m.input([4], { dtype: 'int32', values: [2, 0, 1, 2] }), m.int(axis)], { batch_dims: 0 }));
  }
  add('GatherNd', (m) => m.op('GatherNd', [m.input([3, 4, 2]), m.input([3, 2], { dtype: 'int32', values: [0, 1, 2, 3, 1, 0] })]));
  for (const [shape, k] of [[[20], 5], [[3, 8], 8], [[2, 2, 9], 1]]) {
    add(`TopKV2 [${shape}] ${k}`, (m) => {
      const top = m.op('TopKV2', [m.input(shape), m.int(k)], { sorted: true });
      return [top, `${top}:1`];
    });
  }
  add('TopKV2 with ties', (m) => {
    const top = m.op('TopKV2', [m.input([2, 12], { dtype: 'int32', low: 0, high: 4 }), m.int(7)], { sorted: true });
    return [top, `${top}:1`];
  });
  add('ArgMax', (m) => m.op('ArgMax', [m.input([3, 7, 2]), m.int(1)]));
  add('ArgMax with ties', (m) => m.op('ArgMax', [m.input([3, 9], { dtype: 'int32', low: 0, high: 3 }), m.int(-1)]));
  add('Softmax', (m) => m.op('Softmax', [m.input([3, 7], { low: -20, high: 20 })]));
}

function products() {
  for (const [transpose_a, transpose_b] of [[false, false], [true, false], [false, true], [true, true]]) {
    add(`MatMul ${transpose_a} ${transpose_b}`, (m) =>
      m.op('MatMul', [m.input(transpose_a ? [5, 3] : [3, 5]), m.weight(transpose_b ? [7, 5] : [5, 7])], { transpose_a, transpose_b }));
  }
  add('_FusedMatMul bias relu', (m) =>
    m.op('_FusedMatMul', [m.input([1, 33]), m.weight([33, 10]), m.weight([10])],
      { transpose_a: false, transpose_b: false, fused_ops: ['BiasAdd', 'Relu'], num_args: 1 }));
  add('BatchMatMulV2', (m) => m.op('BatchMatMulV2', [m.input([2, 3, 5]), m.input([2, 4, 5])], { adj_x: false, adj_y: true }));
}

function storage() {
  const half = [0x0000, 0x8000, 0x3c00, 0xbc00, 0x3155, 0x7bff, 0x0001, 0x03ff, 0x0400, 0xc248];
  add('float16 weights', (m) =>
    m.op('AddV2', [m.input([10], { low: 0, high: 0.001 }), m.constant([10], half, 'float32', { dtype: 'float16', original_dtype: 'float32' })]));
  add('uint8 weights', (m) =>
    m.op('AddV2', [m.input([5]), m.constant([5], [0, 1, 127, 128, 255], 'float32', { dtype: 'uint8', scale: 0.0125, min: -1.25, original_dtype: 'float32' })]));
  add('uint16 weights', (m) =>
    m.op('AddV2', [m.input([5]), m.constant([5], [0, 1, 32767, 32768, 65535], 'float32', { dtype: 'uint16', scale: 0.0001, min: -2, original_dtype: 'float32' })]));
  add('uint8 integers', (m) =>
    m.op('AddV2', [m.input([4], { dtype: 'int32', low: 0, high: 3 }), m.constant([4], [0, 3, 7, 255], 'int32', { dtype: 'uint8', scale: 2, min: -100, original_dtype: 'int32' })]));
  add('bool weights', (m) => m.op('LogicalAnd', [m.input([4], { dtype: 'bool', low: 0, high: 2 }), m.constant([4], [0, 1, 1, 0], 'bool')]));
}

function laterElementwise() {
  add('BatchMatMul', (m) => m.op('BatchMatMul', [m.input([2, 5, 3]), m.input([2, 5, 4])], { adj_x: true, adj_y: false }));
  for (const op of ['Cos', 'Erf', 'Sign', 'Sin', 'Softplus']) add(op, (m) => m.op(op, [m.input([3, 7], { low: -4, high: 4 })]));
  add('Sign of zero', (m) => m.op('Sign', [m.input([3], { values: [-1.5, 0, 2] })]));
  add('Div', (m) => m.op('Div', [m.input([2, 3, 5]), m.input([5], { low: 0.5, high: 3 })]));
  add('Select', (m) => m.op('Select', [m.input([3, 5], { dtype: 'bool', low: 0, high: 2 }), m.input([3, 5]), m.input([3, 5])]));
  add('SelectV2', (m) => m.op('SelectV2', [m.input([3, 1], { dtype: 'bool', values: [1, 0, 1] }), m.input([3, 5]), m.input([5])]));
}

// What is made of shapes is a constant by the time of the run, so an input is added: a session needs work.
function numbersOfShapes() {
  add('Shape', (m) => m.op('AddV2', [m.op('Shape', [m.input([2, 3, 5])]), m.input([3], { dtype: 'int32', low: 0, high: 5 })]));
  add('Size', (m) => m.op('AddV2', [m.op('Size', [m.input([2, 3, 5])]), m.input([3], { dtype: 'int32', low: 0, high: 5 })]));
  add('Fill', (m) => m.op('AddV2', [m.op('Fill', [m.ints(2, 3), m.constant([], [1.5])]), m.input([2, 3])]));
  add('ZerosLike', (m) => {
    const x = m.input([2, 3, 5]);
    return m.op('Maximum', [m.op('ZerosLike', [x]), x]);
  });
  add('SparseToDense', (m) =>
    m.op('AddV2', [m.op('SparseToDense', [m.constant([3, 2], [0, 1, 2, 3, 1, 0], 'int32'), m.ints(3, 5), m.constant([3], [1.5, -2, 4]), m.constant([], [0.25])]),
      m.input([3, 5])]));
}

function rearranged() {
  add('BroadcastTo', (m) => m.op('BroadcastTo', [m.input([3, 1, 5]), m.ints(2, 3, 4, 5)]));
  add('Tile', (m) => m.op('Tile', [m.input([2, 1, 3]), m.ints(1, 4, 2)]));
  for (const axis of [0, 1, -1]) {
    add(`Split axis ${axis}`, (m) => {
      const parts = m.op('Split', [m.int(axis), m.input([4, 6, 2])], { num_split: 2 });
      return [parts, `${parts}:1`];
    });
  }
  add('SplitV', (m) => {
    const parts = m.op('SplitV', [m.input([2, 9, 3]), m.ints(2, 4, 3), m.int(1)], { num_split: 3 });
    return [parts, `${parts}:1`, `${parts}:2`];
  });
  add('MirrorPad', (m) =>
    m.op('MirrorPad', [m.input([1, 4, 5, 2]), m.constant([4, 2], [0, 0, 1, 2, 3, 0, 0, 1], 'int32')], { mode: 'REFLECT' }));
  for (const block of [2, 3]) {
    add(`DepthToSpace ${block}`, (m) =>
      m.op('DepthToSpace', [m.input([2, 3, 5, 2 * block * block])], { block_size: block, data_format: 'NHWC' }));
  }
  for (const [name, align_corners, half_pixel_centers] of [['plain', false, false], ['half pixel', false, true], ['aligned', true, false]]) {
    for (const [height, width] of [[10, 14], [13, 9], [3, 4], [5, 7]]) {
      add(`ResizeNearestNeighbor ${name} to ${height}x${width}`, (m) =>
        m.op('ResizeNearestNeighbor', [m.input([1, 5, 7, 3]), m.ints(height, width)], { align_corners, half_pixel_centers }));
    }
  }
}

function transposedConvolutions() {
  for (const padding of ['SAME', 'VALID']) {
    for (const [size, stride] of [[2, 2], [3, 2], [3, 1], [4, 3]]) {
      const sized = (length) => (padding === 'SAME' ? length * stride : (length - 1) * stride + size);
      add(`Conv2DBackpropInput ${size}x${size} stride ${stride} ${padding}`, (m) =>
        m.op('Conv2DBackpropInput', [m.ints(1, sized(4), sized(5), 3), m.weight([size, size, 3, 6]), m.input([1, 4, 5, 6])],
          { strides: strides(stride), padding }));
    }
  }
  add('Conv2DBackpropInput to odd sizes', (m) =>
    m.op('Conv2DBackpropInput', [m.ints(2, 7, 9, 5), m.weight([3, 3, 5, 4]), m.input([2, 4, 5, 4])], { strides: strides(2), padding: 'SAME' }));
}

// Neither is left when a network runs: ranges are constants by then, and what only hands on is taken out of the graph.
function rangesAndIdentities() {
  const range = (name, numbers, count, dtype, tidx) =>
    add(`Range ${name}`, (m) => m.op('AddV2', [m.op('Range', numbers.map((number) => m.constant([], [number], dtype)), { Tidx: tidx }), m.input([count], { dtype, low: -9, high: 9 })]));
  range('with a last step that is shorter', [1, 12, 3], 4, 'int32', 'DT_INT32');
  range('downwards', [5, -5, -4], 3, 'int32', 'DT_INT32');
  range('of floats', [-0.5, 1, 0.25], 6, 'float32', 'DT_FLOAT');
  add('Identity in the middle', (m) => m.op('Relu', [m.op('Identity', [m.op('Neg', [m.input([2, 3, 5])])])]));
  add('Identity at the end', (m) => m.op('Identity', [m.op('Relu', [m.input([2, 3, 5])])]));
  add('Identity of an input', (m) => m.op('Identity', [m.input([4], { dtype: 'int32', low: -9, high: 9 })]));
}

// ---- running them ----------------------------------------------------------------------------------------------------

const ARRAYS = { float32: Float32Array, int32: Int32Array, bool: Uint8Array };

function load(json, weights) {
  return tf.loadGraphModel({
    load: async () => ({
      modelTopology: json.modelTopology,
      weightSpecs: json.weightsManifest.flatMap((group) => group.weights),
      weightData: weights.buffer.slice(weights.byteOffset, weights.byteOffset + weights.length),
      signature: json.signature,
      format: json.format,
    }),
  });
}

async function makeOperators() {
  await tf.setBackend('cpu');
  convolutions();
  fusions();
  elementwise();
  pictures();
  shapes();
  search();
  products();
  storage();
  // After those that were there before: a case's numbers follow from its place.
  laterElementwise();
  numbersOfShapes();
  rearranged();
  transposedConvolutions();
  rangesAndIdentities();
  const chunks = [];
  let at = 0;
  const put = (bytes) => {
    const range = { offset: at, bytes: bytes.length };
    chunks.push(bytes);
    at += bytes.length;
    return range;
  };
  const list = [];
  for (const { name, model } of cases) {
    const json = model.json();
    const weights = Buffer.concat(model.bytes);
    const loaded = await load(json, weights);
    const feeds = {};
    for (const input of model.inputs) feeds[input.name] = tf.tensor(ARRAYS[input.dtype].from(input.data), input.shape, input.dtype);
    let results;
    try {
      results = await loaded.executeAsync(feeds, model.outputs);
    } catch (error) {
      throw new Error(`${name}: ${error.message}`);
    }
    if (!Array.isArray(results)) results = [results];
    const outputs = [];
    for (const [i, result] of results.entries()) {
      const data = ARRAYS[result.dtype].from(await result.data());
      outputs.push({ name: model.outputs[i], dtype: result.dtype, shape: result.shape, ...put(Buffer.from(data.buffer)) });
    }
    list.push({
      name, model: json, weights: put(weights),
      inputs: model.inputs.map(({ name: input, dtype, shape, data }) => ({ name: input, dtype, shape, ...put(Buffer.from(ARRAYS[dtype].from(data).buffer)) })),
      outputs,
    });
  }
  const folder = path.join(here, 'operators');
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folder, 'cases.bin'), Buffer.concat(chunks));
  const lines = list.map((entry) => JSON.stringify(entry)).join(',\n');
  fs.writeFileSync(path.join(folder, 'cases.json'), `{"made_by": "TensorFlow.js ${tf.version_core}, cpu",\n"cases": [\n${lines}\n]}\n`);
  console.log(`${list.length} cases, ${at} bytes`);
}

// ---- CenterNet -------------------------------------------------------------------------------------------------------

function writeNpy(file, shape, data) {
  let header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${shape.join(', ')},), }`;
  header += ' '.repeat(63 - ((10 + header.length) % 64)) + '\n';
  const start = Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, header.length & 255, header.length >> 8]);
  fs.writeFileSync(file, Buffer.concat([start, Buffer.from(header), Buffer.from(Float32Array.from(data).buffer)]));
}

async function makeCenternet() {
  const wasm = require('@tensorflow/tfjs-backend-wasm');
  wasm.setThreadsCount(1);
  wasm.setWasmPaths(path.join(modules, '@tensorflow/tfjs-backend-wasm/dist/'));
  await tf.setBackend('wasm');
  await tf.ready();
  const picture = fs.readFileSync(options.picture);
  if (picture.length !== 512 * 512 * 3) throw new Error(`${options.picture}: ${picture.length} bytes, not 512x512x3`);
  const json = JSON.parse(fs.readFileSync(path.join(options.models, 'centernet.json')));
  const weights = Buffer.concat(json.weightsManifest.flatMap((group) => group.paths.map((file) => fs.readFileSync(path.join(options.models, file)))));
  const model = await load(json, weights);
  const names = ['tower_0/detections', 'tower_0/keypoints', 'tower_0/wh'];
  const outputs = model.execute({ 'tower_0/images': tf.tensor(Float32Array.from(picture), [1, 512, 512, 3]) }, names);
  const [detections, keypoints, wh] = await Promise.all(outputs.map((output) => output.data()));
  const sample = (data) => Array.from(data).filter((_, i) => i % 97 === 0);
  const folder = path.join(here, 'centernet');
  fs.mkdirSync(folder, { recursive: true });
  writeNpy(path.join(folder, 'detections.npy'), [100, 6], detections);
  const [few_keypoints, few_wh] = [sample(keypoints), sample(wh)];
  writeNpy(path.join(folder, 'keypoints_every_97.npy'), [few_keypoints.length], few_keypoints);
  writeNpy(path.join(folder, 'wh_every_97.npy'), [few_wh.length], few_wh);
  fs.writeFileSync(path.join(folder, 'picture.sha256'), createHash('sha256').update(picture).digest('hex') + '\n');
  console.log('centernet done');
}

await (what === 'operators' ? makeOperators() : makeCenternet());

// Networks in mosaic and in ONNX Runtime, side by side: same weights, inputs and threads, in turns within one run.
//   node bench/nn.mjs --mosaic BINARY --models FOLDER --node-modules FOLDER [--shared FOLDER] [--only NAME,..]
//                     [--rounds 5] [--runs 5] [--json FILE]
// mosaic exports each network, so that ONNX Runtime runs the very same one. A round is a few warm runs of each engine;
// the table gives the median, least and greatest of all runs, and how many times as fast as ONNX Runtime's fp32 mosaic
// is by the medians of the rounds (median, least, greatest). Errors are against mosaic's own fp32 without any shortcut
// for ONNX Runtime's row, and against ONNX Runtime's fp32 for mosaic's: the greatest |a - b| / max(1, |b|), and the
// ratio of signal to noise.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

const { values: options } = parseArgs({
  options: {
    mosaic: { type: 'string' },
    models: { type: 'string' },
    shared: { type: 'string' },
    'node-modules': { type: 'string' },
    only: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    runs: { type: 'string', default: '5' },
    json: { type: 'string' },
  },
});
if (!options.mosaic || !options.models || !options['node-modules']) {
  console.error('usage: nn.mjs --mosaic BINARY --models FOLDER --node-modules FOLDER [--only NAMES] [--rounds N] [--runs N] [--json FILE]');
  process.exit(2);
}
const rounds = Number(options.rounds);
const runs = Number(options.runs);
const ort = createRequire(path.join(path.resolve(options['node-modules']), 'x.js'))('onnxruntime-node');
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'mosaic-nn-'));

// `low` and `high`: what the network's pictures hold.
const tfjs = (name) => path.join(options.models, `${name}.json`);
const NETWORKS = [
  { name: 'resnet50', model: 'resnet50', input: 'input', shape: [16, 224, 224, 3], low: -2, high: 2, threads: [2] },
  { name: 'resnet50', model: 'resnet50', input: 'input', shape: [1, 224, 224, 3], low: -2, high: 2, threads: [1, 2] },
  { name: 'centernet-512x512', model: tfjs('centernet'), input: 'tower_0/images', shape: [1, 512, 512, 3], low: 0, high: 255, threads: [1], outputs: ['tower_0/keypoints', 'tower_0/wh'] },
  { name: 'centernet-512x288', model: tfjs('centernet'), input: 'tower_0/images', shape: [1, 288, 512, 3], low: 0, high: 255, threads: [1, 2], outputs: ['tower_0/keypoints', 'tower_0/wh'] },
  { name: 'faceres', model: tfjs('faceres'), input: 'input_1', shape: [1, 224, 224, 3], low: 0, high: 255, threads: [1] },
  { name: 'movenet-lightning', model: tfjs('movenet-lightning'), input: 'input', shape: [1, 192, 192, 3], integers: true, low: 0, high: 255, threads: [1] },
  { name: 'movenet-thunder', model: tfjs('movenet-thunder'), input: 'input', shape: [1, 256, 256, 3], integers: true, low: 0, high: 255, threads: [1] },
  ...(options.shared
    ? [1, 8].map((batch) => ({ name: 'osnet-x0.25', model: path.join(options.shared, 'models/osnet_x0_25_msmt17.onnx'), input: 'input', shape: [batch, 3, 256, 128], low: -2, high: 2, threads: [1] }))
    : []),
];
const wanted = options.only?.split(',');

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];

// Smooth shapes with edges: nearer to pictures than noise is. The same every time.
function picture(network) {
  const count = network.shape.reduce((a, b) => a * b, 1);
  const values = network.integers ? new Int32Array(count) : new Float32Array(count);
  const middle = (network.low + network.high) / 2;
  const half = (network.high - network.low) / 2;
  let state = 1;
  for (let i = 0; i < count; ++i) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    const wave = Math.sin(i * 0.0007) * 0.5 + Math.sin(i * 0.013) * 0.3;
    values[i] = middle + half * (wave + (((state >>> 16) & 255) / 255 - 0.5) * 0.4);
  }
  return values;
}

function writeNpy(file, values, shape) {
  const kind = values instanceof Int32Array ? '<i4' : '<f4';
  let header = `{'descr': '${kind}', 'fortran_order': False, 'shape': (${shape.join(', ')},), }`;
  header += ' '.repeat(63 - ((10 + header.length) % 64)) + '\n';
  const start = Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, header.length & 255, header.length >> 8]);
  fs.writeFileSync(file, Buffer.concat([start, Buffer.from(header), Buffer.from(values.buffer)]));
}

function readNpy(file) {
  const bytes = fs.readFileSync(file);
  const start = 10 + bytes.readUInt16LE(8);
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset + start, bytes.byteOffset + bytes.length));
}

const fileName = (output) => output.replace(/[^A-Za-z0-9._-]/g, '_') + '.npy';

function commonArguments(network) {
  return ['--input-shape', `${network.input}=${network.shape.join(',')}`, ...(network.outputs ?? []).flatMap((name) => ['--select', name])];
}

function runMosaic(network, precision, threads, input, count, output) {
  const text = execFileSync(options.mosaic, [
    'run', network.model, ...commonArguments(network), '--input', input, '--precision', precision,
    '--threads', String(threads), '--repeat', String(Math.max(count, 2)), ...(output ? ['--output', output] : []),
  ], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const match = /median_ms ([\d.]+) min_ms ([\d.]+) max_ms ([\d.]+)/.exec(text);
  return { median: Number(match[1]), min: Number(match[2]), max: Number(match[3]) };
}

// Reads what mosaic wrote and compares.
function difference(folder, expected) {
  let worst = 0;
  let signal = 0;
  let noise = 0;
  for (const [name, tensor] of Object.entries(expected)) {
    if (tensor.type !== 'float32') continue;
    const values = readNpy(path.join(folder, fileName(name)));
    tensor.data.forEach((value, i) => {
      const error = Math.abs(values[i] - value);
      worst = Math.max(worst, error / Math.max(1, Math.abs(value)));
      signal += value * value;
      noise += error * error;
    });
  }
  return { worst, snr_db: noise === 0 ? null : 10 * Math.log10(signal / noise) };
}

async function measure(network, threads) {
  const values = picture(network);
  const input = path.join(scratch, 'input.npy');
  writeNpy(input, values, network.shape);
  const exported = path.join(scratch, 'network.onnx');
  execFileSync(options.mosaic, ['convert', network.model, exported, ...commonArguments(network)]);
  const session = await ort.InferenceSession.create(exported, { intraOpNumThreads: threads, interOpNumThreads: 1, graphOptimizationLevel: 'all' });
  const feeds = { [session.inputNames[0]]: new ort.Tensor(network.integers ? 'int32' : 'float32', values, network.shape) };
  const expected = await session.run(feeds);
  const mosaicPrecisions = ['fp32', 'bf16', 'int8'];
  // The calibration that int8 uses is made once, from the network's own input, and kept beside the other files.
  const rows = new Map([['ort fp32', []], ...mosaicPrecisions.map((p) => [`mosaic ${p}`, []])]);
  const roundMedians = new Map([...rows.keys()].map((key) => [key, []]));
  const errors = new Map();
  for (let round = 0; round < rounds; ++round) {
    const times = [];
    for (let i = 0; i < runs; ++i) {
      const start = performance.now();
      await session.run(feeds);
      times.push(performance.now() - start);
    }
    rows.get('ort fp32').push(...times);
    roundMedians.get('ort fp32').push(median(times));
    for (const precision of mosaicPrecisions) {
      const folder = round === 0 ? path.join(scratch, precision) : null;
      const timed = runMosaic(network, precision, threads, input, runs, folder);
      rows.get(`mosaic ${precision}`).push(timed.min, timed.median, timed.max);
      roundMedians.get(`mosaic ${precision}`).push(timed.median);
      if (folder) errors.set(precision, difference(folder, expected));
    }
  }
  const reference = roundMedians.get('ort fp32');
  return [...rows].map(([key, list]) => {
    const [engine, precision] = key.split(' ');
    const ratios = roundMedians.get(key).map((value, i) => reference[i] / value);
    return {
      model: network.name,
      engine: engine === 'ort' ? 'onnxruntime' : engine,
      precision,
      batch: network.shape[0],
      threads,
      median_ms: median(roundMedians.get(key)),
      min_ms: Math.min(...list),
      max_ms: Math.max(...list),
      max_relative_error: engine === 'mosaic' ? errors.get(precision).worst : 0,
      snr_db: engine === 'mosaic' ? errors.get(precision).snr_db : null,
      times_as_fast: { median: median(ratios), min: Math.min(...ratios), max: Math.max(...ratios) },
    };
  });
}

const table = [];
try {
  console.log('model | batch | threads | engine | precision | median ms | min | max | times as fast (min..max) | error | SNR dB');
  for (const network of NETWORKS) {
    if (wanted && !wanted.includes(network.name)) continue;
    for (const threads of network.threads) {
      let rows;
      try {
        rows = await measure(network, threads);
      } catch (error) {
        console.log(`${network.name} | ${network.shape[0]} | ${threads} | not measured: ${String(error.message).split('\n')[0]}`);
        continue;
      }
      table.push(...rows);
      for (const row of rows) {
        const { median: middle, min, max } = row.times_as_fast;
        console.log([row.model, row.batch, row.threads, row.engine, row.precision, row.median_ms.toFixed(2), row.min_ms.toFixed(2), row.max_ms.toFixed(2),
          `${middle.toFixed(2)} (${min.toFixed(2)}..${max.toFixed(2)})`, row.max_relative_error.toExponential(1), row.snr_db?.toFixed(1) ?? '-'].join(' | '));
      }
    }
  }
  if (options.json) fs.writeFileSync(options.json, JSON.stringify({ machine: os.cpus()[0].model, cpus: os.cpus().length, onnxruntime: ort.version ?? '', rows: table }, null, 2) + '\n');
} finally {
  fs.rmSync(scratch, { recursive: true });
}

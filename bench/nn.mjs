// Networks in mosaic and in ONNX Runtime, side by side: same weights, inputs and threads, in turns within one run.
//   node bench/nn.mjs --mosaic BINARY --models FOLDER --node-modules FOLDER [--shared FOLDER] [--only NAME,..]
//                     [--peers FOLDER] [--rounds 5] [--runs 5] [--json FILE]
// mosaic exports each network, so that ONNX Runtime runs the very same one; once more in bytes, from the calibration that
// mosaic's own int8 uses, for ONNX Runtime's int8. FOLDER of --peers holds opencv_network and torch_network (bench/nn),
// which run the exported ResNet-50 as well. A round is a few warm runs of each engine;
// the table gives the median, least and greatest of all runs, and how many times as fast as ONNX Runtime's fp32 mosaic
// is by the medians of the rounds (median, least, greatest). Errors are against mosaic's own fp32 without any shortcut
// for ONNX Runtime's row, and against ONNX Runtime's fp32 for mosaic's: the greatest |a - b| / max(1, |b|), and the
// ratio of signal to noise.
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import readline from 'node:readline';
import { parseArgs } from 'node:util';

const { values: options } = parseArgs({
  options: {
    mosaic: { type: 'string' },
    models: { type: 'string' },
    shared: { type: 'string' },
    'node-modules': { type: 'string' },
    peers: { type: 'string' },
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
    ? [1, 8].map((batch) => ({ name: 'osnet-x0.25', model: path.join(options.shared, 'models/osnet_x0_25_msmt17.onnx'), input: 'images', shape: [batch, 3, 256, 128], low: -2, high: 2, threads: [1] }))
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

function runMosaic(network, precision, threads, input, count, output, more = []) {
  const text = execFileSync(options.mosaic, [
    'run', network.model, ...commonArguments(network), '--input', input, '--precision', precision,
    '--threads', String(threads), '--repeat', String(Math.max(count, 2)), ...(output ? ['--output', output] : []), ...more,
  ], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const match = /median_ms ([\d.]+) min_ms ([\d.]+) max_ms ([\d.]+)/.exec(text);
  return { median: Number(match[1]), min: Number(match[2]), max: Number(match[3]) };
}

// Reads what mosaic wrote and compares.
function difference(folder, expected) {
  const names = Object.entries(expected).filter(([, tensor]) => tensor.type === 'float32').map(([name]) => name);
  return compareLists(Object.fromEntries(names.map((name) => [name, readNpy(path.join(folder, fileName(name)))])), expected);
}

// A program of bench/nn, which stays there between its turns.
class Peer {
  static async start(program, model, input, threads, output) {
    const peer = new Peer();
    peer.output = output;
    peer.process = spawn(program, [model, input, String(threads), output], { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, OMP_NUM_THREADS: String(threads) } });
    peer.lines = readline.createInterface({ input: peer.process.stdout })[Symbol.asyncIterator]();
    await peer.run(0);
    return peer;
  }

  async run(count) {
    this.process.stdin.write(`${count}\n`);
    const { value, done } = await this.lines.next();
    if (done) throw new Error(`${path.basename(this.process.spawnfile)} ended`);
    return value.split(' ').filter(Boolean).map(Number);
  }

  stop() {
    this.process.stdin.end();
  }
}

const OUTSIDERS = ['opencv_network', 'torch_network'];
async function startPeers(network, model, input, threads) {
  const peers = new Map();
  if (!options.peers || network.name !== 'resnet50') return peers;
  for (const name of OUTSIDERS) {
    const program = path.join(options.peers, name);
    if (fs.existsSync(program)) peers.set(`${name.split('_')[0]} fp32`, await Peer.start(program, model, input, threads, path.join(scratch, `${name}.npy`)));
  }
  return peers;
}

async function ortSession(file, threads) {
  return ort.InferenceSession.create(file, { intraOpNumThreads: threads, interOpNumThreads: 1, graphOptimizationLevel: 'all' });
}

async function timeOrt(session, feeds, count) {
  const times = [];
  for (let i = 0; i < count; ++i) {
    const start = performance.now();
    await session.run(feeds);
    times.push(performance.now() - start);
  }
  return times;
}

// Floats of a list beside those of ONNX Runtime's fp32.
function compareLists(lists, expected) {
  let worst = 0;
  let signal = 0;
  let noise = 0;
  for (const [name, tensor] of Object.entries(expected)) {
    if (tensor.type !== 'float32') continue;
    tensor.data.forEach((value, i) => {
      const error = Math.abs(lists[name][i] - value);
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
  const inBytes = path.join(scratch, 'network_int8.onnx');
  const calibration = path.join(scratch, 'calibration.json');
  const quiet = { stdio: ['ignore', 'ignore', 'inherit'] };
  execFileSync(options.mosaic, ['convert', network.model, exported, ...commonArguments(network)], quiet);
  execFileSync(options.mosaic, ['quantize', network.model, '--input', input, '--output', calibration, ...commonArguments(network)], quiet);
  execFileSync(options.mosaic, ['convert', network.model, inBytes, '--precision', 'int8', '--calibration', calibration, ...commonArguments(network)], quiet);
  const sessions = new Map([['onnxruntime fp32', await ortSession(exported, threads)], ['onnxruntime int8', await ortSession(inBytes, threads)]]);
  const feeds = { [sessions.get('onnxruntime fp32').inputNames[0]]: new ort.Tensor(network.integers ? 'int32' : 'float32', values, network.shape) };
  const expected = await sessions.get('onnxruntime fp32').run(feeds);
  const dataOf = (results) => Object.fromEntries(Object.entries(results).map(([name, tensor]) => [name, tensor.data]));
  const errors = new Map([['onnxruntime int8', compareLists(dataOf(await sessions.get('onnxruntime int8').run(feeds)), expected)]]);
  const peers = await startPeers(network, exported, input, threads);
  try {
    for (const [key, peer] of peers) errors.set(key, compareLists({ [Object.keys(expected)[0]]: readNpy(peer.output) }, expected));
    const precisions = ['fp32', 'bf16', 'int8'];
    const turns = new Map([
      ...[...sessions].map(([key, session]) => [key, () => timeOrt(session, feeds, runs)]),
      ...[...peers].map(([key, peer]) => [key, () => peer.run(runs)]),
      ...precisions.map((precision) => [`mosaic ${precision}`, (round) => {
        const folder = round === 0 ? path.join(scratch, precision) : null;
        const more = precision === 'int8' ? ['--calibration', calibration] : [];
        const timed = runMosaic(network, precision, threads, input, runs, folder, more);
        if (folder) errors.set(`mosaic ${precision}`, difference(folder, expected));
        return timed;
      }]),
    ]);
    const medians = new Map([...turns.keys()].map((key) => [key, []]));
    const all = new Map([...turns.keys()].map((key) => [key, []]));
    for (let round = 0; round < rounds; ++round) {
      for (const [key, turn] of turns) {
        const times = await turn(round);
        const middle = Array.isArray(times) ? median(times) : times.median;
        medians.get(key).push(middle);
        all.get(key).push(...(Array.isArray(times) ? times : [times.min, times.median, times.max]));
      }
    }
    const ratios = (key, base) => {
      const list = medians.get(key).map((value, i) => medians.get(base)[i] / value);
      return { median: median(list), min: Math.min(...list), max: Math.max(...list) };
    };
    return [...turns.keys()].map((key) => {
      const [engine, precision] = key.split(' ');
      const error = errors.get(key) ?? { worst: 0, snr_db: null };
      return {
        model: network.name,
        engine,
        precision,
        batch: network.shape[0],
        threads,
        median_ms: median(medians.get(key)),
        min_ms: Math.min(...all.get(key)),
        max_ms: Math.max(...all.get(key)),
        max_relative_error: error.worst,
        snr_db: error.snr_db,
        times_as_fast: ratios(key, 'onnxruntime fp32'),
        ...(precision === 'int8' ? { times_as_fast_as_their_int8: ratios(key, 'onnxruntime int8') } : {}),
      };
    });
  } finally {
    for (const peer of peers.values()) peer.stop();
  }
}

const table = [];
try {
  console.log('model | batch | threads | engine | precision | median ms | min | max | times as fast (min..max) | as ONNX Runtime int8 | error | SNR dB');
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
        const theirs = row.times_as_fast_as_their_int8;
        console.log([row.model, row.batch, row.threads, row.engine, row.precision, row.median_ms.toFixed(2), row.min_ms.toFixed(2), row.max_ms.toFixed(2),
          `${middle.toFixed(2)} (${min.toFixed(2)}..${max.toFixed(2)})`, theirs ? `${theirs.median.toFixed(2)} (${theirs.min.toFixed(2)}..${theirs.max.toFixed(2)})` : '-', row.max_relative_error.toExponential(1), row.snr_db?.toFixed(1) ?? '-'].join(' | '));
      }
    }
  }
  if (options.json) fs.writeFileSync(options.json, JSON.stringify({ machine: os.cpus()[0].model, cpus: os.cpus().length, onnxruntime: ort.version ?? '', rows: table }, null, 2) + '\n');
} finally {
  fs.rmSync(scratch, { recursive: true });
}

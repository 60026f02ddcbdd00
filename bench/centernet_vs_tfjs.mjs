// Times CenterNet 512x512 in mosaic and in TensorFlow.js (WebAssembly), each on one thread, in turns within one run.
//   node bench/centernet_vs_tfjs.mjs --mosaic BINARY --models FOLDER --node-modules FOLDER [--rounds 9] [--json FILE]
// A round is a few warm runs of each; the ratio of a round is TensorFlow.js's median over mosaic's median. Prints the median,
// least and greatest of the rounds. mosaic's first run in each round isn't counted, as TensorFlow.js stays warm in process.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

const RUNS_PER_ROUND = 5;
const MOSAIC_RUNS_PER_ROUND = 25; // about the same time as TensorFlow.js's

const { values: options } = parseArgs({
  options: {
    mosaic: { type: 'string' },
    models: { type: 'string' },
    'node-modules': { type: 'string' },
    rounds: { type: 'string', default: '9' },
    json: { type: 'string' },
  },
});
if (!options.mosaic || !options.models || !options['node-modules']) {
  console.error('usage: centernet_vs_tfjs.mjs --mosaic BINARY --models FOLDER --node-modules FOLDER [--rounds N] [--json FILE]');
  process.exit(2);
}

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
const summary = (list) => ({ median: median(list), min: Math.min(...list), max: Math.max(...list) });

// A picture with structure, the same every time: both engines see the same numbers, and none takes a short cut for zeros.
function picture() {
  const pixels = new Float32Array(512 * 512 * 3);
  let state = 1;
  for (let i = 0; i < pixels.length; ++i) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    pixels[i] = (state >>> 16) & 255;
  }
  return pixels;
}

function writeNpy(file, pixels) {
  let header = "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 512, 512, 3), }";
  header += ' '.repeat(63 - ((10 + header.length) % 64)) + '\n';
  const start = Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, header.length & 255, header.length >> 8]);
  fs.writeFileSync(file, Buffer.concat([start, Buffer.from(header), Buffer.from(pixels.buffer)]));
}

async function loadTfjs(pixels) {
  const modules = path.resolve(options['node-modules']);
  const require = createRequire(path.join(modules, 'x.js'));
  const tf = require('@tensorflow/tfjs');
  const wasm = require('@tensorflow/tfjs-backend-wasm');
  wasm.setThreadsCount(1);
  wasm.setWasmPaths(path.join(modules, '@tensorflow/tfjs-backend-wasm/dist/'));
  await tf.setBackend('wasm');
  await tf.ready();
  const json = JSON.parse(fs.readFileSync(path.join(options.models, 'centernet.json')));
  const bytes = fs.readFileSync(path.join(options.models, json.weightsManifest[0].paths[0]));
  const model = await tf.loadGraphModel({
    load: async () => ({
      modelTopology: json.modelTopology,
      weightSpecs: json.weightsManifest[0].weights,
      weightData: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length),
      signature: json.signature,
      format: json.format,
    }),
  });
  const input = tf.tensor(pixels, [1, 512, 512, 3]);
  const names = ['tower_0/detections', 'tower_0/keypoints', 'tower_0/wh'];
  return {
    version: tf.version_core,
    async run() {
      const start = performance.now();
      const outputs = model.execute({ 'tower_0/images': input }, names);
      for (const output of outputs) await output.data();
      const taken = performance.now() - start;
      outputs.forEach((output) => output.dispose());
      return taken;
    },
  };
}

function runMosaic(file) {
  const text = execFileSync(options.mosaic, [
    'run', path.join(options.models, 'centernet.json'), '--input', file, '--threads', '1',
    '--repeat', String(MOSAIC_RUNS_PER_ROUND),
  ], { encoding: 'utf8' });
  const match = /median_ms ([\d.]+) min_ms ([\d.]+)/.exec(text);
  return { median: Number(match[1]), min: Number(match[2]) };
}

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'centernet-'));
try {
  const file = path.join(folder, 'picture.npy');
  const pixels = picture();
  writeNpy(file, pixels);
  const tfjs = await loadTfjs(pixels);
  for (let i = 0; i < 3; ++i) await tfjs.run();
  const tfjsTimes = [];
  const mosaicTimes = [];
  const ratios = [];
  const leastRatios = { tfjs: Infinity, mosaic: Infinity };
  for (let round = 0; round < Number(options.rounds); ++round) {
    const times = [];
    for (let i = 0; i < RUNS_PER_ROUND; ++i) times.push(await tfjs.run());
    const mosaic = runMosaic(file);
    tfjsTimes.push(median(times));
    mosaicTimes.push(mosaic.median);
    ratios.push(median(times) / mosaic.median);
    leastRatios.tfjs = Math.min(leastRatios.tfjs, ...times);
    leastRatios.mosaic = Math.min(leastRatios.mosaic, mosaic.min);
  }
  const result = {
    network: 'centernet 512x512, fp32, 1 thread',
    tfjs_version: tfjs.version,
    rounds: Number(options.rounds),
    tfjs_wasm_ms: summary(tfjsTimes),
    mosaic_ms: summary(mosaicTimes),
    ratio: summary(ratios),
    ratio_of_shortest: leastRatios.tfjs / leastRatios.mosaic,
    shortest_ms: leastRatios,
  };
  const line = (name, s, unit) => `${name}: median ${s.median.toFixed(2)}${unit}, min ${s.min.toFixed(2)}, max ${s.max.toFixed(2)}`;
  console.log(line('TensorFlow.js wasm', result.tfjs_wasm_ms, ' ms'));
  console.log(line('mosaic', result.mosaic_ms, ' ms'));
  console.log(line('times as fast', result.ratio, ''));
  console.log(`shortest runs: ${leastRatios.tfjs.toFixed(2)} ms and ${leastRatios.mosaic.toFixed(2)} ms, ratio ${result.ratio_of_shortest.toFixed(2)}`);
  if (options.json) fs.writeFileSync(options.json, JSON.stringify(result, null, 2) + '\n');
} finally {
  fs.rmSync(folder, { recursive: true });
}

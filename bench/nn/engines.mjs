// The engines of bench/nn.mjs. Each is a contestant: { turn(count, round), warmMs, distance(expected), close() }, where turn gives the
// milliseconds of that many warm runs, or, of mosaic, what `mosaic run` says of them.
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import readline from 'node:readline';

import { Distance, readNpy } from './arrays.mjs';

const fileName = (output) => output.replace(/[^A-Za-z0-9._-]/g, '_') + '.npy';

// The command, as users run it.
export class Mosaic {
  constructor(binary) {
    this.binary = binary;
  }

  #call(...words) {
    try {
      return execFileSync(this.binary, words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 1 << 26 });
    } catch (error) {
      throw new Error(String(error.stderr ?? '').trim().split('\n').pop() || error.message);
    }
  }

  static #common(network) {
    return ['--input-shape', `${network.input}=${network.shape.join(',')}`, ...(network.outputs ?? []).flatMap((name) => ['--select', name])];
  }

  static #bits(precision, calibration) {
    return ['--precision', precision, ...(precision === 'int8' ? ['--calibration', calibration] : [])];
  }

  convert(network, file, precision, calibration) {
    this.#call('convert', network.model, file, ...Mosaic.#bits(precision, calibration), ...Mosaic.#common(network));
  }

  // What it says of the layers that stay in float.
  quantize(network, inputs, calibration) {
    const said = this.#call('quantize', network.model, ...inputs.flatMap((file) => ['--input', file]), '--output', calibration, ...Mosaic.#common(network));
    return said.trim().split('\n')[0].replace(`${calibration}: `, '');
  }

  // What stands above the steps: kernels, libraries, memory.
  planHeader(network, threads) {
    const lines = this.#call('info', network.model, '--plan', '--threads', String(threads), ...Mosaic.#common(network)).split('\n');
    return lines.slice(lines.findIndex((line) => line.startsWith('backend: '))).filter((line) => /^[a-z]+: /.test(line));
  }

  run(network, { precision, calibration, threads, input, count, output, more = [] }) {
    return this.#call('run', network.model, ...Mosaic.#common(network), ...Mosaic.#bits(precision, calibration), '--input', input, '--threads', String(threads),
      '--repeat', String(Math.max(count, 2)), ...(output ? ['--output', output] : []), ...more);
  }

  static read(folder, expected) {
    const names = Object.entries(expected).filter(([, { type }]) => type === 'float32').map(([name]) => name);
    return Object.fromEntries(names.map((name) => [name, readNpy(path.join(folder, fileName(name)))]));
  }

  // Each turn is a process of its own, whose first run isn't counted.
  enter(network, how, folder) {
    return {
      turn: (count, round) => {
        const text = this.run(network, { ...how, count, output: round === 0 ? folder : undefined });
        const found = /median_ms ([\d.]+) min_ms ([\d.]+) max_ms ([\d.]+) mean_ms ([\d.]+).* runs (\d+)/.exec(text);
        if (!found) throw new Error(`mosaic run said: ${text.trim()}`);
        const [median, min, max, mean, runs] = found.slice(1).map(Number);
        return { median, min, max, mean, runs };
      },
      distance: (expected) => new Distance().add(Mosaic.read(folder, expected), expected).result(),
      close: () => fs.rmSync(folder, { recursive: true, force: true }),
    };
  }
}

export class OnnxRuntime {
  constructor(nodeModules) {
    const require = createRequire(path.join(path.resolve(nodeModules), 'x.js'));
    this.ort = require('onnxruntime-node');
    this.version = JSON.parse(fs.readFileSync(path.join(nodeModules, 'onnxruntime-node/package.json'), 'utf8')).version;
  }

  async open(file, threads, more = {}) {
    return this.ort.InferenceSession.create(file, { intraOpNumThreads: threads, interOpNumThreads: 1, graphOptimizationLevel: 'all', ...more });
  }

  feeds(session, network, values) {
    return { [session.inputNames[0]]: new this.ort.Tensor(network.integers ? 'int32' : 'float32', values, network.shape) };
  }

  static lists(results) {
    return Object.fromEntries(Object.entries(results).map(([name, { data }]) => [name, data]));
  }

  // `results`: tensors by name.
  async enter(file, network, threads, values) {
    const session = await this.open(file, threads);
    const feeds = this.feeds(session, network, values);
    const timed = async () => {
      const start = performance.now();
      await session.run(feeds);
      return performance.now() - start;
    };
    const results = await session.run(feeds);
    return {
      results,
      warmMs: await timed(),
      turn: async (count) => {
        const times = [];
        for (let i = 0; i < count; ++i) times.push(await timed());
        return times;
      },
      distance: (expected) => new Distance().add(OnnxRuntime.lists(results), expected).result(),
      close: () => session.release(),
    };
  }

  // Milliseconds of each node in the quickest of the runs, most first, as lines.
  async profile(file, network, threads, values, runs, prefix) {
    const session = await this.open(file, threads, { enableProfiling: true, profileFilePrefix: prefix });
    const feeds = this.feeds(session, network, values);
    for (let i = 0; i < runs; ++i) await session.run(feeds);
    session.endProfiling();
    const folder = path.dirname(prefix);
    const written = path.join(folder, fs.readdirSync(folder).find((name) => name.startsWith(path.basename(prefix)) && name.endsWith('.json')));
    const events = JSON.parse(fs.readFileSync(written, 'utf8'));
    fs.rmSync(written);
    await session.release();
    const shortest = new Map();
    for (const { cat, name, dur, args } of events) {
      if (cat !== 'Node' || !name.endsWith('_kernel_time')) continue;
      const key = `${args.op_name} | ${name.slice(0, -'_kernel_time'.length)}`;
      shortest.set(key, Math.min(shortest.get(key) ?? Infinity, dur / 1000));
    }
    const lines = [...shortest].sort((a, b) => b[1] - a[1]).map(([key, ms]) => `${ms.toFixed(4)} | ${key}`);
    const total = [...shortest.values()].reduce((a, b) => a + b, 0);
    return [`total ${total.toFixed(3)} ms, the sum of the shortest times of the nodes`, 'shortest ms | operator | node', ...lines];
  }
}

// TensorFlow.js in WebAssembly: one thread, as it has no more in Node.js.
export class TensorFlow {
  static async load(nodeModules) {
    const made = new TensorFlow();
    const require = createRequire(path.join(path.resolve(nodeModules), 'x.js'));
    made.tf = require('@tensorflow/tfjs');
    const wasm = require('@tensorflow/tfjs-backend-wasm');
    wasm.setThreadsCount(1);
    wasm.setWasmPaths(path.join(path.resolve(nodeModules), '@tensorflow/tfjs-backend-wasm/dist/'));
    await made.tf.setBackend('wasm');
    await made.tf.ready();
    made.version = JSON.parse(fs.readFileSync(path.join(nodeModules, '@tensorflow/tfjs-backend-wasm/package.json'), 'utf8')).version;
    return made;
  }

  async enter(network, values) {
    const json = JSON.parse(fs.readFileSync(network.model, 'utf8'));
    // The file says one picture; the operators may take more.
    if (network.batch > 1) {
      for (const node of json.modelTopology.node) if (node.op === 'Placeholder') node.attr.shape.shape.dim[0].size = '-1';
    }
    const folder = path.dirname(network.model);
    const shards = json.weightsManifest.flatMap((group) => group.paths.map((name) => fs.readFileSync(path.join(folder, name))));
    const weights = Buffer.concat(shards);
    const model = await this.tf.loadGraphModel({
      load: async () => ({
        modelTopology: json.modelTopology,
        weightSpecs: json.weightsManifest.flatMap((group) => group.weights),
        weightData: weights.buffer.slice(weights.byteOffset, weights.byteOffset + weights.length),
        signature: json.signature,
        format: json.format,
      }),
    });
    const input = this.tf.tensor(values, network.shape, network.integers ? 'int32' : 'float32');
    const run = async () => {
      const made = [model.execute({ [network.input]: input }, network.outputs)].flat();
      const lists = [];
      for (const tensor of made) lists.push(await tensor.data());
      made.forEach((tensor) => tensor.dispose());
      return lists;
    };
    const timed = async () => {
      const start = performance.now();
      await run();
      return performance.now() - start;
    };
    const lists = await run();
    return {
      warmMs: await timed(),
      turn: async (count) => {
        const times = [];
        for (let i = 0; i < count; ++i) times.push(await timed());
        return times;
      },
      distance: (expected) => new Distance().add(Object.fromEntries(network.outputs.map((name, i) => [name, lists[i]])), expected).result(),
      close: () => {
        input.dispose();
        model.dispose();
      },
    };
  }
}

// A program of bench/nn, which stays there between its turns; of networks with one output.
export async function enterProgram(program, model, input, threads, output) {
  const child = spawn(program, [model, input, String(threads), output], { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, OMP_NUM_THREADS: String(threads) } });
  const failed = new Promise((_, reject) => child.once('error', reject));
  failed.catch(() => {}); // it is told by whoever waits for a turn
  child.stdin.on('error', () => {}); // the program's end is told by its missing answer
  const lines = readline.createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const turn = async (count) => {
    child.stdin.write(`${count}\n`);
    const { value, done } = await Promise.race([lines.next(), failed]);
    if (done) throw new Error(`${path.basename(program)} ended`);
    return value.split(' ').filter(Boolean).map(Number);
  };
  await turn(0);
  const [warmMs] = await turn(1);
  return {
    turn,
    warmMs,
    distance: (expected) => new Distance().add({ [Object.keys(expected)[0]]: readNpy(output) }, expected).result(),
    close: () => child.stdin.end(),
  };
}

// Networks in mosaic and in others' engines, side by side: same weights, inputs and threads, in turns within one run.
//   node bench/nn.mjs --mosaic BINARY --node-modules FOLDER [--shared FOLDER] [--only NAME,..] [--batch N] [--peers FOLDER]
//                     [--kernel-cache FILE] [--quick] [--rounds 4] [--runs 5] [--json FILE]
//   ... --pictures [NAME,..=]FOLDER.. [--calibrations FOLDER] [--most 16]   instead: what fewer bits do to the results on photographs
//   ... --profiles FOLDER                                                   instead: where the time goes, layer by layer
// The networks come from the npm packages in --node-modules, OSNet's from --shared. mosaic exports each, so that ONNX Runtime runs the very same
// one; once more in bytes, from the calibration that mosaic's own int8 uses, for ONNX Runtime's int8. TensorFlow.js (WebAssembly, one thread)
// runs its own files where it can; FOLDER of --peers holds opencv_network and torch_network (bench/nn), which run the exported ResNet-50. With
// --kernel-cache ResNet-50 in fp32 runs once more with kernels that were measured on this computer ("mosaic-measured"), those of FILE or, at first, now.
// A round is a few warm runs of each engine, fewer of what takes long; ResNet-50 in a batch of 16 makes 20 rounds of 5, 100 cycles. The table gives
// the median of the rounds' medians, least and greatest of all runs, and how many times as fast as ONNX Runtime's fp32 it is by the medians of the
// rounds (median, least, greatest). Errors are against ONNX Runtime's fp32, whose own are 0 therefore: the greatest |a - b| / max(1, |b|), and the
// ratio of signal to noise of the worst output. What could not be measured makes the exit code 1, unless --only chose what to measure.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { geometricMean, mean, median, spread, writeNpy } from './nn/arrays.mjs';
import { enterProgram, Mosaic, OnnxRuntime, TensorFlow } from './nn/engines.mjs';
import { judge } from './nn/judge.mjs';
import { KEEPS, networksAlone, networksToTime, withBatch } from './nn/networks.mjs';
import { madeUp } from './nn/pictures.mjs';

const { values: options } = parseArgs({
  options: {
    mosaic: { type: 'string' },
    'node-modules': { type: 'string' },
    shared: { type: 'string' },
    peers: { type: 'string' },
    'kernel-cache': { type: 'string' },
    only: { type: 'string' },
    batch: { type: 'string' },
    quick: { type: 'boolean' },
    rounds: { type: 'string' },
    runs: { type: 'string' },
    pictures: { type: 'string', multiple: true },
    calibrations: { type: 'string' },
    most: { type: 'string', default: '16' },
    profiles: { type: 'string' },
    json: { type: 'string' },
  },
});
if (!options.mosaic || !options['node-modules']) {
  console.error('usage: nn.mjs --mosaic BINARY --node-modules FOLDER [--shared FOLDER] [--only NAMES] [--pictures FOLDER.. | --profiles FOLDER] [--json FILE]');
  process.exit(2);
}
const ROUNDS = Number(options.rounds ?? (options.quick ? 2 : 4));
const RUNS = Number(options.runs ?? (options.quick ? 3 : 5));
const TURN_MS = options.quick ? 300 : 600; // no turn begins a run after that
const RUNS_OF_CYCLES = 5;
const PROFILED_RUNS = 20;
const FASTER_THAN_TFJS = 6; // the goal with CenterNet 512x512 on one thread

const nodeModules = path.resolve(options['node-modules']);
const mosaic = new Mosaic(options.mosaic);
const onnxRuntime = new OnnxRuntime(nodeModules);
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'mosaic-nn-'));
const inScratch = (name) => path.join(scratch, name);
const tensorFlow = options.profiles || options.pictures ? undefined : await TensorFlow.load(nodeModules);
const isWanted = (network) => !options.only || options.only.split(',').includes(network.name);

let isComplete = true;
function missing(network, threads, what, error) {
  isComplete = false;
  console.log([network.name, network.batch, threads, what, `not measured: ${error.message.split('\n')[0]}`].filter(Boolean).join(' | '));
}

// From one made-up picture for each model, whatever its batch: how long to calibrate takes grows with the batch, the ranges don't.
const calibrations = new Map();
function calibrationOf(network) {
  const key = network.model;
  if (!calibrations.has(key)) {
    const alone = withBatch(network, 1);
    const input = inScratch('sample.npy');
    const file = inScratch(`calibration-${calibrations.size}.json`);
    writeNpy(input, madeUp(alone), alone.shape);
    mosaic.quantize(alone, [input], file);
    calibrations.set(key, file);
  }
  return calibrations.get(key);
}

// Input, exported networks and calibration, which all numbers of threads share.
function prepare(network) {
  if (!network.model) throw new Error('its file comes from the folder of --shared');
  const precisions = network.precisions ?? ['fp32', 'bf16', 'int8'];
  const made = { values: madeUp(network), precisions, input: inScratch('input.npy'), exported: inScratch('network.onnx'), inBytes: inScratch('network_int8.onnx') };
  writeNpy(made.input, made.values, network.shape);
  mosaic.convert(network, made.exported, 'fp32');
  if (!precisions.includes('int8')) return made;
  made.calibration = calibrationOf(network);
  mosaic.convert(network, made.inBytes, 'int8', made.calibration);
  return made;
}

// Those that mosaic is compared with; the first is what errors and ratios are against.
async function enterOthers(network, threads, made, contestants) {
  const enter = async (key, start, onError) => {
    try {
      contestants.set(key, await start());
    } catch (error) {
      onError(error);
    }
  };
  contestants.set('onnxruntime fp32', await onnxRuntime.enter(made.exported, network, threads, made.values));
  const lacking = (key) => (error) => missing(network, threads, key.replace(' ', ' | '), error);
  if (made.calibration) {
    await enter('onnxruntime int8', () => onnxRuntime.enter(made.inBytes, network, threads, made.values), lacking('onnxruntime int8'));
  }
  if (tensorFlow && threads === 1 && network.model.endsWith('.json')) {
    // Sizes within its files are those of one picture.
    const leftOut = (error) => console.log(`${network.name} | ${network.batch} | ${threads} | tfjs-wasm | fp32 | left out, it can't: ${error.message.split('\n')[0]}`);
    await enter('tfjs-wasm fp32', () => tensorFlow.enter(network, made.values), leftOut);
  }
  if (!network.isFounding || !options.peers) return;
  for (const name of ['opencv', 'torch']) {
    const program = path.join(options.peers, `${name}_network`);
    await enter(`${name} fp32`, () => enterProgram(program, made.exported, made.input, threads, inScratch(`${name}.npy`)), lacking(`${name} fp32`));
  }
}

function enterMosaic(network, threads, made, contestants) {
  for (const precision of made.precisions) {
    const how = { precision, calibration: made.calibration, threads, input: made.input };
    contestants.set(`mosaic ${precision}`, mosaic.enter(network, how, inScratch(precision)));
  }
  if (!network.isFounding || !options['kernel-cache']) return;
  const measured = { precision: 'fp32', threads, input: made.input, more: ['--kernel-cache', options['kernel-cache']] };
  contestants.set('mosaic-measured fp32', mosaic.enter(network, measured, inScratch('measured')));
}

const summaryOf = (times) => ({ ...spread(times), mean: mean(times), runs: times.length });

async function takeTurns(network, contestants) {
  const isCycles = network.cycles !== undefined;
  const rounds = isCycles ? network.cycles / RUNS_OF_CYCLES : ROUNDS;
  const usualMs = contestants.get('onnxruntime fp32').warmMs; // mosaic is as quick, more or less
  const countOf = (key, { warmMs = usualMs }) => {
    if (isCycles && /^(onnxruntime|mosaic) /.test(key)) return RUNS_OF_CYCLES;
    return Math.max(1, Math.min(RUNS, Math.floor(TURN_MS / warmMs)));
  };
  const turns = new Map([...contestants.keys()].map((key) => [key, []]));
  for (let round = 0; round < rounds; ++round) {
    for (const [key, contestant] of contestants) {
      const times = await contestant.turn(countOf(key, contestant), round);
      turns.get(key).push(Array.isArray(times) ? summaryOf(times) : times);
    }
  }
  return turns;
}

function rowsOf(network, threads, contestants, turns) {
  const expected = contestants.get('onnxruntime fp32').results;
  const ratios = (key, base) => spread(turns.get(key).map(({ median: value }, i) => turns.get(base)[i].median / value));
  return [...turns].map(([key, list]) => {
    const [engine, precision] = key.split(' ');
    const isReference = key === 'onnxruntime fp32';
    const runs = list.reduce((sum, turn) => sum + turn.runs, 0);
    return {
      model: network.name,
      engine,
      precision,
      batch: network.batch,
      threads,
      runs,
      median_ms: median(list.map((turn) => turn.median)),
      ...(network.cycles ? { mean_ms: list.reduce((sum, turn) => sum + turn.mean * turn.runs, 0) / runs } : {}),
      min_ms: Math.min(...list.map((turn) => turn.min)),
      max_ms: Math.max(...list.map((turn) => turn.max)),
      ...(isReference ? { max_relative_error: 0, snr_db: null } : contestants.get(key).distance(expected)),
      times_as_fast: ratios(key, 'onnxruntime fp32'),
      ...(precision === 'int8' && turns.has('onnxruntime int8') ? { times_as_fast_as_their_int8: ratios(key, 'onnxruntime int8') } : {}),
      ...(key === 'mosaic fp32' && turns.has('tfjs-wasm fp32') ? { times_as_fast_as_tfjs: ratios(key, 'tfjs-wasm fp32') } : {}),
    };
  });
}

async function measure(network, threads, made) {
  const contestants = new Map();
  try {
    await enterOthers(network, threads, made, contestants);
    enterMosaic(network, threads, made, contestants);
    return rowsOf(network, threads, contestants, await takeTurns(network, contestants));
  } finally {
    for (const { close } of contestants.values()) await close();
  }
}

const spreadText = ({ median: middle, min, max }) => `${middle.toFixed(2)} (${min.toFixed(2)}..${max.toFixed(2)})`;
const COLUMNS = 'model | batch | threads | engine | precision | median ms | mean | min | max | runs | times as fast (min..max) | as ONNX Runtime int8 | error | SNR dB';
function print(row) {
  const theirs = row.times_as_fast_as_their_int8;
  console.log([row.model, row.batch, row.threads, row.engine, row.precision, row.median_ms.toFixed(2), row.mean_ms?.toFixed(2) ?? '-', row.min_ms.toFixed(2), row.max_ms.toFixed(2), row.runs,
    spreadText(row.times_as_fast), theirs ? spreadText(theirs) : '-', row.max_relative_error.toExponential(1), row.snr_db?.toFixed(1) ?? '-'].join(' | '));
}

async function timeAll(plans) {
  const rows = [];
  console.log(COLUMNS);
  for (const network of networksToTime(nodeModules, options.shared, options.quick)) {
    if (!isWanted(network) || (options.batch && Number(options.batch) !== network.batch)) continue;
    let made;
    try {
      made = prepare(network);
      plans.push({ model: network.name, batch: network.batch, threads: network.threads[0], precision: 'fp32', header: mosaic.planHeader(network, network.threads[0]) });
    } catch (error) {
      if (network.takesOne && network.batch > 1) console.log(`${network.name} | ${network.batch} | takes one picture at a time: ${error.message.split('\n')[0]}`);
      else missing(network, network.threads.join(', '), '', error);
      continue;
    }
    for (const threads of network.threads) {
      try {
        const measured = await measure(network, threads, made);
        measured.forEach(print);
        rows.push(...measured);
      } catch (error) {
        missing(network, threads, '', error);
      }
    }
  }
  return rows;
}

// Of what each network does in each batch and number of threads: whether mosaic is slower than ONNX Runtime anywhere in fp32, and how
// many times as fast it is with the best precision of all, with the best that keeps the task's figure, and in fp32.
function summarize(rows) {
  const own = rows.filter(({ engine }) => engine === 'mosaic');
  const inFloat = own.filter(({ precision }) => precision === 'fp32');
  const nameOf = ({ model, batch, threads }) => `${model}, batch ${batch}, threads ${threads}`;
  const slower = inFloat.filter((row) => row.times_as_fast.median < 1);
  const tasks = inFloat.filter(({ model }) => model !== 'resnet50');
  const bestOf = (row, isAllowed) => Math.max(...own.filter((other) => nameOf(other) === nameOf(row) && isAllowed(other)).map((other) => other.times_as_fast.median));
  const over = (isAllowed) => (tasks.length ? geometricMean(tasks.map((row) => bestOf(row, isAllowed))) : null);
  const keeps = ({ model, precision }) => precision === 'fp32' || (KEEPS[model] ?? []).includes(precision);
  return {
    not_slower_in_fp32: { of: inFloat.length, count: inFloat.length - slower.length, slower: slower.map((row) => ({ what: nameOf(row), times_as_fast: row.times_as_fast })) },
    geometric_mean: { over: tasks.length, fastest: over(() => true), fastest_that_keeps_the_figure: over(keeps), fp32: over(({ precision }) => precision === 'fp32') },
    centernet_512x512_as_fast_as_tfjs: inFloat.find((row) => row.model === 'centernet-512x512' && row.times_as_fast_as_tfjs && row.batch === 1)?.times_as_fast_as_tfjs ?? null,
  };
}

function printSummary({ not_slower_in_fp32: floats, geometric_mean: means, centernet_512x512_as_fast_as_tfjs: tfjs }) {
  console.log(`\nnot slower than ONNX Runtime in fp32: ${floats.count} of ${floats.of}`);
  for (const { what, times_as_fast } of floats.slower) console.log(`  slower: ${what}: ${spreadText(times_as_fast)}`);
  if (means.over) {
    console.log(`times as fast as ONNX Runtime's fp32, geometric mean over ${means.over} (ResNet-50 apart): ${means.fastest.toFixed(2)} in the fastest precision, `
      + `${means.fastest_that_keeps_the_figure.toFixed(2)} in the fastest that keeps the task's figure, ${means.fp32.toFixed(2)} in fp32`);
  }
  if (tfjs) console.log(`CenterNet 512x512, one thread: ${spreadText(tfjs)} times as fast as TensorFlow.js; the goal is ${FASTER_THAN_TFJS}`);
}

// `mosaic run --profile` of each precision, and what ONNX Runtime says of its nodes in fp32, one file each.
async function profileAll(folder) {
  fs.mkdirSync(folder, { recursive: true });
  for (const network of networksToTime(nodeModules, options.shared, options.quick)) {
    if (!isWanted(network) || (options.batch && Number(options.batch) !== network.batch)) continue;
    try {
      const made = prepare(network);
      for (const threads of network.threads) {
        const write = (what, text) => {
          const file = path.join(folder, `${network.name}-batch${network.batch}-threads${threads}-${what}.txt`);
          fs.writeFileSync(file, text);
          console.log(`${file}: ${text.split('\n').find((line) => line.startsWith('total'))}`);
        };
        const ways = [...made.precisions.map((precision) => [precision, precision, []]), ...(network.isFounding ? [['fp32-no-winograd', 'fp32', ['--no-winograd']]] : [])];
        for (const [what, precision, more] of ways) {
          write(what, mosaic.run(network, { precision, calibration: made.calibration, threads, input: made.input, count: PROFILED_RUNS, more: ['--profile', ...more] }));
        }
        write('onnxruntime', `${(await onnxRuntime.profile(made.exported, network, threads, made.values, PROFILED_RUNS, inScratch('profile'))).join('\n')}\n`);
      }
    } catch (error) {
      if (!network.takesOne || network.batch === 1) missing(network, network.threads.join(', '), '', error);
    }
  }
}

// The folder that names the network, or the one that names none.
const pictures = (options.pictures ?? []).map((text) => {
  const at = text.indexOf('=');
  return { names: at < 0 ? null : text.slice(0, at).split(','), folder: text.slice(at + 1) };
});
const folderOf = (network) => (pictures.find(({ names }) => names?.includes(network.name)) ?? pictures.find(({ names }) => !names))?.folder;

// One line above what is printed, and the same in the JSON: figures are of a machine, a day and versions.
const machine = { machine: os.cpus()[0].model, cpus: os.cpus().length, date: new Date().toISOString(), node: process.version, onnxruntime: onnxRuntime.version, tfjs: tensorFlow?.version };
console.log(`${machine.machine}, ${machine.cpus} cores, ${machine.date}; onnxruntime ${machine.onnxruntime}${tensorFlow ? `, tfjs ${machine.tfjs}` : ''}, node ${machine.node}`);
try {
  const result = { ...machine, plans: [] };
  if (options.profiles) {
    await profileAll(options.profiles);
  } else if (options.pictures) {
    const networks = networksAlone(nodeModules, options.shared).filter((network) => isWanted(network) && folderOf(network));
    result.rows = await judge(networks, { mosaic, onnxRuntime, scratch, folderOf, calibrations: options.calibrations, most: Number(options.most), missing });
  } else {
    result.rows = await timeAll(result.plans);
    console.log(result.plans[0]?.header[0] ?? '');
    result.summary = summarize(result.rows);
    printSummary(result.summary);
  }
  if (options.json) fs.writeFileSync(options.json, JSON.stringify(result, null, 2) + '\n');
} finally {
  fs.rmSync(scratch, { recursive: true });
}
if (!isComplete && !options.only) process.exitCode = 1;

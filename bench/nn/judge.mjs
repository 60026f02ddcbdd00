// What fewer bits do to a network's results: calibrated on one half of the photographs, judged on the other, against ONNX Runtime's fp32.
import fs from 'node:fs';
import path from 'node:path';

import { Distance, writeNpy } from './arrays.mjs';
import { Mosaic, OnnxRuntime } from './engines.mjs';
import { halves, photograph } from './pictures.mjs';

const COLUMNS = 'model | engine | precision | pictures | error | SNR dB, worst output | which';
const WAYS = [['mosaic', 'fp32'], ['mosaic', 'bf16'], ['mosaic', 'int8'], ['onnxruntime', 'int8']];

async function judgeOne(network, { mosaic, onnxRuntime, scratch, folderOf, calibrations, most }) {
  if (!network.model) throw new Error('its file comes from the folder of --shared');
  const { toCalibrate, toJudge } = halves(folderOf(network), most);
  const samples = toCalibrate.map((file, i) => {
    const sample = path.join(scratch, `sample-${i}.npy`);
    writeNpy(sample, photograph(network, file), network.shape);
    return sample;
  });
  const calibration = path.join(calibrations ?? scratch, `${network.name}.calibration.json`);
  const said = mosaic.quantize(network, samples, calibration);
  console.log(`${network.name}: ${said}`);
  const exported = path.join(scratch, 'network.onnx');
  const inBytes = path.join(scratch, 'network_int8.onnx');
  mosaic.convert(network, exported, 'fp32');
  mosaic.convert(network, inBytes, 'int8', calibration);
  const float = await onnxRuntime.open(exported, 1);
  const bytes = await onnxRuntime.open(inBytes, 1);
  const distances = new Map(WAYS.map((way) => [way.join(' '), new Distance()]));
  const input = path.join(scratch, 'input.npy');
  const output = path.join(scratch, 'output');
  for (const file of toJudge) {
    const values = photograph(network, file);
    writeNpy(input, values, network.shape);
    const expected = await float.run(onnxRuntime.feeds(float, network, values));
    for (const [engine, precision] of WAYS.filter(([name]) => name === 'mosaic')) {
      mosaic.run(network, { precision, calibration, threads: 1, input, count: 1, output });
      distances.get(`${engine} ${precision}`).add(Mosaic.read(output, expected), expected);
    }
    distances.get('onnxruntime int8').add(OnnxRuntime.lists(await bytes.run(onnxRuntime.feeds(bytes, network, values))), expected);
  }
  await float.release();
  await bytes.release();
  const kept = Object.keys(JSON.parse(fs.readFileSync(calibration, 'utf8')).kept);
  return WAYS.map(([engine, precision]) => ({
    model: network.name,
    engine,
    precision,
    calibrated_on: precision === 'int8' ? toCalibrate.length : 0,
    pictures: toJudge.length,
    ...distances.get(`${engine} ${precision}`).result(),
    ...(precision === 'int8' ? { kept_in_float: kept } : {}),
  }));
}

// One row for each network, engine and precision.
export async function judge(networks, how) {
  if (how.calibrations) fs.mkdirSync(how.calibrations, { recursive: true });
  const rows = [];
  console.log(COLUMNS);
  for (const network of networks) {
    try {
      const judged = await judgeOne(network, how);
      for (const row of judged) {
        console.log([row.model, row.engine, row.precision, row.pictures, row.max_relative_error.toExponential(1), row.snr_db?.toFixed(1) ?? '-', row.worst_output ?? '-'].join(' | '));
      }
      rows.push(...judged);
    } catch (error) {
      how.missing(network, 1, '', error);
    }
  }
  return rows;
}

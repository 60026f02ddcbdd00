// Lists of numbers for bench/nn.mjs: times and how they spread, .npy files, how far results are apart.
import fs from 'node:fs';

export const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
export const mean = (list) => list.reduce((sum, value) => sum + value, 0) / list.length;
export const spread = (list) => ({ median: median(list), min: Math.min(...list), max: Math.max(...list) });
export const geometricMean = (list) => Math.exp(mean(list.map(Math.log)));

export function writeNpy(file, values, shape) {
  const kind = values instanceof Int32Array ? '<i4' : '<f4';
  let header = `{'descr': '${kind}', 'fortran_order': False, 'shape': (${shape.join(', ')},), }`;
  header += ' '.repeat(63 - ((10 + header.length) % 64)) + '\n';
  const start = Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, header.length & 255, header.length >> 8]);
  fs.writeFileSync(file, Buffer.concat([start, Buffer.from(header), Buffer.from(values.buffer, values.byteOffset, values.byteLength)]));
}

export function readNpy(file) {
  const bytes = fs.readFileSync(file);
  const start = 10 + bytes.readUInt16LE(8);
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset + start, bytes.byteOffset + bytes.length));
}

// How far floats are from those expected: the greatest |a - b| / max(1, |b|), and the ratio of signal to noise of each output over
// everything that was added, in decibels.
export class Distance {
  #worst = 0;
  #outputs = new Map();

  // `actual`: lists by the output's name; `expected`: tensors of ONNX Runtime.
  add(actual, expected) {
    for (const [name, { type, data }] of Object.entries(expected)) {
      if (type !== 'float32') continue;
      const values = actual[name];
      if (values?.length !== data.length) throw new Error(`output ${name} has ${values?.length ?? 'no'} numbers, not ${data.length}`);
      const sums = this.#outputs.get(name) ?? { signal: 0, noise: 0 };
      this.#outputs.set(name, sums);
      for (let i = 0; i < data.length; ++i) {
        const value = data[i];
        const error = Math.abs(values[i] - value);
        this.#worst = Math.max(this.#worst, error / Math.max(1, Math.abs(value)));
        sums.signal += value * value;
        sums.noise += error * error;
      }
    }
    return this;
  }

  // Of outputs without noise there is no ratio; snr_db is that of the worst of the others.
  result() {
    const byOutput = [...this.#outputs].filter(([, { noise }]) => noise !== 0).map(([name, { signal, noise }]) => [name, 10 * Math.log10(signal / noise)]);
    const [worstOutput, snr] = byOutput.reduce((worst, one) => (worst && worst[1] <= one[1] ? worst : one), null) ?? [null, null];
    return { max_relative_error: this.#worst, snr_db: snr, worst_output: worstOutput, snr_db_by_output: Object.fromEntries(byOutput) };
  }
}

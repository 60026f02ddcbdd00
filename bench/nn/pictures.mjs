// What networks are shown by bench/nn.mjs: made-up pictures, the same every time, or photographs.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

const KINDS = ['.jpg', '.jpeg', '.png', '.ppm'];

const isChannelsFirst = (network) => network.size[0] === 3;
const listFor = (network, count) => (network.integers ? new Int32Array(count) : new Float32Array(count));

// Smooth shapes with edges: nearer to pictures than noise is.
export function madeUp(network) {
  const values = listFor(network, network.shape.reduce((a, b) => a * b, 1));
  const middle = (network.low + network.high) / 2;
  const half = (network.high - network.low) / 2;
  let state = 1;
  for (let i = 0; i < values.length; ++i) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    const wave = Math.sin(i * 0.0007) * 0.5 + Math.sin(i * 0.013) * 0.3;
    values[i] = middle + half * (wave + (((state >>> 16) & 255) / 255 - 0.5) * 0.4);
  }
  return values;
}

function picturesIn(folder) {
  return fs.readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) return picturesIn(file);
    return KINDS.includes(path.extname(entry.name).toLowerCase()) ? [file] : [];
  }).sort();
}

// At most `most`, evenly over the list.
const evenly = (list, most) => (list.length <= most ? list : Array.from({ length: most }, (_, i) => list[Math.floor((i * list.length) / most)]));

// By name, so that what belongs together (a person, a video) stays on one side.
export function halves(folder, most) {
  const files = picturesIn(folder);
  if (files.length < 2) throw new Error(`${folder}: ${files.length} pictures have no two halves`);
  const middle = Math.ceil(files.length / 2);
  return { toCalibrate: evenly(files.slice(0, middle), most), toJudge: evenly(files.slice(middle), most) };
}

// One photograph, scaled until it covers the network's input, cut around its middle.
export function photograph(network, file) {
  const [height, width] = isChannelsFirst(network) ? network.size.slice(1) : network.size;
  const filter = `scale=${width}:${height}:force_original_aspect_ratio=increase,crop=${width}:${height}`;
  const rgb = execFileSync('ffmpeg', ['-v', 'error', '-nostdin', '-i', file, '-vf', filter, '-frames:v', '1', '-f', 'rawvideo', '-pix_fmt', 'rgb24', '-'], {
    stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 1 << 26,
  });
  const count = height * width;
  if (rgb.length !== 3 * count) throw new Error(`${file}: no picture`);
  const { mean, deviation, isBlueFirst } = network.pixels;
  const values = listFor(network, 3 * count);
  for (let i = 0; i < count; ++i) {
    for (let channel = 0; channel < 3; ++channel) {
      const pixel = rgb[3 * i + (isBlueFirst ? 2 - channel : channel)];
      values[isChannelsFirst(network) ? channel * count + i : 3 * i + channel] = (pixel - mean[channel]) / deviation[channel];
    }
  }
  return values;
}

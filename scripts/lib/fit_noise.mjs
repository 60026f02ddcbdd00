// How real boxes tremble: reads tracks of real clips (tracks.mot.txt of `vitrina analyze`) and prints the
// `noise` section of a simulated shop (docs/simulation.md). Arguments: RATE FILE [RATE FILE ...]
import { readFileSync } from "node:fs";

const HALF_WINDOW_S = 0.5; // a person's own movement is a parabola within one second

function tracksOf(file) {
  const tracks = new Map();
  for (const line of readFileSync(file, "utf8").split("\n")) {
    if (!line) continue;
    const [frame, id, x, y, width, height, score] = line.split(",").map(Number);
    if (!tracks.has(id)) tracks.set(id, []);
    tracks.get(id).push({ frame, left: x, top: y, right: x + width, bottom: y + height, height, score });
  }
  return [...tracks.values()];
}

// The value at 0 of the parabola through points (t, v), by least squares.
function parabolaAt0(points) {
  const m = Array.from({ length: 3 }, () => new Array(4).fill(0));
  for (const [t, v] of points) {
    const powers = [1, t, t * t];
    for (let i = 0; i < 3; ++i) {
      for (let j = 0; j < 3; ++j) m[i][j] += powers[i] * powers[j];
      m[i][3] += powers[i] * v;
    }
  }
  for (let i = 0; i < 3; ++i) {
    for (let k = i + 1; k < 3; ++k) {
      const by = m[k][i] / m[i][i];
      for (let j = i; j < 4; ++j) m[k][j] -= by * m[i][j];
    }
  }
  const c = m[2][3] / m[2][2];
  const b = (m[1][3] - m[1][2] * c) / m[1][1];
  return (m[0][3] - m[0][1] * b - m[0][2] * c) / m[0][0];
}

// Without what is no trembling but another box (a fifth of the height and more).
function spreadOf(values) {
  const kept = values.filter((value) => Math.abs(value) < 0.2);
  return Math.sqrt(kept.reduce((sum, value) => sum + value * value, 0) / Math.max(1, kept.length));
}

const residuals = { left: [], right: [], top: [], bottom: [] };
const products = { left: [0, 0], right: [0, 0], top: [0, 0], bottom: [0, 0] };
const scores = [];
let seen = 0;
let missed = 0;
let steps_s = 0;
let steps = 0;
const args = process.argv.slice(2);
for (let i = 0; i + 1 < args.length; i += 2) {
  const rate = Number(args[i]);
  const half = Math.max(3, Math.round(HALF_WINDOW_S * rate));
  for (const track of tracksOf(args[i + 1])) {
    for (let k = 1; k < track.length; ++k) {
      seen += 1;
      missed += track[k].frame - track[k - 1].frame - 1;
    }
    const before = {};
    for (let k = half; k + half < track.length; ++k) {
      const box = track[k];
      const around = track.slice(k - half, k + half + 1);
      if (around.at(-1).frame - around[0].frame > 3 * half) continue;
      scores.push(box.score);
      steps_s += 1 / rate;
      steps += 1;
      for (const edge of Object.keys(residuals)) {
        // What the parabola took away of one box in so many is put back.
        const n = around.length;
        const own = (9 / 4) * (1 / n) * ((n * n - 7 / 3) / (n * n - 4));
        const smooth = parabolaAt0(around.map((b) => [b.frame - box.frame, b[edge]]));
        const residual = (box[edge] - smooth) / box.height / Math.sqrt(Math.max(0.1, 1 - own));
        residuals[edge].push(residual);
        if (before[edge] !== undefined && Math.abs(residual) < 0.2 && Math.abs(before[edge]) < 0.2) {
          products[edge][0] += residual * before[edge];
          products[edge][1] += residual * residual;
        }
        before[edge] = residual;
      }
    }
  }
}
const step = steps ? steps_s / steps : 0.1;
const mean = scores.reduce((a, b) => a + b, 0) / Math.max(1, scores.length);
const deviation = Math.sqrt(scores.reduce((a, b) => a + (b - mean) ** 2, 0) / Math.max(1, scores.length));
console.log(`# ${residuals.left.length} boxes of real clips`);
console.log("noise:");
for (const edge of Object.keys(residuals)) {
  const likeness = Math.max(0.01, products[edge][0] / Math.max(1e-12, products[edge][1]));
  const memory = Math.min(2, -step / Math.log(Math.min(0.99, likeness)));
  console.log(`  ${edge}: {spread: ${spreadOf(residuals[edge]).toFixed(4)}, memory_s: ${memory.toFixed(2)}}`);
}
console.log(`  miss: ${(missed / Math.max(1, seen + missed)).toFixed(4)}`);
console.log(`  score: {mean: ${mean.toFixed(3)}, spread: ${deviation.toFixed(3)}}`);

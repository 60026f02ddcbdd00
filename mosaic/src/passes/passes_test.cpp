#include <cmath>
#include <functional>
#include <random>

#include <gtest/gtest.h>

#include "executable.h"
#include "passes/pass.h"
#include "shape_inference.h"

namespace mosaic::passes {
namespace {

// A graph of one node on an input of the given shape.
struct OneNode {
    ir::Graph graph;
    ir::ValueId x = 0, y = 0;

    OneNode(const Shape& shape, ir::Op op) {
        x = graph.add_value({"x", DataType::kFloat32, shape, nullptr});
        y = graph.add_value({"y", DataType::kFloat32, {}, nullptr});
        graph.nodes.push_back({"node", std::move(op), {x}, {y}});
        graph.inputs.push_back({x, {}, true});
        graph.outputs.push_back({"y", y});
    }

    // The output's shape for another input, after generalize_shapes.
    Shape reshaped(const Shape& other, ir::Change change = ir::Change::kPicture) {
        EXPECT_TRUE(ir::infer_shapes(graph));
        EXPECT_TRUE(generalize_shapes(graph, change));
        graph.value(x).shape = other;
        const auto done = ir::infer_shapes(graph);
        return done ? graph.value(y).shape : Shape{-1};
    }
};

ir::Reshape reshape(std::initializer_list<std::int64_t> sizes) {
    ir::Reshape op;
    for (const std::int64_t size : sizes)
        op.sizes.push_back({size, 0, 0});
    return op;
}

TEST(MergeEqualNodes, ComputeOnceWhatIsComputedTwice) {
    ir::Graph graph;
    const ir::ValueId x = graph.add_value({"x", DataType::kFloat32, {4}, nullptr});
    graph.inputs.push_back({x, {4}, true});
    const auto constant = [&](float number) {
        Tensor tensor = *Tensor::create(DataType::kFloat32, {1});
        tensor.elements<float>()[0] = number;
        return graph.add_constant("c", std::move(tensor));
    };
    const auto add = [&](ir::Op op, std::vector<ir::ValueId> inputs) {
        const ir::ValueId made = graph.add_value({"v", DataType::kFloat32, {}, nullptr});
        graph.nodes.push_back({"node", std::move(op), std::move(inputs), {made}});
        return made;
    };
    const ir::Binary sum{ir::BinaryKind::kAdd};
    // The same twice, through constants that are equal; then two that differ in the operator, or in the
    // number.
    const ir::ValueId a = add(ir::Unary{ir::UnaryKind::kExp}, {add(sum, {x, constant(2.0F)})});
    const ir::ValueId b = add(ir::Unary{ir::UnaryKind::kExp}, {add(sum, {x, constant(2.0F)})});
    const ir::ValueId c = add(ir::Unary{ir::UnaryKind::kAbs}, {add(sum, {x, constant(3.0F)})});
    for (const ir::ValueId id : {a, b, c})
        graph.outputs.push_back({"y", id});
    ASSERT_TRUE(ir::infer_shapes(graph));
    EXPECT_EQ(*merge_equal_nodes(graph), 2U);
    EXPECT_EQ(graph.nodes.size(), 4U);
    EXPECT_EQ(graph.outputs[0].value, graph.outputs[1].value);
    EXPECT_NE(graph.outputs[0].value, graph.outputs[2].value);
}

TEST(FuseRelu6, RecognisesBoundsBySeparateOperators) {
    const auto kinds_of = [](ir::BinaryKind inner, float inner_bound, ir::BinaryKind outer,
                             float outer_bound) {
        OneNode one({4}, ir::Activate{{ir::ActivationKind::kRelu, 0.0F}});
        ir::Graph& graph = one.graph;
        ir::ValueId last = one.y;
        for (const auto& [kind, bound] : {std::pair{inner, inner_bound}, std::pair{outer, outer_bound}}) {
            Tensor tensor = *Tensor::create(DataType::kFloat32, Shape{});
            tensor.elements<float>()[0] = bound;
            const ir::ValueId constant = graph.add_constant("c", std::move(tensor));
            const ir::ValueId made = graph.add_value({"v", DataType::kFloat32, {}, nullptr});
            graph.nodes.push_back({"bound", ir::Binary{kind}, {last, constant}, {made}});
            last = made;
        }
        graph.outputs[0].value = last;
        EXPECT_TRUE(ir::infer_shapes(graph));
        const auto changes = fuse_relu6(graph);
        EXPECT_TRUE(changes);
        const auto* only = graph.nodes.size() == 1 ? std::get_if<ir::Activate>(&graph.nodes[0].op) : nullptr;
        return only != nullptr && only->activation.kind == ir::ActivationKind::kRelu6 &&
               graph.nodes[0].inputs[0] == one.x;
    };
    constexpr auto kMinimum = ir::BinaryKind::kMinimum;
    constexpr auto kMaximum = ir::BinaryKind::kMaximum;
    EXPECT_TRUE(kinds_of(kMinimum, 6.0F, kMaximum, 0.0F));
    EXPECT_TRUE(kinds_of(kMaximum, 0.0F, kMinimum, 6.0F));
    EXPECT_FALSE(kinds_of(kMinimum, 5.0F, kMaximum, 0.0F));
    EXPECT_FALSE(kinds_of(kMinimum, 0.0F, kMaximum, 6.0F));
    EXPECT_FALSE(kinds_of(kMinimum, 6.0F, kMinimum, 0.0F));
}

TEST(GeneralizeShapes, MergedDimensionsFollowTheInput) {
    EXPECT_EQ(OneNode({1, 128, 128, 4}, reshape({16384, 4})).reshaped({1, 72, 128, 4}), (Shape{9216, 4}));
    EXPECT_EQ(OneNode({1, 128, 128, 4}, reshape({1, 16384, 4})).reshaped({1, 72, 128, 4}),
              (Shape{1, 9216, 4}));
    EXPECT_EQ(OneNode({1, 8, 8, 6}, reshape({384})).reshaped({1, 4, 8, 6}), (Shape{192}));
    EXPECT_EQ(OneNode({1, 8, 8, 1}, reshape({1, 8, 8})).reshaped({1, 4, 6, 1}), (Shape{1, 4, 6}));
}

TEST(GeneralizeShapes, SplitDimensionsKeepTheirNumbers) {
    EXPECT_EQ(OneNode({1, 8, 8, 12}, reshape({1, 64, 2, 6})).reshaped({1, 4, 8, 12}), (Shape{1, 32, 2, 6}));
    // 64 = 8 x 8 can't be told from 64 rows: a contradiction, not a guess.
    EXPECT_EQ(OneNode({64, 3}, reshape({8, 8, 3})).reshaped({32, 3}), (Shape{-1}));
}

TEST(GeneralizeShapes, TheBatchLeads) {
    const auto of_batch = [](const Shape& from, const Shape& to, std::initializer_list<std::int64_t> target) {
        return OneNode(from, reshape(target)).reshaped(to, ir::Change::kBatch);
    };
    EXPECT_EQ(of_batch({1, 512, 1, 1}, {8, 512, 1, 1}, {1, -1}), (Shape{8, 512}));
    EXPECT_EQ(of_batch({1, 8, 49, 32}, {2, 8, 49, 32}, {8, 49, 32}), (Shape{16, 49, 32}));
    EXPECT_EQ(of_batch({8, 49, 32}, {16, 49, 32}, {1, 8, 49, 32}), (Shape{2, 8, 49, 32}));
    EXPECT_EQ(of_batch({4, 6}, {2, 6}, {4, 2, 3}), (Shape{2, 2, 3}));
    // 8 heads can't be those of one and a half batches.
    EXPECT_EQ(of_batch({8, 49}, {12, 49}, {1, 8, 49}), (Shape{-1}));
}

TEST(GeneralizeShapes, WholeMultiplesBecomeScales) {
    ir::Resize resize;
    resize.height = resize.width = 32;
    EXPECT_EQ(OneNode({1, 16, 16, 3}, resize).reshaped({1, 9, 16, 3}), (Shape{1, 18, 32, 3}));
    resize.height = 24;
    EXPECT_EQ(OneNode({1, 16, 16, 3}, resize).reshaped({1, 9, 16, 3}), (Shape{1, 24, 32, 3}));
}

TEST(DeadCode, KeepsWhatOutputsNeed) {
    OneNode one({2}, ir::Unary{ir::UnaryKind::kAbs});
    const ir::ValueId unused = one.graph.add_value({"unused", DataType::kFloat32, {}, nullptr});
    one.graph.nodes.push_back({"dead", ir::Unary{ir::UnaryKind::kExp}, {one.y}, {unused}});
    EXPECT_EQ(*remove_dead_code(one.graph), 1U);
    ASSERT_EQ(one.graph.nodes.size(), 1U);
    EXPECT_EQ(one.graph.nodes[0].name, "node");
}

TEST(FuseBias, LeavesScalars) {
    OneNode one({2, 3}, ir::Reduce{ir::ReduceKind::kMean, {0, 1}, false});
    const auto constant = std::make_shared<const Tensor>(*Tensor::create(DataType::kFloat32, Shape{}));
    const ir::ValueId bias = one.graph.add_value({"bias", DataType::kFloat32, Shape{}, constant});
    const ir::ValueId sum = one.graph.add_value({"sum", DataType::kFloat32, {}, nullptr});
    one.graph.nodes.push_back({"add", ir::Binary{ir::BinaryKind::kAdd}, {one.y, bias}, {sum}});
    one.graph.outputs = {{"sum", sum}};
    ASSERT_TRUE(ir::infer_shapes(one.graph));
    EXPECT_EQ(*fuse_bias(one.graph), 0U);
    EXPECT_EQ(one.graph.nodes.size(), 2U);
}

// A picture with zeros around it, and what reads that.
class Padded {
  public:
    explicit Padded(ir::Pad pad) {
        x_ = graph.add_value({"x", DataType::kFloat32, {2, 7, 6, 4}, nullptr});
        graph.inputs.push_back({x_, {2, 7, 6, 4}, true});
        at = add("padded", std::move(pad), {x_});
    }

    ir::ValueId add(const std::string& name, ir::Op op, std::vector<ir::ValueId> inputs) {
        const ir::ValueId made = graph.add_value({name, DataType::kFloat32, {}, nullptr});
        graph.nodes.push_back({name, std::move(op), std::move(inputs), {made}});
        return made;
    }
    void read(const std::string& name, ir::Op op, std::vector<ir::ValueId> more = {}) {
        more.insert(more.begin(), at);
        graph.outputs.push_back({name, add(name, std::move(op), std::move(more))});
    }
    ir::ValueId constant(const Shape& shape) {
        Tensor tensor = *Tensor::create(DataType::kFloat32, shape);
        fill(tensor);
        return graph.add_constant("weights", std::move(tensor));
    }

    ir::ValueId number(float number) {
        Tensor tensor = *Tensor::create(DataType::kFloat32, {1});
        tensor.elements<float>()[0] = number;
        return graph.add_constant("number", std::move(tensor));
    }

    // All outputs, one after another, of the graph as it is.
    std::vector<float> run(Backend backend) {
        Options options;
        options.backend = backend;
        const auto made = Executable::create(Prepared{graph, {}}, options);
        EXPECT_TRUE(made) << made.error().message;
        if (!made) return {};
        Tensor picture = *Tensor::create(DataType::kFloat32, {2, 7, 6, 4});
        random_.seed(5);
        fill(picture);
        const TensorView view = picture.view();
        EXPECT_TRUE((*made)->run({&view, 1}));
        std::vector<float> all;
        for (std::size_t i = 0; i < (*made)->outputs().size(); ++i) {
            const auto values = (*made)->output(i).elements<float>();
            all.insert(all.end(), values.begin(), values.end());
        }
        return all;
    }

    // The pass takes that many Pads away, and changes no number.
    void expect_folded(std::size_t count) {
        const std::size_t nodes = graph.nodes.size();
        expect_changed(fold_padding, count);
        EXPECT_EQ(graph.nodes.size(), nodes - count);
    }

    // The pass makes that many changes, and none of a number.
    void expect_changed(Run pass, std::size_t count) {
        ASSERT_TRUE(ir::infer_shapes(graph));
        const std::vector<float> before = run(Backend::kPortable);
        EXPECT_EQ(*pass(graph), count);
        ASSERT_TRUE(ir::infer_shapes(graph));
        for (const Backend backend : {Backend::kPortable, Backend::kAuto}) {
            const std::vector<float> after = run(backend);
            ASSERT_EQ(after.size(), before.size());
            for (std::size_t i = 0; i < before.size(); ++i)
                ASSERT_NEAR(after[i], before[i], 1e-4F * std::max(1.0F, std::abs(before[i]))) << i;
        }
    }

    ir::Graph graph;
    ir::ValueId at = 0;

  private:
    void fill(Tensor& tensor) {
        std::normal_distribution<float> normal(0.0F, 0.5F);
        for (float& element : tensor.elements<float>())
            element = normal(random_);
    }

    std::mt19937 random_{3};
    ir::ValueId x_ = 0;
};

ir::Pad zeros(std::int64_t top, std::int64_t bottom, std::int64_t left, std::int64_t right) {
    return {{0, top, left, 0}, {0, bottom, right, 0}, 0.0F, ir::PadMode::kConstant};
}

ir::Conv2d window(std::int64_t stride, ir::PaddingKind padding) {
    ir::Conv2d conv;
    conv.stride_y = conv.stride_x = stride;
    conv.padding.kind = padding;
    return conv;
}

ir::Pool mean_of_three(bool counts_padding) {
    ir::Pool pool;
    pool.kind = ir::PoolKind::kAverage;
    pool.size_y = pool.size_x = 3;
    pool.stride_y = pool.stride_x = 2;
    pool.counts_padding = counts_padding;
    return pool;
}

TEST(FoldPadding, GoesIntoWindowsThatPadByThemselves) {
    Padded several(zeros(1, 0, 2, 1));
    several.read("conv", window(2, ir::PaddingKind::kValid), {several.constant({3, 3, 4, 6})});
    several.read("depthwise", ir::DepthwiseConv2d{window(1, ir::PaddingKind::kValid)},
                 {several.constant({3, 3, 4, 1})});
    several.read("mean", mean_of_three(true));
    several.expect_folded(1);
    const auto& conv = std::get<ir::Conv2d>(several.graph.nodes[0].op);
    EXPECT_EQ(conv.padding, (ir::Padding{ir::PaddingKind::kExplicit, 1, 0, 2, 1}));

    // What the window pads already, an odd row at the bottom, stays where it is.
    Padded same(zeros(1, 0, 0, 1));
    same.read("conv", window(2, ir::PaddingKind::kSame), {same.constant({5, 5, 4, 17})});
    same.expect_folded(1);

    Padded twice(zeros(1, 0, 0, 0));
    twice.at = twice.add("again", zeros(0, 1, 1, 0), {twice.at});
    twice.read("conv", window(1, ir::PaddingKind::kValid), {twice.constant({3, 3, 4, 16})});
    twice.expect_folded(2);
}

TEST(FoldPadding, LeavesWhatIsNoPaddingOfAWindow) {
    const auto expect_left = [](ir::Pad pad, const std::function<void(Padded&)>& also = {}) {
        Padded one(std::move(pad));
        const std::int64_t channels = std::get<ir::Pad>(one.graph.nodes[0].op).after[3] + 4;
        one.read("conv", window(1, ir::PaddingKind::kValid), {one.constant({3, 3, channels, 5})});
        if (also) also(one);
        one.expect_folded(0);
    };
    ir::Pad ones = zeros(1, 1, 1, 1);
    ones.value = 1.0F;
    expect_left(ones);
    ir::Pad mirrored = zeros(1, 1, 1, 1);
    mirrored.mode = ir::PadMode::kReflect;
    expect_left(mirrored);
    ir::Pad channels = zeros(1, 1, 1, 1);
    channels.after[3] = 2;
    expect_left(channels);
    // A window would see nothing but zeros.
    expect_left(zeros(3, 0, 0, 0));
    const ir::Pad around = zeros(1, 1, 1, 1);
    expect_left(around, [](Padded& one) { one.graph.outputs.push_back({"padded", one.at}); });
    expect_left(around, [](Padded& one) { one.read("abs", ir::Unary{ir::UnaryKind::kAbs}); });
    expect_left(around, [](Padded& one) { one.read("mean", mean_of_three(false)); });
    ir::Pool largest = mean_of_three(false);
    largest.kind = ir::PoolKind::kMax;
    expect_left(around, [&](Padded& one) { one.read("largest", largest); });
}

ir::ConvTranspose2d windows(std::int64_t rows, std::int64_t columns, bool has_bias) {
    ir::ConvTranspose2d conv;
    conv.stride_y = rows;
    conv.stride_x = columns;
    conv.has_bias = has_bias;
    return conv;
}

TEST(RemoveIdentities, DropsPaddingByNothing) {
    Padded none(zeros(0, 0, 0, 0));
    none.read("mean", mean_of_three(false));
    none.expect_changed(remove_identities, 1);
    Padded one(zeros(0, 0, 0, 1));
    one.read("mean", mean_of_three(false));
    one.expect_changed(remove_identities, 0);
}

TEST(SplitTransposed, MakesWindowsSideBySideAProductAndARearrangement) {
    const ir::Pad around = zeros(0, 1, 0, 1);
    Padded one(around);
    one.read("windows", windows(2, 3, true), {one.constant({2, 3, 5, 4}), one.constant({5})});
    one.expect_changed(split_transposed, 1);

    // What follows channel by channel comes before the rearrangement, where a convolution can take it in.
    Padded followed(around);
    const ir::ValueId made =
        followed.add("windows", windows(2, 2, false), {followed.at, followed.constant({2, 2, 17, 4})});
    const ir::ValueId scaled = followed.add("scaled", ir::Binary{ir::BinaryKind::kMultiply},
                                            {followed.constant({1, 1, 1, 17}), made});
    const ir::ValueId moved =
        followed.add("moved", ir::Binary{ir::BinaryKind::kAdd}, {scaled, followed.constant({17})});
    followed.at = followed.add("bounded", ir::Activate{{ir::ActivationKind::kRelu, 0.0F}}, {moved});
    followed.read("negative", ir::Unary{ir::UnaryKind::kNegate});
    followed.read("absolute", ir::Unary{ir::UnaryKind::kAbs});
    followed.expect_changed(split_transposed, 1);
    EXPECT_TRUE(std::holds_alternative<ir::Conv2d>(followed.graph.nodes[1].op));
    EXPECT_TRUE(std::holds_alternative<ir::Activate>(followed.graph.nodes[4].op));
    EXPECT_TRUE(std::holds_alternative<ir::Transpose>(followed.graph.nodes[6].op));

    // What several read is made as it was, and what is a number for each pixel stays behind.
    Padded shared(around);
    shared.at = shared.add("windows", windows(1, 2, false), {shared.at, shared.constant({1, 2, 3, 4})});
    shared.read("picture", ir::Unary{ir::UnaryKind::kNegate});
    shared.read("bounded", ir::Activate{{ir::ActivationKind::kRelu, 0.0F}});
    shared.read("by pixel", ir::Binary{ir::BinaryKind::kAdd}, {shared.constant({8, 14, 1})});
    shared.expect_changed(split_transposed, 1);
}

TEST(SplitTransposed, LeavesWindowsThatOverlapLeaveGapsOrAreCut) {
    const auto expect_left = [](const ir::ConvTranspose2d& conv, const Shape& weights) {
        Padded one(zeros(0, 1, 0, 1));
        one.read("windows", conv, {one.constant(weights)});
        one.expect_changed(split_transposed, 0);
    };
    expect_left(windows(2, 2, false), {3, 3, 5, 4});
    expect_left(windows(3, 3, false), {2, 3, 5, 4});
    ir::ConvTranspose2d cut = windows(2, 2, false);
    cut.padding = {ir::PaddingKind::kExplicit, 1, 0, 0, 0};
    expect_left(cut, {2, 2, 5, 4});
    ir::ConvTranspose2d grouped = windows(2, 2, false);
    grouped.groups = 2;
    expect_left(grouped, {2, 2, 5, 4});
    ir::ConvTranspose2d wider = windows(2, 2, false);
    wider.more_x = 1;
    expect_left(wider, {2, 2, 5, 4});
}

TEST(FuseBias, OneNumberForAllChannelsIsABiasToo) {
    Padded one(zeros(1, 0, 0, 0));
    const ir::ValueId made =
        one.add("conv", window(1, ir::PaddingKind::kSame), {one.at, one.constant({3, 3, 4, 6})});
    const ir::ValueId moved = one.add("moved", ir::Binary{ir::BinaryKind::kAdd}, {one.number(0.7F), made});
    one.at = one.add("again", ir::Binary{ir::BinaryKind::kAdd}, {moved, one.constant({1, 1, 1, 6})});
    one.read("bounded", ir::Activate{{ir::ActivationKind::kRelu, 0.0F}});
    one.expect_changed(fuse_bias, 2);
    EXPECT_EQ(one.graph.nodes.size(), 3U);
}

TEST(ScaleActivations, PutFactorsIntoThoseThatHaveOne) {
    const auto scaled = [](ir::ActivationKind kind, float factor, std::size_t count) {
        Padded one(zeros(1, 0, 0, 0));
        one.at = one.add("activated", ir::Activate{{kind, 1.0F / 6.0F}}, {one.at});
        one.read("scaled", ir::Binary{ir::BinaryKind::kMultiply}, {one.number(factor)});
        one.expect_changed(scale_activations, count);
    };
    scaled(ir::ActivationKind::kHardSwish, 1.75F, 1);
    scaled(ir::ActivationKind::kHardSigmoid, 0.5F, 1);
    scaled(ir::ActivationKind::kHardSigmoid, -0.5F, 0);
    scaled(ir::ActivationKind::kRelu6, 2.0F, 0);
    Padded shared(zeros(1, 0, 0, 0));
    shared.at = shared.add("activated", ir::Activate{{ir::ActivationKind::kHardSwish, 0.2F}}, {shared.at});
    shared.read("scaled", ir::Binary{ir::BinaryKind::kMultiply}, {shared.number(2.0F)});
    shared.read("as it is", ir::Unary{ir::UnaryKind::kAbs});
    shared.expect_changed(scale_activations, 0);
}

TEST(FoldShifts, BecomeTheBiasOfWindowsThatSeeNoZeros) {
    Padded several(zeros(1, 0, 0, 0));
    several.at = several.add("moved", ir::Binary{ir::BinaryKind::kAdd}, {several.at, several.constant({4})});
    ir::Conv2d biased = window(1, ir::PaddingKind::kSame);
    biased.has_bias = true;
    several.read("pixels", biased, {several.constant({1, 1, 4, 6}), several.constant({6})});
    several.read("windows", window(2, ir::PaddingKind::kValid), {several.constant({3, 3, 4, 5})});
    several.read("depthwise", ir::DepthwiseConv2d{window(1, ir::PaddingKind::kValid)},
                 {several.constant({3, 3, 4, 2})});
    several.expect_changed(fold_shifts, 1);
    Padded same_for_all(zeros(1, 0, 0, 0));
    same_for_all.at = same_for_all.add("moved", ir::Binary{ir::BinaryKind::kAdd},
                                       {same_for_all.number(-0.3F), same_for_all.at});
    same_for_all.read("pixels", window(1, ir::PaddingKind::kValid), {same_for_all.constant({1, 1, 4, 6})});
    same_for_all.expect_changed(fold_shifts, 1);
}

TEST(FoldShifts, LeaveWindowsOverTheEdgeAndWhatElseReadsTheSum) {
    const auto expect_left = [](ir::PaddingKind padding, bool is_read_otherwise) {
        Padded one(zeros(1, 0, 0, 0));
        one.at = one.add("moved", ir::Binary{ir::BinaryKind::kAdd}, {one.at, one.constant({4})});
        one.read("windows", window(1, padding), {one.constant({3, 3, 4, 5})});
        if (is_read_otherwise) one.read("absolute", ir::Unary{ir::UnaryKind::kAbs});
        one.expect_changed(fold_shifts, 0);
    };
    expect_left(ir::PaddingKind::kSame, false);
    expect_left(ir::PaddingKind::kValid, true);
}

TEST(Passes, AreNamedAndDescribed) {
    for (const Pass& pass : standard_passes()) {
        EXPECT_NE(std::string(pass.name), "");
        EXPECT_NE(std::string(pass.what), "");
    }
}

}  // namespace
}  // namespace mosaic::passes

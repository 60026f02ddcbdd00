// Between graphs and networks: what is learnt is what other engines are given.
#include <cmath>

#include <gtest/gtest.h>

#include "graph_access.h"
#include "mosaic/session.h"
#include "train/builder.h"
#include "train/executor.h"

namespace mosaic::train {
namespace {

std::vector<float> run(Network& network, std::span<const float> input) {
    auto executor = Executor::create(network, {1, false, false});
    EXPECT_TRUE(executor);
    std::copy(input.begin(), input.end(), executor->input(0).begin());
    executor->forward({false, 0});
    return {executor->output(0).begin(), executor->output(0).end()};
}

void expect_near(std::span<const float> made, std::span<const float> expected) {
    ASSERT_EQ(made.size(), expected.size());
    for (std::size_t i = 0; i < made.size(); ++i)
        EXPECT_NEAR(made[i], expected[i], 1e-4F * std::max(1.0F, std::abs(expected[i]))) << i;
}

TEST(NetworkGraph, TransposedConvolutionsGoBothWays) {
    for (const std::int64_t groups : {1, 2}) {
        SCOPED_TRACE(groups);
        ir::ConvTranspose2d conv;
        conv.stride_y = conv.stride_x = 2;
        conv.dilation_y = 2;
        conv.groups = groups;
        conv.padding = {ir::PaddingKind::kExplicit, 1, 0, 1, 1};
        conv.more_x = 1;
        conv.has_bias = true;
        const Shape shape{2, 3, 4, 4};
        Builder builder(3);
        const ValueId x = builder.input("x", shape);
        const ValueId weights = builder.weights("w", {3, 2, 6 / groups, 4}, 0.5);
        const ValueId y = builder.node("up", ir::Op(conv), {x, weights, builder.filled("b", {6}, 0.25F)});
        auto network = builder.finish({y});
        ASSERT_TRUE(network) << network.error().message;
        std::vector<float> input(static_cast<std::size_t>(shape.element_count()));
        Random random(5);
        for (float& number : input)
            number = static_cast<float>(random.uniform(-1.0, 1.0));
        const std::vector<float> expected = run(*network, input);

        const auto graph = to_graph(*network);
        ASSERT_TRUE(graph) << graph.error().message;
        ASSERT_EQ(graph->nodes.size(), 1U);
        EXPECT_TRUE(std::holds_alternative<ir::ConvTranspose2d>(graph->nodes[0].op));
        auto again = from_graph(*graph, true);
        ASSERT_TRUE(again) << again.error().message;
        EXPECT_EQ(again->value(weights).role, Role::kParameter);
        expect_near(run(*again, input), expected);
        auto session = Session::compile(GraphAccess::make(*graph), Options());
        ASSERT_TRUE(session) << session.error().message;
        ASSERT_TRUE(session->run(TensorView(shape, std::span<const float>(input))));
        expect_near(session->output(0).elements<float>(), expected);
    }
}

}  // namespace
}  // namespace mosaic::train

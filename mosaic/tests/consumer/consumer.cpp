#include <cstdio>

#include <mosaic/mosaic.h>

int main() {
    const auto graph = mosaic::Graph::make_resnet50();
    mosaic::Options options;
    options.input_shapes["input"] = {1, 64, 64, 3};
    auto session = graph ? mosaic::Session::compile(*graph, options) : mosaic::failure("no graph");
    if (!session) return std::fprintf(stderr, "%s\n", session.error().message.c_str()), 1;
    const std::vector<float> pixels(64UL * 64 * 3, 0.5F);
    const auto done = session->run(mosaic::TensorView(mosaic::Shape{1, 64, 64, 3}, std::span(pixels)));
    if (!done) return std::fprintf(stderr, "%s\n", done.error().message.c_str()), 1;
    std::printf("%s\n", session->output(0).shape().to_string().c_str());
}

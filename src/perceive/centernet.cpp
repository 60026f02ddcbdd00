#include "perceive/centernet.h"

#include <algorithm>
#include <optional>
#include <span>

#include <fmt/format.h>

#include <mosaic/session.h>

#include "perceive/colour_layout.h"
#include "perceive/letterbox.h"
#include "perceive/peaks.h"
#include "perceive/session_options.h"

namespace vitrina::perceive {
namespace {

constexpr const char* kInput = "tower_0/images";
constexpr const char* kHeatOutput = "tower_0/keypoints";  // [1,H/4,W/4,80], 0..1
constexpr const char* kSizeOutput = "tower_0/wh";         // [1,H/4,W/4,4], input pixels
constexpr int kStride = 32;  // of the deepest feature map: the input must be a multiple of it

}  // namespace

struct CenterNet::State {
    State(std::filesystem::path path, mosaic::Graph network, const CenterNetOptions& settings)
        : file(std::move(path)), graph(std::move(network)), options(settings) {}

    std::filesystem::path file;
    mosaic::Graph graph;
    CenterNetOptions options;
    Letterbox letterbox;                     // that `session` was compiled for
    std::optional<mosaic::Session> session;  // empty until the first picture
    std::vector<std::uint8_t> scratch;
    std::vector<float> input;

    Result<void> prepare(int width, int height) {
        Letterbox wanted = fit(width, height, options.long_side, kStride);
        if (options.whole_square) wanted.input_width = wanted.input_height = options.long_side;
        const bool same_input = session && wanted.input_width == letterbox.input_width &&
                                wanted.input_height == letterbox.input_height;
        letterbox = wanted;
        if (same_input) return {};
        session.reset();
        auto compile = session_options(options.threads, options.precision, options.calibration);
        if (!compile) return wrong(compile.error().message);
        compile->input_shapes[kInput] = {1, wanted.input_height, wanted.input_width, 3};
        compile->outputs = {kHeatOutput, kSizeOutput};
        auto compiled = mosaic::Session::compile(graph, *compile);
        if (!compiled) return wrong(compiled.error().message);
        session = std::move(*compiled);
        return check_outputs();
    }

    // Another network under the same name must not be read as if it were CenterNet.
    [[nodiscard]] Result<void> check_outputs() const {
        const mosaic::Shape heat = session->outputs()[0].shape;
        const mosaic::Shape size = session->outputs()[1].shape;
        const bool fits = heat.rank() == 4 && size.rank() == 4 && heat[1] == letterbox.input_height / kCell &&
                          heat[2] == letterbox.input_width / kCell && heat[3] > kPersonClass &&
                          size[1] == heat[1] && size[2] == heat[2] && size[3] == 4;
        if (fits) return {};
        return wrong(fmt::format("the model's outputs are {} and {}, not a heat map and box sizes",
                                 heat.to_string(), size.to_string()));
    }

    // What is found out after the file was read names it no more by itself.
    [[nodiscard]] tl::unexpected<Error> wrong(const std::string& what) const {
        return failed(fmt::format("{}: CenterNet: {}", file.string(), what));
    }
};

CenterNet::CenterNet(std::unique_ptr<State> state) : state_(std::move(state)) {}
CenterNet::~CenterNet() = default;

Result<std::unique_ptr<CenterNet>> CenterNet::create(const std::filesystem::path& model, int picture_width,
                                                     int picture_height, const CenterNetOptions& options) {
    auto graph = mosaic::Graph::load_tfjs(model);
    if (!graph) return failed("CenterNet: " + graph.error().message);  // which names the file
    auto state = std::make_unique<State>(model, std::move(*graph), options);
    TRY(state->prepare(picture_width, picture_height));
    return std::unique_ptr<CenterNet>(new CenterNet(std::move(state)));
}

Result<std::vector<Detection>> CenterNet::detect(const Picture& picture) {
    State& state = *state_;
    TRY(state.prepare(picture.width, picture.height));
    const Letterbox& letterbox = state.letterbox;
    resample(picture, letterbox, state.scratch, state.input);
    const mosaic::Shape shape{1, letterbox.input_height, letterbox.input_width, 3};
    if (auto done = state.session->run(mosaic::TensorView(shape, std::span<const float>(state.input))); !done)
        return state.wrong(done.error().message);

    const mosaic::TensorView heat = state.session->output(0);
    const HeatMaps maps{.heat = heat.elements<float>(),
                        .size = state.session->output(1).elements<float>(),
                        .rows = static_cast<int>(heat.shape()[1]),
                        .columns = static_cast<int>(heat.shape()[2]),
                        .classes = static_cast<int>(heat.shape()[3])};
    std::vector<Detection> people = find_peaks(maps, kPersonClass, state.options.score_min);
    for (Detection& person : people)
        person.box = letterbox.to_picture(person.box);
    for (Detection& person : people)
        person.look = colour_layout(picture, person.box);
    return people;
}

std::string CenterNet::describe() const {
    const State& state = *state_;
    return fmt::format("CenterNet {}x{}, score >= {}, threads {}\n{}", state.letterbox.input_width,
                       state.letterbox.input_height, state.options.score_min, state.options.threads,
                       state.session ? state.session->describe_plan() : "not compiled");
}

}  // namespace vitrina::perceive

#include "nhwc/chain.h"

#include <algorithm>

#include "nhwc/site.h"
#include "onednn/parallel.h"

namespace mosaic::nhwc {

namespace {

// A tensor between two steps that is smaller than this stays in the second-level cache anyway (measured: at
// 0.4 to 0.8 MB nothing is gained or a little lost).
constexpr std::int64_t kBetweenBytesMin = 1024 * 1024;
// Weights of a 1x1 that are read again for each few rows must be near.
constexpr std::int64_t kExpandWeightBytesMax = 64 * 1024;
constexpr std::int64_t kProjectWeightBytesMax = 256 * 1024;
// Of the depthwise convolution's rows that the last 1x1 reads at a time.
constexpr std::int64_t kBandBytes = 96 * 1024;
constexpr std::int64_t kBandPixelsMin = 48;

std::int64_t bytes_between(const Shape& shape) {
    return shape.element_count() / shape[0] * static_cast<std::int64_t>(sizeof(float));
}

// Who reads and makes each value.
class Planner {
  public:
    Planner(const NhwcBackend& backend, Lowering& lowering)
        : backend_(backend), lowering_(lowering), graph_(lowering.graph()) {
        for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
            for (const ir::ValueId id : graph_.nodes[i].inputs)
                readers_[id].push_back(i);
            for (const ir::ValueId id : graph_.nodes[i].outputs)
                makers_[id] = i;
        }
        for (const ir::Output& output : graph_.outputs)
            readers_[output.value].push_back(graph_.nodes.size());
    }

    ChainPlan plan() {
        for (const ir::Node& node : graph_.nodes) {
            if (std::holds_alternative<ir::DepthwiseConv2d>(node.op)) add_chain(node);
        }
        return std::move(plan_);
    }

  private:
    void add_chain(const ir::Node& node) {
        const auto site = inspected(node);
        if (!site || !is_depthwise(*site) || site->conv->has_residual) return;
        const Form& source = backend_.forms().of(node.inputs[0]);
        if (site->conv->has_input_scale && source.element == avx512::Element::kByte) return;
        Chain chain{find_expansion(*site), &node, find_projection(*site)};
        if (chain.expand == nullptr && chain.project == nullptr) return;
        const ir::Node* last = chain.project != nullptr ? chain.project : &node;
        plan_.by_last[last] = chain;
        for (const ir::Node* member : {chain.expand, chain.depthwise, chain.project}) {
            if (member != nullptr && member != last) plan_.taken_in.insert(member);
        }
        // All that any of them reads must be there until the last of them runs.
        const auto end = static_cast<std::size_t>(last - graph_.nodes.data());
        if (site->conv->has_input_scale) lowering_.read_until(node.inputs[site->conv->scale_index()], end);
        lowering_.read_until((chain.expand != nullptr ? chain.expand : &node)->inputs[0], end);
    }

    [[nodiscard]] std::optional<Site> inspected(const ir::Node& node) const {
        const auto site = inspect(backend_, graph_, node);
        return site && *site && (*site)->out.element_count() > 0 ? *site : std::nullopt;
    }

    [[nodiscard]] bool is_alone_between(ir::ValueId id) const {
        const auto readers = readers_.find(id);
        return readers != readers_.end() && readers->second.size() == 1 &&
               readers->second[0] < graph_.nodes.size() && backend_.forms().of(id).is_float();
    }

    // A 1x1 whose pixels are the source's, in float.
    [[nodiscard]] std::optional<Site> pointwise(std::size_t index, std::int64_t weight_bytes_max) const {
        const ir::Node& node = graph_.nodes[index];
        // What an earlier chain ends with is there, and can't be the beginning of another.
        const bool free = !plan_.by_last.contains(&node) && !plan_.taken_in.contains(&node);
        if (!free || !std::holds_alternative<ir::Conv2d>(node.op)) return std::nullopt;
        auto site = inspected(node);
        if (!site || !is_pointwise(*site) || site->conv->has_input_scale ||
            backend_.forms().reduced.contains(site->node))
            return std::nullopt;
        const std::int64_t bytes = site->in[3] * site->out[3] * static_cast<std::int64_t>(sizeof(float));
        if (bytes > weight_bytes_max) return std::nullopt;
        return site;
    }

    [[nodiscard]] const ir::Node* find_expansion(const Site& depthwise) const {
        const ir::ValueId between = depthwise.node->inputs[0];
        const auto maker = makers_.find(between);
        if (maker == makers_.end() || !is_alone_between(between) || depthwise.conv->dilation_y != 1 ||
            bytes_between(depthwise.in) < kBetweenBytesMin) {
            return nullptr;
        }
        const auto site = pointwise(maker->second, kExpandWeightBytesMax);
        // One that makes fewer channels than it reads would save little.
        return site && !site->conv->has_residual && site->out[3] >= site->in[3] ? site->node : nullptr;
    }

    [[nodiscard]] const ir::Node* find_projection(const Site& depthwise) const {
        const ir::ValueId between = depthwise.node->outputs[0];
        if (!is_alone_between(between) || bytes_between(depthwise.out) < kBetweenBytesMin) return nullptr;
        const auto site = pointwise(readers_.at(between)[0], kProjectWeightBytesMax);
        return site && site->node->inputs[0] == between ? site->node : nullptr;
    }

    const NhwcBackend& backend_;
    Lowering& lowering_;
    const ir::Graph& graph_;
    std::map<ir::ValueId, std::vector<std::size_t>> readers_;
    std::map<ir::ValueId, std::size_t> makers_;
    ChainPlan plan_;
};

// Reads wait for earlier writes whose addresses have the same last 12 bits. Pixels of the depthwise
// convolution's source and result lie equally far apart, usually by a multiple of a power of two, so the
// result begins in the middle between two pixels of the source.
constexpr std::uintptr_t kStaggerBytesMax = 512;
constexpr std::int64_t kStaggerFloatsMax = kStaggerBytesMax / sizeof(float);
float* staggered(float* memory, const void* source, std::int64_t pixel_bytes) {
    const auto distance = static_cast<std::uintptr_t>(pixel_bytes);
    const std::uintptr_t period = std::min(distance & (~distance + 1), kStaggerBytesMax);
    constexpr std::uintptr_t kLine = avx512::kVector * sizeof(float);
    if (period < 2 * kLine) return memory;
    const auto from = reinterpret_cast<std::uintptr_t>(source) + period / 2;
    const auto at = reinterpret_cast<std::uintptr_t>(memory);
    return memory + (from - at) % period / kLine * kLine / sizeof(float);
}

// What the three need, worked out at compile time.
struct Stages {
    bool expands = false, projects = false, has_scale = false, has_residual = false;
    std::int64_t pictures = 1;
    avx512::Tiles expand, project;
    avx512::Depthwise depthwise;
    std::int64_t source_pixel_bytes = 0;
    std::int64_t band_rows = 1;

    [[nodiscard]] std::int64_t ring_row_floats() const {
        return expands ? depthwise.window.in_columns * depthwise.window.channels : 0;
    }
    [[nodiscard]] std::int64_t ring_floats() const { return depthwise.window.size_y * ring_row_floats(); }
    [[nodiscard]] std::int64_t band_floats() const {
        return projects ? band_rows * depthwise.window.out_columns * depthwise.window.channels : 0;
    }
    // Of each thread, in whole registers.
    [[nodiscard]] std::int64_t scratch_floats() const {
        const std::int64_t floats = ring_floats() + band_floats() + kStaggerFloatsMax;
        return (floats + avx512::kVector - 1) / avx512::kVector * avx512::kVector;
    }
};

// Reads: source, [weights and bias of the first], weights and bias of the depthwise, [its scale], [weights
// and bias of the last], [residual]. Writes: result, scratch.
class ChainKernel final : public Kernel {
  public:
    explicit ChainKernel(const Stages& stages) : stages_(stages) {}

    void run(std::span<const std::byte* const> reads, std::span<std::byte* const> writes) override {
        std::size_t next = 1;
        const auto bind = [&](avx512::Tiles& tiles) {
            tiles.weights = reads[next++];
            tiles.bias = reinterpret_cast<const float*>(reads[next++]);
        };
        if (stages_.expands) bind(stages_.expand);
        stages_.depthwise.weights = reinterpret_cast<const float*>(reads[next++]);
        stages_.depthwise.bias = reinterpret_cast<const float*>(reads[next++]);
        const float* scale = stages_.has_scale ? reinterpret_cast<const float*>(reads[next++]) : nullptr;
        if (stages_.projects) bind(stages_.project);
        const std::byte* residual = stages_.has_residual ? reads[next] : nullptr;
        const std::int64_t rows = stages_.depthwise.window.out_rows;
        onednn::parallel_for(
            stages_.pictures * rows, [&](std::int64_t thread, std::int64_t begin, std::int64_t end) {
                Walk walk;
                walk.depthwise = stages_.depthwise;
                walk.source = reads[0];
                walk.residual = residual;
                walk.result = writes[0];
                walk.ring = reinterpret_cast<float*>(writes[1]) + thread * stages_.scratch_floats();
                walk.band = staggered(walk.ring + stages_.ring_floats(),
                                      stages_.expands ? static_cast<const void*>(walk.ring) : walk.source,
                                      stages_.depthwise.window.in.pixel_bytes);
                while (begin < end) {
                    walk.picture = begin / rows;
                    if (scale != nullptr)
                        walk.depthwise.scale = scale + walk.picture * walk.depthwise.window.channels;
                    walk.next_row = 0;
                    const std::int64_t first = begin % rows;
                    const std::int64_t count = std::min(end - begin, rows - first);
                    run_rows(walk, first, first + count);
                    begin += count;
                }
            });
    }

  private:
    struct Walk {
        avx512::Depthwise depthwise;  // with the picture's scale
        const std::byte* source = nullptr;
        const std::byte* residual = nullptr;
        std::byte* result = nullptr;
        float* ring = nullptr;  // the last size_y rows of the first stage, row y at y % size_y
        float* band = nullptr;  // rows of the depthwise convolution that the last stage reads
        std::int64_t picture = 0;
        std::int64_t next_row = 0;  // of the first stage, that isn't there yet
    };

    void run_rows(Walk& walk, std::int64_t begin, std::int64_t end) const {
        const avx512::Sliding& window = stages_.depthwise.window;
        auto* band = reinterpret_cast<std::byte*>(walk.band);
        for (std::int64_t row = begin; row < end; row += stages_.band_rows) {
            const std::int64_t count = std::min(stages_.band_rows, end - row);
            const std::int64_t pixel = (walk.picture * window.out_rows + row) * window.out_columns;
            if (!stages_.projects) band = walk.result + pixel * window.out.pixel_bytes;
            for (std::int64_t i = 0; i < count; ++i)
                depthwise_row(walk, row + i, band + i * window.out_columns * window.out.pixel_bytes);
            if (!stages_.projects) continue;
            const avx512::Tiles& project = stages_.project;
            const std::byte* residual = walk.residual;
            if (residual != nullptr) residual += pixel * project.residual.pixel_bytes;
            avx512::run_tiles(project, 0, avx512::panels_of(project.out_channels), 0,
                              count * window.out_columns, band, residual,
                              walk.result + pixel * project.result.pixel_bytes);
        }
    }

    void depthwise_row(Walk& walk, std::int64_t row, std::byte* to) const {
        const avx512::Sliding& window = stages_.depthwise.window;
        const std::int64_t source_row_bytes = window.in_columns * stages_.source_pixel_bytes;
        const std::byte* picture = walk.source + walk.picture * window.in_rows * source_row_bytes;
        const std::byte* rows[avx512::kDepthwiseRowsMax];
        const std::int64_t top = row * window.stride_y - window.pad_top;
        walk.next_row = std::max(walk.next_row, top);
        for (std::int64_t ky = 0; ky < window.size_y; ++ky) {
            const std::int64_t y = top + ky * stages_.depthwise.dilation_y;
            const bool inside = y >= 0 && y < window.in_rows;
            rows[ky] = nullptr;
            if (inside && !stages_.expands) rows[ky] = picture + y * source_row_bytes;
            if (!inside || !stages_.expands) continue;
            float* ring_row = walk.ring + y % window.size_y * stages_.ring_row_floats();
            rows[ky] = reinterpret_cast<const std::byte*>(ring_row);
            if (y < walk.next_row) continue;
            avx512::run_tiles(stages_.expand, 0, avx512::panels_of(window.channels), 0, window.in_columns,
                              picture + y * source_row_bytes, nullptr,
                              reinterpret_cast<std::byte*>(ring_row));
            walk.next_row = y + 1;
        }
        avx512::depthwise_row(walk.depthwise, rows,
                              stages_.expands ? avx512::NextRows::kElsewhere : avx512::NextRows::kFollow, to);
    }

    Stages stages_;
};

std::int64_t band_rows_of(const Site& depthwise) {
    const std::int64_t columns = depthwise.out[2];
    const std::int64_t row_bytes = columns * depthwise.out[3] * static_cast<std::int64_t>(sizeof(float));
    const std::int64_t rows = std::max(kBandBytes / row_bytes, (kBandPixelsMin + columns - 1) / columns);
    return std::clamp<std::int64_t>(rows, 1, depthwise.out[1]);
}

}  // namespace

ChainPlan plan_chains(const NhwcBackend& backend, Lowering& lowering) {
    return Planner(backend, lowering).plan();
}

Result<bool> lower_chain(NhwcBackend& backend, Lowering& lowering, const Chain& chain) {
    const ir::Graph& graph = lowering.graph();
    Stages stages;
    MOSAIC_TRY_ASSIGN(const std::optional<Site> site, inspect(backend, graph, *chain.depthwise));
    stages.pictures = site->in[0];
    const ir::ValueId source_id = (chain.expand != nullptr ? chain.expand : chain.depthwise)->inputs[0];
    MOSAIC_TRY_ASSIGN(Stored source, backend.stored(lowering, source_id));
    std::string name;
    std::vector<BufferId> reads{kNoBuffer};
    if (chain.expand != nullptr) {
        stages.expands = true;
        MOSAIC_TRY_ASSIGN(source.buffer, backend.stored_as(lowering, source_id, Form()));
        source.form = Form();
        MOSAIC_TRY_ASSIGN(const std::optional<Site> expand, inspect(backend, graph, *chain.expand));
        MOSAIC_TRY_ASSIGN(const Pointwise made, make_pointwise(lowering, *expand));
        stages.expand = made.tiles;
        stages.expand.pixels = site->in[2];
        stages.expand.result = strip_of(Form(), site->in[3]);
        reads.insert(reads.end(), {made.weights, made.bias});
        name.append(step_name(*expand)).append(" ");
    }
    reads[0] = source.buffer;
    const std::int64_t source_channels = graph.value(source_id).shape[3];
    stages.source_pixel_bytes = strip_of(source, source_channels).pixel_bytes;
    const Form between = chain.expand != nullptr ? Form() : source.form;
    MOSAIC_TRY_ASSIGN(const DepthwiseParts depthwise, make_depthwise(lowering, *site, between));
    stages.depthwise = depthwise.conv;
    stages.band_rows = band_rows_of(*site);
    reads.insert(reads.end(), {depthwise.weights, depthwise.bias});
    if (site->conv->has_input_scale) {
        stages.has_scale = true;
        MOSAIC_TRY_ASSIGN(const BufferId scale,
                          lowering.plain(chain.depthwise->inputs[site->conv->scale_index()]));
        reads.push_back(scale);
    }
    name.append(step_name(*site));
    const ir::Node& last = chain.project != nullptr ? *chain.project : *chain.depthwise;
    Stored result;
    if (chain.project != nullptr) {
        stages.projects = true;
        MOSAIC_TRY_ASSIGN(const std::optional<Site> project, inspect(backend, graph, *chain.project));
        MOSAIC_TRY_ASSIGN(const Pointwise made, make_pointwise(lowering, *project));
        stages.project = made.tiles;
        stages.project.pixels = stages.band_rows * site->out[2];
        reads.insert(reads.end(), {made.weights, made.bias});
        if (project->conv->has_residual) {
            stages.has_residual = true;
            MOSAIC_TRY_ASSIGN(const Stored residual, residual_of(backend, lowering, *project));
            stages.project.residual = strip_of(residual, project->out[3]);
            reads.push_back(residual.buffer);
        }
        result = backend.make(lowering, last.outputs[0]);
        stages.project.result = strip_of(result, project->out[3]);
        stages.depthwise.window.out = strip_of(Form(), site->out[3]);
        name.append(" ").append(step_name(*project));
    } else {
        result = backend.make(lowering, last.outputs[0]);
        stages.depthwise.window.out = strip_of(result, site->out[3]);
    }
    const auto floats = static_cast<std::size_t>(stages.scratch_floats() * onednn::thread_count());
    const BufferId scratch = lowering.program().add_buffer(floats * sizeof(float));
    lowering.add_step(last, name, "avx512 chain", std::make_unique<ChainKernel>(stages), std::move(reads),
                      {result.buffer, scratch});
    for (const ir::Node* member : {chain.expand, chain.depthwise}) {
        if (member != nullptr && member != &last)
            lowering.last_step().operations += ir::operations(graph, *member);
    }
    return true;
}

}  // namespace mosaic::nhwc

#include "onednn/backend.h"

#include "avx2/kernels.h"
#include "avx512/peak.h"
#include "backend_choice.h"
#include "nhwc/backend.h"
#include "onednn/fast.h"
#include "onednn/parallel.h"
#include "peak_timing.h"
#include "portable_peak.h"

namespace mosaic {

namespace {

bool has_own_wide_kernels() {
    return onednn::OneDnnBackend::has_wide_registers() && avx512::supported(avx512::Element::kFloat);
}

// Billions of operations a second of threads that do rounds at the same time.
template <typename Round>
double together_gigas(int threads, Round round) {
    constexpr std::int64_t kRounds = 10;  // of each thread, so that starting the threads hardly counts
    const ThreadCount used(threads);
    const double each = round();
    return best_gigas([&] {
        onednn::parallel_for(threads, [&](std::int64_t, std::int64_t begin, std::int64_t end) {
            for (std::int64_t i = begin * kRounds; i < end * kRounds; ++i)
                static_cast<void>(round());
        });
        return each * static_cast<double>(kRounds * threads);
    });
}

}  // namespace

std::unique_ptr<BackendCompiler> make_backend(const Options& options, KernelChoices* choices) {
    if (options.backend == Backend::kPortable) return nullptr;
    const auto make_behind = []() -> std::unique_ptr<BackendCompiler> {
        return std::make_unique<onednn::OneDnnBackend>();
    };
    if (!has_own_wide_kernels()) return make_behind();
    return std::make_unique<nhwc::NhwcBackend>(make_behind, options, choices);
}

ScaledInputs scaled_inputs(const Options& options) {
    if (options.backend == Backend::kPortable || !has_own_wide_kernels()) return ScaledInputs::kAll;
    // In fewer bits a factor would have to be known beforehand.
    return options.precision == Precision::kFloat32 ? ScaledInputs::kFewWeights : ScaledInputs::kDepthwise;
}

std::vector<Peak> measure_peaks(int threads) {
    using avx512::Element;
    std::vector<Peak> peaks;
    const auto add = [&](const char* what, Precision precision, auto round) {
        peaks.push_back({what, together_gigas(threads, round), precision, threads});
    };
    if (avx512::supported(Element::kFloat))
        add("fp32, 512 bits", Precision::kFloat32, [] { return avx512::peak_round(Element::kFloat); });
    if (avx512::supported(Element::kBFloat))
        add("bf16, 512 bits", Precision::kBFloat16, [] { return avx512::peak_round(Element::kBFloat); });
    if (avx512::supported(Element::kByte))
        add("int8, 512 bits", Precision::kInt8, [] { return avx512::peak_round(Element::kByte); });
    if (avx2::supported()) add("fp32, 256 bits", Precision::kFloat32, [] { return avx2::peak_round(); });
    if (peaks.empty()) add("fp32, as compiled", Precision::kFloat32, [] { return portable_peak_round(); });
    return peaks;
}

namespace onednn {

namespace {

using dnnl::memory;

const char* isa_name() {
    switch (dnnl::get_effective_cpu_isa()) {
        case dnnl::cpu_isa::sse41:
            return "sse41";
        case dnnl::cpu_isa::avx:
            return "avx";
        case dnnl::cpu_isa::avx2:
            return "avx2";
        case dnnl::cpu_isa::avx2_vnni:
            return "avx2_vnni";
        case dnnl::cpu_isa::avx512_core:
            return "avx512_core";
        case dnnl::cpu_isa::avx512_core_vnni:
            return "avx512_core_vnni";
        case dnnl::cpu_isa::avx512_core_bf16:
            return "avx512_core_bf16";
        default:
            return "other";
    }
}

std::string implementation_name(const dnnl::primitive_desc_base& description) {
    return std::string("onednn ") + description.impl_info_str();
}

}  // namespace

memory::dims dims_of(const Shape& shape) {
    return {shape[0], shape[3], shape[1], shape[2]};
}

memory::desc plain_desc(const Shape& shape) {
    return {dims_of(shape), memory::data_type::f32, memory::format_tag::nhwc};
}

dnnl::primitive_attr make_attributes(const dnnl::post_ops& post_ops) {
    dnnl::primitive_attr attributes;
    attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
    attributes.set_post_ops(post_ops);
    return attributes;
}

bool append_activation(dnnl::post_ops& post_ops, const ir::Activation& activation) {
    using dnnl::algorithm;
    const float alpha = activation.alpha;
    switch (activation.kind) {
        case ir::ActivationKind::kNone:
            return true;
        case ir::ActivationKind::kRelu:
            post_ops.append_eltwise(1, algorithm::eltwise_relu, 0, 0);
            return true;
        case ir::ActivationKind::kRelu6:
            post_ops.append_eltwise(1, algorithm::eltwise_clip, 0, 6);
            return true;
        case ir::ActivationKind::kLeakyRelu:
            post_ops.append_eltwise(1, algorithm::eltwise_relu, alpha, 0);
            return true;
        case ir::ActivationKind::kElu:
            post_ops.append_eltwise(1, algorithm::eltwise_elu, 1, 0);
            return true;
        case ir::ActivationKind::kSigmoid:
            post_ops.append_eltwise(1, algorithm::eltwise_logistic, 0, 0);
            return true;
        case ir::ActivationKind::kTanh:
            post_ops.append_eltwise(1, algorithm::eltwise_tanh, 0, 0);
            return true;
        case ir::ActivationKind::kHardSwish:
            // oneDNN's divides by six; the scale puts the model's own factor in.
            post_ops.append_eltwise(alpha * 6.0F, algorithm::eltwise_hardswish, 0, 0);
            return true;
        case ir::ActivationKind::kHardSigmoid:
            post_ops.append_eltwise(1, algorithm::eltwise_linear, alpha, 3.0F * alpha);
            post_ops.append_eltwise(1, algorithm::eltwise_clip, 0, 6.0F * alpha);
            return true;
        case ir::ActivationKind::kSwish:
            post_ops.append_eltwise(1, algorithm::eltwise_swish, 1, 0);
            return true;
        case ir::ActivationKind::kGelu:
            post_ops.append_eltwise(1, algorithm::eltwise_gelu_erf, 0, 0);
            return true;
        case ir::ActivationKind::kGeluTanh:
            post_ops.append_eltwise(1, algorithm::eltwise_gelu_tanh, 0, 0);
            return true;
        case ir::ActivationKind::kSoftplus:
            post_ops.append_eltwise(1, algorithm::eltwise_soft_relu, 0, 0);
            return true;
        case ir::ActivationKind::kMish:
            post_ops.append_eltwise(1, algorithm::eltwise_mish, 0, 0);
            return true;
    }
    return false;
}

OneDnnBackend::OneDnnBackend() : engine_(dnnl::engine::kind::cpu, 0) {
    const dnnl::cpu_isa isa = dnnl::get_effective_cpu_isa();
    prefers_own_kernels_ =
        avx2::supported() && (isa == dnnl::cpu_isa::avx2 || isa == dnnl::cpu_isa::avx2_vnni);
}

bool OneDnnBackend::has_wide_registers() {
    switch (dnnl::get_effective_cpu_isa()) {
        case dnnl::cpu_isa::avx512_core:
        case dnnl::cpu_isa::avx512_core_vnni:
        case dnnl::cpu_isa::avx512_core_bf16:
        case dnnl::cpu_isa::avx512_core_amx:
            return true;
        default:
            return false;
    }
}

std::string OneDnnBackend::describe() const {
    const dnnl_version_t* version = dnnl::version();
    return "oneDNN " + std::to_string(version->major) + "." + std::to_string(version->minor) + "." +
           std::to_string(version->patch) + ", " + isa_name();
}

void OneDnnBackend::begin(Lowering& lowering) {
    find_parts(lowering.graph());
}

// In a blocked layout the channels of one picture lie one block after another, so a tensor joined along the
// channels is its parts one after another, and they can be made in place.
void OneDnnBackend::find_parts(const ir::Graph& graph) {
    for (const ir::Node& node : graph.nodes) {
        const auto* concat = std::get_if<ir::Concat>(&node.op);
        const Shape& shape = graph.value(node.outputs[0]).shape;
        if (concat == nullptr || shape.rank() != 4 || shape[0] != 1 ||
            (concat->axis != 3 && concat->axis != -1)) {
            continue;
        }
        constexpr std::int64_t kBlockMax = 16;
        std::int64_t channel = 0;
        for (const ir::ValueId id : node.inputs) {
            const ir::Value& value = graph.value(id);
            if (channel % kBlockMax == 0 && value.shape[3] % kBlockMax == 0 && !parts_.contains(id)) {
                parts_[id] = {node.outputs[0], channel};
            }
            channel += value.shape[3];
        }
    }
}

Result<bool> OneDnnBackend::lower(Lowering& lowering, std::size_t index) {
    try {
        return lower_node(lowering, index);
    } catch (const dnnl::error& error) {
        // What oneDNN doesn't have, or doesn't take with these sizes, runs portably; anything else is a
        // fault.
        if (error.status == dnnl_unimplemented || error.status == dnnl_invalid_arguments) return false;
        return failure(ir::describe(lowering.graph().nodes[index]) + ": oneDNN: " + error.what());
    }
}

Result<bool> OneDnnBackend::lower_node(Lowering& lowering, std::size_t index) {
    const ir::Node& node = lowering.graph().nodes[index];
    if (std::holds_alternative<ir::Conv2d>(node.op) || std::holds_alternative<ir::DepthwiseConv2d>(node.op)) {
        MOSAIC_TRY_ASSIGN(const bool fast, lower_fast_convolution(*this, lowering, index));
        return fast ? true : lower_convolution(*this, lowering, index);
    }
    if (std::holds_alternative<ir::MatMul>(node.op)) return lower_matmul(*this, lowering, node);
    if (std::holds_alternative<ir::Pool>(node.op)) return lower_pool(*this, lowering, node);
    if (std::holds_alternative<ir::Reduce>(node.op)) return lower_mean(*this, lowering, node);
    if (std::holds_alternative<ir::Activate>(node.op)) return lower_activate(*this, lowering, node);
    if (std::holds_alternative<ir::Binary>(node.op)) return lower_binary(*this, lowering, node);
    if (std::holds_alternative<ir::Resize>(node.op)) return lower_fast_resize(*this, lowering, index);
    if (std::holds_alternative<ir::Concat>(node.op)) return lower_concat(lowering, node);
    return false;
}

bool OneDnnBackend::lower_concat(Lowering&, const ir::Node& node) {
    const auto whole = wholes_.find(node.outputs[0]);
    if (whole == wholes_.end()) return false;
    for (const ir::ValueId id : node.inputs) {
        const auto part = parts_.find(id);
        const auto picture = pictures_.find(id);
        if (part == parts_.end() || part->second.whole != node.outputs[0] || picture == pictures_.end())
            return false;
    }
    publish(node.outputs[0], whole->second);
    return true;
}

Result<Picture> OneDnnBackend::any_picture(Lowering& lowering, ir::ValueId id) {
    if (const auto found = pictures_.find(id); found != pictures_.end()) return found->second;
    MOSAIC_TRY_ASSIGN(const BufferId buffer, lowering.plain(id));
    return Picture{plain_desc(lowering.graph().value(id).shape), buffer};
}

Result<Picture> OneDnnBackend::picture_as(Lowering& lowering, ir::ValueId id, const memory::desc& desc) {
    MOSAIC_TRY_ASSIGN(const Picture from, any_picture(lowering, id));
    if (from.desc == desc) return from;
    const Picture to{desc, lowering.program().add_buffer(desc.get_size())};
    reorder(lowering, lowering.graph().value(id).name, from, to);
    if (!pictures_.contains(id)) publish(id, to);
    return to;
}

Picture OneDnnBackend::make_picture(Lowering& lowering, ir::ValueId id, const memory::desc& desc) {
    Picture picture{desc, kNoBuffer};
    const auto part = parts_.find(id);
    const auto& blocking = desc.data.format_desc.blocking;
    const bool blocked =
        desc.data.format_kind == dnnl_blocked && blocking.inner_nblks == 1 && blocking.inner_idxs[0] == 1;
    if (part != parts_.end() && blocked) {
        const ir::Value& whole = lowering.graph().value(part->second.whole);
        const auto tag =
            blocking.inner_blks[0] == 16 ? memory::format_tag::nChw16c : memory::format_tag::nChw8c;
        const memory::desc whole_desc(dims_of(whole.shape), memory::data_type::f32, tag);
        const memory::desc own_desc(dims_of(lowering.graph().value(id).shape), memory::data_type::f32, tag);
        auto& whole_picture = wholes_[part->second.whole];
        if (whole_picture.buffer == kNoBuffer && own_desc == desc) {
            whole_picture = {whole_desc, lowering.program().add_buffer(whole_desc.get_size())};
        }
        if (whole_picture.desc == whole_desc && own_desc == desc) {
            const auto pixels = static_cast<std::size_t>(whole.shape[1] * whole.shape[2]);
            const std::size_t offset =
                static_cast<std::size_t>(part->second.first_channel) * pixels * sizeof(float);
            picture.buffer = lowering.program().add_part(whole_picture.buffer, offset, desc.get_size());
        }
    }
    if (picture.buffer == kNoBuffer) picture.buffer = lowering.program().add_buffer(desc.get_size());
    publish(id, picture);
    // A row-major result is also what portable kernels read.
    if (desc == plain_desc(lowering.graph().value(id).shape)) lowering.publish_plain(id, picture.buffer);
    return picture;
}

Result<BufferId> OneDnnBackend::make_plain(Lowering& lowering, ir::ValueId id) {
    const auto found = pictures_.find(id);
    const ir::Value& value = lowering.graph().value(id);
    if (found == pictures_.end()) return failure("value " + value.name + " is used before it is made");
    const Picture to{plain_desc(value.shape), lowering.program().add_buffer(lowering.plain_bytes(id))};
    reorder(lowering, value.name, found->second, to);
    return to.buffer;
}

void OneDnnBackend::reorder(Lowering& lowering, const std::string& name, const Picture& from,
                            const Picture& to) {
    const dnnl::reorder::primitive_desc description(engine_, from.desc, engine_, to.desc,
                                                    make_attributes({}));
    ir::Node node;
    node.name = name;
    add_primitive(lowering, node, "Reorder", description, dnnl::reorder(description),
                  {{DNNL_ARG_FROM, from.desc}}, {from.buffer}, {{DNNL_ARG_TO, to.desc}}, {to.buffer});
    lowering.last_step().reorders = true;
}

void OneDnnBackend::add_primitive(Lowering& lowering, const ir::Node& node, const std::string& op,
                                  const dnnl::primitive_desc_base& description,
                                  const dnnl::primitive& primitive,
                                  const std::vector<Argument>& read_arguments, std::vector<BufferId> reads,
                                  std::vector<Argument> write_arguments, std::vector<BufferId> writes) {
    const memory::desc scratchpad = description.query_md(dnnl::query::scratchpad_md, 0);
    if (scratchpad.get_size() > 0) {
        write_arguments.push_back({DNNL_ARG_SCRATCHPAD, scratchpad});
        writes.push_back(lowering.program().add_buffer(scratchpad.get_size()));
    }
    auto kernel = std::make_unique<PrimitiveKernel>(engine_, primitive, read_arguments, write_arguments);
    lowering.add_step(node, op, implementation_name(description), std::move(kernel), std::move(reads),
                      std::move(writes));
}

}  // namespace onednn
}  // namespace mosaic

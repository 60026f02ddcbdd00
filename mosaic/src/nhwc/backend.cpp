#include "nhwc/backend.h"

namespace mosaic::nhwc {

std::size_t bytes_of(const Shape& shape, const Form& form) {
    const auto bytes = static_cast<std::size_t>(shape.element_count() * avx512::element_bytes(form.element));
    return form.is_float() ? bytes : bytes + kSlackBytes;
}

avx512::Strip strip_of(const Form& form, std::int64_t channels) {
    return {form.element, form.scale, form.zero, 1.0F / form.scale,
            channels * avx512::element_bytes(form.element)};
}

avx512::Strip strip_of(const Stored& stored, std::int64_t channels) {
    avx512::Strip strip = strip_of(stored.form, channels);
    if (stored.pixel_bytes > 0) strip.pixel_bytes = stored.pixel_bytes;
    return strip;
}

NhwcBackend::NhwcBackend(MakeBehind make_behind, const Options& options, KernelChoices* choices)
    : make_behind_(make_behind),
      behind_(make_behind == nullptr ? nullptr : make_behind()),
      options_(options),
      choices_(choices) {}

std::unique_ptr<NhwcBackend> NhwcBackend::make_trial(KernelKind kernel) const {
    auto trial = std::make_unique<NhwcBackend>(make_behind_, options_, nullptr);
    trial->forced_ = kernel;
    return trial;
}

Result<bool> NhwcBackend::lower_behind(Lowering& lowering, std::size_t index) {
    return behind_ == nullptr ? false : behind_->lower(lowering, index);
}

std::string NhwcBackend::describe() const {
    const std::string own = "row-major avx512 kernels";
    return behind_ == nullptr ? own : own + "; " + behind_->describe();
}

void NhwcBackend::begin(Lowering& lowering) {
    forms_ = plan_forms(lowering.graph(), options_);
    find_joins(lowering.graph());
    chains_ = plan_chains(*this, lowering);
    if (behind_ != nullptr) behind_->begin(lowering);
}

void NhwcBackend::find_joins(const ir::Graph& graph) {
    std::map<ir::ValueId, int> uses;
    for (const ir::Node& node : graph.nodes) {
        for (const ir::ValueId id : node.inputs)
            ++uses[id];
    }
    for (const ir::Output& output : graph.outputs)
        ++uses[output.value];
    std::set<ir::ValueId> results;
    for (const ir::Node& node : graph.nodes) {
        if (!joins_channels(graph, node)) continue;
        results.insert(node.outputs[0]);
        if (!forms_.of(node.outputs[0]).is_float()) continue;
        std::int64_t channel = 0;
        for (const ir::ValueId id : node.inputs) {
            const bool alone = uses[id] == 1 && forms_.of(id).is_float() && !results.contains(id);
            if (alone) places_[id] = {node.outputs[0], channel};
            channel += graph.value(id).shape[3];
        }
    }
}

Result<bool> NhwcBackend::lower(Lowering& lowering, std::size_t index) {
    MOSAIC_TRY_ASSIGN(const bool own, lower_own(lowering, index));
    if (own) return true;
    return lower_behind(lowering, index);
}

Result<bool> NhwcBackend::lower_own(Lowering& lowering, std::size_t index) {
    const ir::Node& node = lowering.graph().nodes[index];
    if (chains_.taken_in.contains(&node)) return true;
    if (const auto chain = chains_.by_last.find(&node); chain != chains_.by_last.end())
        return lower_chain(*this, lowering, chain->second);
    if (std::holds_alternative<ir::Conv2d>(node.op)) return lower_convolution(*this, lowering, index);
    if (std::holds_alternative<ir::DepthwiseConv2d>(node.op)) return lower_depthwise(*this, lowering, node);
    if (std::holds_alternative<ir::MatMul>(node.op)) return lower_matmul(*this, lowering, node);
    if (std::holds_alternative<ir::Pool>(node.op)) return lower_pool(*this, lowering, node);
    if (std::holds_alternative<ir::Reduce>(node.op)) return lower_mean(*this, lowering, node);
    if (std::holds_alternative<ir::Concat>(node.op)) return lower_concat(*this, lowering, node);
    if (std::holds_alternative<ir::Resize>(node.op)) return lower_resize(*this, lowering, node);
    if (std::holds_alternative<ir::Binary>(node.op)) return lower_elementwise(*this, lowering, node);
    if (std::holds_alternative<ir::Activate>(node.op)) return lower_activation(*this, lowering, node);
    return false;
}

Result<Stored> NhwcBackend::stored(Lowering& lowering, ir::ValueId id) {
    if (const auto found = stored_.find(id); found != stored_.end()) return found->second;
    MOSAIC_TRY_ASSIGN(const BufferId buffer, lowering.plain(id));
    return Stored{buffer, {}};
}

Result<BufferId> NhwcBackend::stored_as(Lowering& lowering, ir::ValueId id, const Form& form) {
    if (form.is_float()) return lowering.plain(id);
    MOSAIC_TRY_ASSIGN(const Stored from, stored(lowering, id));
    if (from.form == form) return from.buffer;
    const ir::Value& value = lowering.graph().value(id);
    const Stored to{lowering.program().add_buffer(bytes_of(value.shape, form)), form};
    add_conversion(lowering, value.name, value.shape.element_count(), from, to);
    stored_.try_emplace(id, to);
    return to.buffer;
}

Stored NhwcBackend::make(Lowering& lowering, ir::ValueId id) {
    const Form form = forms_.of(id);
    const ir::Graph& graph = lowering.graph();
    if (const auto place = places_.find(id); place != places_.end()) {
        const BufferId whole = joined(lowering, place->second.joined);
        const avx512::Strip parts = strip_of(Form(), graph.value(place->second.joined).shape[3]);
        const auto offset =
            static_cast<std::size_t>(place->second.channel * avx512::element_bytes(form.element));
        const std::size_t bytes = lowering.program().buffer(whole).bytes - offset;
        const Stored part{lowering.program().add_part(whole, offset, bytes), form, parts.pixel_bytes};
        stored_[id] = part;
        return part;
    }
    const Stored made{lowering.program().add_buffer(bytes_of(lowering.graph().value(id).shape, form)), form};
    publish(lowering, id, made);
    return made;
}

BufferId NhwcBackend::joined(Lowering& lowering, ir::ValueId id) {
    const auto [found, added] = joined_.try_emplace(id, kNoBuffer);
    if (added) found->second = lowering.program().add_buffer(lowering.plain_bytes(id));
    return found->second;
}

void NhwcBackend::publish(Lowering& lowering, ir::ValueId id, const Stored& stored) {
    if (stored.form.is_float()) {
        lowering.publish_plain(id, stored.buffer);
    } else {
        stored_[id] = stored;
    }
}

Result<BufferId> NhwcBackend::make_plain(Lowering& lowering, ir::ValueId id) {
    const auto found = stored_.find(id);
    const ir::Value& value = lowering.graph().value(id);
    if (found == stored_.end()) {
        if (behind_ != nullptr) return behind_->make_plain(lowering, id);
        return failure("value " + value.name + " is used before it is made");
    }
    const Stored to{lowering.program().add_buffer(lowering.plain_bytes(id)), {}};
    add_conversion(lowering, value.name, value.shape.element_count(), found->second, to);
    return to.buffer;
}

}  // namespace mosaic::nhwc

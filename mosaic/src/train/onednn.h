// What the kernels on oneDNN share: one engine, a stream for each thread, memory that is lent for a call.
#pragma once

#include <unordered_map>

#include <dnnl.hpp>

#include "mosaic/tensor.h"

namespace mosaic::train::onednn {

[[nodiscard]] inline const dnnl::engine& engine() {
    static const dnnl::engine kEngine(dnnl::engine::kind::cpu, 0);
    return kEngine;
}

[[nodiscard]] inline dnnl::stream& stream() {
    thread_local dnnl::stream own(engine());
    return own;
}

// oneDNN takes memory without const even where it only reads.
[[nodiscard]] inline dnnl::memory lend(const dnnl::memory::desc& desc, const void* data) {
    return {desc, engine(), const_cast<void*>(data)};
}

// NHWC elements, described as oneDNN orders sizes: N, C, H, W.
[[nodiscard]] inline dnnl::memory::desc picture(const Shape& shape) {
    return {{shape[0], shape[3], shape[1], shape[2]},
            dnnl::memory::data_type::f32,
            dnnl::memory::format_tag::nhwc};
}

// The same sizes in whatever layout the primitive likes best.
[[nodiscard]] inline dnnl::memory::desc any_layout(const dnnl::memory::desc& desc) {
    return {desc.dims(), dnnl::memory::data_type::f32, dnnl::memory::format_tag::any};
}

// A tensor that a primitive wants in its own layout: a copy if that differs from ours, else our memory.
class Adapter {
  public:
    Adapter() = default;
    Adapter(const dnnl::memory::desc& ours, const dnnl::memory::desc& theirs) : ours_(ours), theirs_(theirs) {
        if (ours_ == theirs_) return;
        copy_ = dnnl::memory(theirs_, engine());
        to_theirs_ = dnnl::reorder(dnnl::reorder::primitive_desc(engine(), ours_, engine(), theirs_));
        to_ours_ = dnnl::reorder(dnnl::reorder::primitive_desc(engine(), theirs_, engine(), ours_));
    }

    // For a primitive that reads it.
    [[nodiscard]] dnnl::memory read(const void* data) {
        dnnl::memory memory = lend(ours_, data);
        if (!copy_) return memory;
        to_theirs_.execute(stream(), {{DNNL_ARG_FROM, memory}, {DNNL_ARG_TO, copy_}});
        return copy_;
    }
    // For a primitive that writes it; written() afterwards.
    [[nodiscard]] dnnl::memory write(void* data) { return copy_ ? copy_ : lend(ours_, data); }
    void written(void* data) {
        if (!copy_) return;
        to_ours_.execute(stream(), {{DNNL_ARG_FROM, copy_}, {DNNL_ARG_TO, lend(ours_, data)}});
    }

  private:
    dnnl::memory::desc ours_, theirs_;
    dnnl::memory copy_;
    dnnl::reorder to_theirs_, to_ours_;
};

}  // namespace mosaic::train::onednn

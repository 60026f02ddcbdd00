// Kernels of oneDNN, and fast ones of our own where they read oneDNN's layouts.
#pragma once

#include <map>

#include <dnnl.hpp>

#include "lowering.h"
#include "onednn/primitive_kernel.h"

namespace mosaic::onednn {

// A picture in memory in a layout that oneDNN chose. Sizes are in oneDNN's order: batch, channels, rows,
// columns.
struct Picture {
    dnnl::memory::desc desc;
    BufferId buffer = kNoBuffer;
};

class OneDnnBackend final : public BackendCompiler {
  public:
    OneDnnBackend();

    [[nodiscard]] std::string describe() const override;
    void begin(Lowering& lowering) override;
    [[nodiscard]] Result<bool> lower(Lowering& lowering, std::size_t index) override;
    [[nodiscard]] Result<BufferId> make_plain(Lowering& lowering, ir::ValueId id) override;

    [[nodiscard]] const dnnl::engine& engine() const { return engine_; }
    // Whether oneDNN may use AVX-512 here (ONEDNN_MAX_CPU_ISA has its say).
    [[nodiscard]] static bool has_wide_registers();
    [[nodiscard]] bool has_picture(ir::ValueId id) const { return pictures_.contains(id); }
    // Whether the kernels of src/avx2 are the better choice on this processor: with wider registers oneDNN's
    // are.
    [[nodiscard]] bool prefers_own_kernels() const { return prefers_own_kernels_; }
    // Whether the value is to be made in place in a tensor that joins several.
    [[nodiscard]] bool is_part(ir::ValueId id) const { return parts_.contains(id); }
    // The value in some layout: the one it has, row-major if it has none yet.
    [[nodiscard]] Result<Picture> any_picture(Lowering& lowering, ir::ValueId id);
    // The value in the given layout, through a reorder if it must be.
    [[nodiscard]] Result<Picture> picture_as(Lowering& lowering, ir::ValueId id,
                                             const dnnl::memory::desc& desc);
    // Memory for a value that is about to be made in that layout.
    Picture make_picture(Lowering& lowering, ir::ValueId id, const dnnl::memory::desc& desc);
    // Publishes a value that lies in memory that exists already.
    void publish(ir::ValueId id, const Picture& picture) { pictures_[id] = picture; }

    // Appends a step that runs a primitive. A scratchpad is added to the writes if the primitive wants one.
    void add_primitive(Lowering& lowering, const ir::Node& node, const std::string& op,
                       const dnnl::primitive_desc_base& description, const dnnl::primitive& primitive,
                       const std::vector<Argument>& read_arguments, std::vector<BufferId> reads,
                       std::vector<Argument> write_arguments, std::vector<BufferId> writes);

  private:
    // Where a value lies within the tensor that it will be joined into.
    struct Part {
        ir::ValueId whole = 0;
        std::int64_t first_channel = 0;
    };

    void find_parts(const ir::Graph& graph);
    [[nodiscard]] Result<bool> lower_node(Lowering& lowering, std::size_t index);
    [[nodiscard]] bool lower_concat(Lowering& lowering, const ir::Node& node);
    void reorder(Lowering& lowering, const std::string& name, const Picture& from, const Picture& to);

    dnnl::engine engine_;
    bool prefers_own_kernels_ = false;
    std::map<ir::ValueId, Picture> pictures_;
    std::map<ir::ValueId, Part> parts_;
    std::map<ir::ValueId, Picture> wholes_;
};

// oneDNN's sizes of an NHWC shape, and the layout of a row-major one.
[[nodiscard]] dnnl::memory::dims dims_of(const Shape& shape);
[[nodiscard]] dnnl::memory::desc plain_desc(const Shape& shape);
// Attributes with a user-managed scratchpad.
[[nodiscard]] dnnl::primitive_attr make_attributes(const dnnl::post_ops& post_ops);
// False: oneDNN has no such activation.
[[nodiscard]] bool append_activation(dnnl::post_ops& post_ops, const ir::Activation& activation);

// One function for each family of operators; false: not possible here, take the portable kernel.
[[nodiscard]] Result<bool> lower_convolution(OneDnnBackend& backend, Lowering& lowering, std::size_t index);
[[nodiscard]] Result<bool> lower_matmul(OneDnnBackend& backend, Lowering& lowering, const ir::Node& node);
[[nodiscard]] Result<bool> lower_pool(OneDnnBackend& backend, Lowering& lowering, const ir::Node& node);
[[nodiscard]] Result<bool> lower_mean(OneDnnBackend& backend, Lowering& lowering, const ir::Node& node);
[[nodiscard]] Result<bool> lower_activate(OneDnnBackend& backend, Lowering& lowering, const ir::Node& node);
[[nodiscard]] Result<bool> lower_binary(OneDnnBackend& backend, Lowering& lowering, const ir::Node& node);

}  // namespace mosaic::onednn

// Kernels of our own for 512-bit registers. Pictures stay row-major, [pictures][rows][columns][channels], so
// nothing has to be reordered between them and whoever else takes part; what changes is the type of the
// elements. Nodes that are not ours go to the backend behind this one.
#pragma once

#include <map>
#include <memory>
#include <optional>

#include "avx512/tiles.h"
#include "lowering.h"
#include "nhwc/chain.h"
#include "nhwc/choice.h"
#include "nhwc/forms.h"

namespace mosaic::nhwc {

// A value in memory: row-major, as elements of some type. Gaps between the pixels belong to the other parts
// of the joined tensor that it was made into; nobody but the join reads it.
struct Stored {
    BufferId buffer = kNoBuffer;
    Form form;
    std::int64_t pixel_bytes = 0;  // from one pixel to the next; 0: no gaps
};

class NhwcBackend final : public BackendCompiler {
  public:
    using MakeBehind = std::unique_ptr<BackendCompiler> (*)();
    // `make_behind` may be null, and so may `choices`: then the kernels of convolutions follow a fixed rule.
    NhwcBackend(MakeBehind make_behind, const Options& options, KernelChoices* choices);

    [[nodiscard]] std::string describe() const override;
    void begin(Lowering& lowering) override;
    [[nodiscard]] Result<bool> lower(Lowering& lowering, std::size_t index) override;
    [[nodiscard]] Result<BufferId> make_plain(Lowering& lowering, ir::ValueId id) override;

    [[nodiscard]] const FormPlan& forms() const { return forms_; }
    [[nodiscard]] const Options& options() const { return options_; }
    [[nodiscard]] bool has_behind() const { return behind_ != nullptr; }
    [[nodiscard]] KernelChoices* choices() const { return choices_; }
    // The kernel that all convolutions get, to see how quick it is.
    [[nodiscard]] std::optional<KernelKind> forced() const { return forced_; }
    [[nodiscard]] std::unique_ptr<NhwcBackend> make_trial(KernelKind kernel) const;
    [[nodiscard]] Result<bool> lower_behind(Lowering& lowering, std::size_t index);
    // The value in the given form, through a conversion if it must be.
    [[nodiscard]] Result<BufferId> stored_as(Lowering& lowering, ir::ValueId id, const Form& form);
    // The value as it is.
    [[nodiscard]] Result<Stored> stored(Lowering& lowering, ir::ValueId id);
    // Memory for a value that is about to be made, in the form that was planned for it.
    [[nodiscard]] Stored make(Lowering& lowering, ir::ValueId id);
    void publish(Lowering& lowering, ir::ValueId id, const Stored& stored);
    // Memory for the result of a join along the channels, which parts may have been made in already.
    [[nodiscard]] BufferId joined(Lowering& lowering, ir::ValueId id);

  private:
    [[nodiscard]] Result<bool> lower_own(Lowering& lowering, std::size_t index);

    MakeBehind make_behind_;
    std::unique_ptr<BackendCompiler> behind_;
    const Options& options_;
    KernelChoices* choices_;
    std::optional<KernelKind> forced_;
    FormPlan forms_;
    void find_joins(const ir::Graph& graph);

    std::map<ir::ValueId, Stored> stored_;  // those that aren't plain
    // Values that only a join along the channels reads: they are made in their place within its result.
    struct Place {
        ir::ValueId joined = 0;
        std::int64_t channel = 0;
    };
    std::map<ir::ValueId, Place> places_;
    std::map<ir::ValueId, BufferId> joined_;  // memory of the results of joins
    ChainPlan chains_;
};

// Buffers of bytes are read in units of four, beyond the last element.
constexpr std::size_t kSlackBytes = 64;
[[nodiscard]] std::size_t bytes_of(const Shape& shape, const Form& form);
[[nodiscard]] avx512::Strip strip_of(const Form& form, std::int64_t channels);
[[nodiscard]] avx512::Strip strip_of(const Stored& stored, std::int64_t channels);

// A constant of `count` elements that `fill` writes; zero where it doesn't.
template <typename T, typename Fill>
Result<BufferId> make_constant(Lowering& lowering, std::int64_t count, Fill fill) {
    const auto floats = (count * static_cast<std::int64_t>(sizeof(T)) + 3) / 4;
    MOSAIC_TRY_ASSIGN(Tensor tensor, Tensor::create(DataType::kFloat32, {floats}));
    fill(reinterpret_cast<T*>(tensor.bytes().data()));
    return lowering.program().add_constant(std::make_shared<const Tensor>(std::move(tensor)));
}

// Each returns false where the kernel doesn't apply.
[[nodiscard]] Result<bool> lower_convolution(NhwcBackend& backend, Lowering& lowering, std::size_t index);
[[nodiscard]] Result<bool> lower_depthwise(NhwcBackend& backend, Lowering& lowering, const ir::Node& node);
[[nodiscard]] Result<bool> lower_matmul(NhwcBackend& backend, Lowering& lowering, const ir::Node& node);
[[nodiscard]] Result<bool> lower_pool(NhwcBackend& backend, Lowering& lowering, const ir::Node& node);
[[nodiscard]] Result<bool> lower_mean(NhwcBackend& backend, Lowering& lowering, const ir::Node& node);
[[nodiscard]] Result<bool> lower_concat(NhwcBackend& backend, Lowering& lowering, const ir::Node& node);
// Whether the node joins pictures along their channels.
[[nodiscard]] bool joins_channels(const ir::Graph& graph, const ir::Node& node);
[[nodiscard]] Result<bool> lower_resize(NhwcBackend& backend, Lowering& lowering, const ir::Node& node);
[[nodiscard]] Result<bool> lower_elementwise(NhwcBackend& backend, Lowering& lowering, const ir::Node& node);
[[nodiscard]] Result<bool> lower_activation(NhwcBackend& backend, Lowering& lowering, const ir::Node& node);
// Another form of the same elements.
void add_conversion(Lowering& lowering, const std::string& name, std::int64_t count, const Stored& from,
                    const Stored& to);

}  // namespace mosaic::nhwc

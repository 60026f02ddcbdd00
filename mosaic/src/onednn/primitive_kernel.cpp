#include "onednn/primitive_kernel.h"

#include "invariant.h"

namespace mosaic::onednn {

PrimitiveKernel::PrimitiveKernel(const dnnl::engine& engine, dnnl::primitive primitive,
                                 const std::vector<Argument>& reads, const std::vector<Argument>& writes)
    : stream_(engine), primitive_(std::move(primitive)) {
    for (const auto* list : {&reads, &writes}) {
        for (const Argument& argument : *list) {
            memories_.emplace_back(argument.desc, engine, static_cast<void*>(DNNL_MEMORY_NONE));
            arguments_.push_back({argument.id, memories_.back().get()});
            addresses_.push_back(nullptr);
        }
    }
}

void PrimitiveKernel::set(std::size_t index, const std::byte* address) {
    if (addresses_[index] == address) return;
    // oneDNN takes mutable memory for sources too, and doesn't write them.
    memories_[index].set_data_handle(const_cast<std::byte*>(address));
    addresses_[index] = address;
}

void PrimitiveKernel::run(std::span<const std::byte* const> reads, std::span<std::byte* const> writes) {
    // Addresses change only when the caller gives another input; oneDNN's own map of arguments would
    // allocate.
    for (std::size_t i = 0; i < reads.size(); ++i)
        set(i, reads[i]);
    for (std::size_t i = 0; i < writes.size(); ++i)
        set(reads.size() + i, writes[i]);
    const dnnl_status_t status = dnnl_primitive_execute(
        primitive_.get(), stream_.get(), static_cast<int>(arguments_.size()), arguments_.data());
    MOSAIC_ASSERT(status == dnnl_success);
}

}  // namespace mosaic::onednn

// From one form of a value to another.
#include "avx512/rows.h"
#include "nhwc/backend.h"
#include "onednn/parallel.h"

namespace mosaic::nhwc {

namespace {

// Reads: source. Writes: result.
class ConversionKernel final : public Kernel {
  public:
    ConversionKernel(const Form& from, const Form& to, std::int64_t count)
        : from_(strip_of(from, 1)), to_(strip_of(to, 1)), count_(count) {}

    void run(std::span<const std::byte* const> reads, std::span<std::byte* const> writes) override {
        onednn::parallel_for((count_ + kGrain - 1) / kGrain,
                             [&](std::int64_t, std::int64_t begin, std::int64_t end) {
                                 const std::int64_t first = begin * kGrain;
                                 const std::int64_t last = std::min(end * kGrain, count_);
                                 avx512::convert(from_, reads[0] + first * from_.pixel_bytes, to_,
                                                 writes[0] + first * to_.pixel_bytes, last - first);
                             });
    }

  private:
    static constexpr std::int64_t kGrain = 1024;
    avx512::Strip from_, to_;
    std::int64_t count_;
};

}  // namespace

void add_conversion(Lowering& lowering, const std::string& name, std::int64_t count, const Stored& from,
                    const Stored& to) {
    ir::Node node;
    node.name = name;
    lowering.add_step(node, "Convert", "avx512 convert",
                      std::make_unique<ConversionKernel>(from.form, to.form, count), {from.buffer},
                      {to.buffer});
    lowering.last_step().reorders = true;
}

}  // namespace mosaic::nhwc

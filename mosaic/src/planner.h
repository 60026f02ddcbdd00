// Places buffers of known lifetimes in one block of memory so that buffers that live at the same time don't
// overlap.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace mosaic {

// A buffer lives from the step that first writes it to the step that last reads it, both included.
struct Lifetime {
    std::size_t bytes = 0;
    std::size_t first_step = 0;
    std::size_t last_step = 0;
};

struct MemoryPlan {
    std::vector<std::size_t> offsets;   // one for each lifetime, multiples of kAlignmentBytes
    std::size_t peak_bytes = 0;         // size of the block
    std::size_t lower_bound_bytes = 0;  // no placement can need less: the most bytes alive at one step
};

constexpr std::size_t kAlignmentBytes = 64;  // a cache line, and the widest vector register

// Greedy by size: the largest buffer first, each into the smallest gap that holds it among the buffers that
// live with it. (Pisarchyk and Lee, "Efficient Memory Management for Deep Neural Net Inference", 2020.)
[[nodiscard]] MemoryPlan plan_memory(std::span<const Lifetime> lifetimes);

}  // namespace mosaic

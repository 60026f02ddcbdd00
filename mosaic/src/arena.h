// Memory of all values of a program that are made while it runs.
#pragma once

#include <cstddef>
#include <memory>

#include "mosaic/error.h"

namespace mosaic {

struct FreeAligned {
    std::size_t alignment_bytes = 1;
    void operator()(std::byte* memory) const;
};

// Large ones ask the system for large pages (Linux, where they are given on request): programs walk over them
// in strides that small pages would have to be looked up for again and again.
class Arena {
  public:
    Arena() = default;
    // Zeroed, aligned to kAlignmentBytes at least. Fails instead of throwing when there is no memory.
    [[nodiscard]] static Result<Arena> create(std::size_t bytes);

    [[nodiscard]] std::byte* data() const { return memory_.get(); }

  private:
    std::unique_ptr<std::byte, FreeAligned> memory_;
};

// Asks for large pages for the part of the memory that consists of such; before it is first touched.
void advise_large_pages(void* memory, std::size_t bytes);

}  // namespace mosaic

#include "arena.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <new>
#include <string>

#include "planner.h"

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace mosaic {

namespace {

constexpr std::size_t kLargePageBytes = 2 * 1024 * 1024;

std::size_t round_up(std::size_t bytes, std::size_t to) {
    return (bytes + to - 1) / to * to;
}

}  // namespace

void advise_large_pages([[maybe_unused]] void* memory, [[maybe_unused]] std::size_t bytes) {
#if defined(__linux__) && defined(MADV_HUGEPAGE)
    const auto address = reinterpret_cast<std::uintptr_t>(memory);
    const std::size_t before = round_up(address, kLargePageBytes) - address;
    if (bytes < before + kLargePageBytes) return;
    // Where the system doesn't have them, everything stays as it was.
    (void)::madvise(static_cast<std::byte*>(memory) + before,
                    (bytes - before) / kLargePageBytes * kLargePageBytes, MADV_HUGEPAGE);
#endif
}

void FreeAligned::operator()(std::byte* memory) const {
    ::operator delete (memory, std::align_val_t{alignment_bytes});
}

Result<Arena> Arena::create(std::size_t bytes) {
    const bool large = bytes >= kLargePageBytes;
    const std::size_t alignment = large ? kLargePageBytes : kAlignmentBytes;
    const std::size_t room = round_up(std::max<std::size_t>(bytes, 1), alignment);
    void* memory = ::operator new (room, std::align_val_t{alignment}, std::nothrow);
    if (memory == nullptr) return failure("no memory for " + std::to_string(bytes) + " bytes of values");
    if (large) advise_large_pages(memory, room);
    // Padding of blocked layouts must not start as NaN.
    std::memset(memory, 0, bytes);
    Arena arena;
    arena.memory_ = {static_cast<std::byte*>(memory), FreeAligned{alignment}};
    return arena;
}

}  // namespace mosaic

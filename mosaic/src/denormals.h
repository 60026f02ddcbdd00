// Numbers below the least normal one (1.2e-38) cost a processor a hundred times what others do, and say
// nothing in a network: a trained one whose activations fade out would run at a tenth of its speed.
#pragma once

#include <cstdint>

#if defined(__SSE2__)
#include <xmmintrin.h>
#endif

namespace mosaic {

// While it lives, the calling thread computes with zero in their place, as operand and as result. Threads
// that it starts meanwhile do so too on x86, where they inherit its state.
class FlushedDenormals {
  public:
#if defined(__SSE2__)
    FlushedDenormals() : before_(_mm_getcsr()) {
        _mm_setcsr(static_cast<std::uint32_t>(before_) | kFlush);
    }
    ~FlushedDenormals() {
        _mm_setcsr(static_cast<std::uint32_t>(before_));
    }
#elif defined(__aarch64__)
    FlushedDenormals() {
        asm volatile("mrs %0, fpcr" : "=r"(before_));
        asm volatile("msr fpcr, %0" : : "r"(before_ | kFlush));
    }
    ~FlushedDenormals() {
        asm volatile("msr fpcr, %0" : : "r"(before_));
    }
#else
    FlushedDenormals() = default;
    ~FlushedDenormals() {
        static_cast<void>(before_);
    }
#endif
    FlushedDenormals(const FlushedDenormals&) = delete;
    FlushedDenormals& operator=(const FlushedDenormals&) = delete;

  private:
#if defined(__SSE2__)
    static constexpr std::uint32_t kFlush = 0x8040;  // MXCSR: results (FTZ, bit 15) and operands (DAZ, bit 6)
#elif defined(__aarch64__)
    static constexpr std::uint64_t kFlush = std::uint64_t{1} << 24;  // FPCR.FZ
#endif
    std::uint64_t before_ = 0;
};

}  // namespace mosaic

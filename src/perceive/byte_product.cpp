#include "perceive/byte_product.h"

#include <array>
#include <numeric>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace vitrina::perceive {
namespace {

std::int32_t plain(const std::int8_t* a, const std::int8_t* b, std::size_t length, std::int32_t /*sum_b*/) {
    std::int32_t sum = 0;
    for (std::size_t i = 0; i < length; ++i)
        sum += static_cast<std::int32_t>(a[i]) * b[i];
    return sum;
}

constexpr ByteProduct kPlain{"plain", plain};

#if defined(__x86_64__)

__attribute__((target("avx2"))) std::int32_t avx2(const std::int8_t* a, const std::int8_t* b,
                                                  std::size_t length, std::int32_t /*sum_b*/) {
    __m256i sums = _mm256_setzero_si256();
    for (std::size_t i = 0; i < length; i += 16) {
        const __m256i x = _mm256_cvtepi8_epi16(_mm_loadu_si128(reinterpret_cast<const __m128i*>(a + i)));
        const __m256i y = _mm256_cvtepi8_epi16(_mm_loadu_si128(reinterpret_cast<const __m128i*>(b + i)));
        sums = _mm256_add_epi32(sums, _mm256_madd_epi16(x, y));
    }
    __m128i four = _mm_add_epi32(_mm256_castsi256_si128(sums), _mm256_extracti128_si256(sums, 1));
    four = _mm_add_epi32(four, _mm_shuffle_epi32(four, 0x4E));
    four = _mm_add_epi32(four, _mm_shuffle_epi32(four, 0xB1));
    return _mm_cvtsi128_si32(four);
}

constexpr ByteProduct kAvx2{"avx2", avx2};

// The instruction multiplies bytes without sign by bytes with one: a + 128 is taken, and 128 times the sum of
// b given back.
__attribute__((target("avx512f,avx512bw,avx512vnni"))) std::int32_t vnni(const std::int8_t* a,
                                                                         const std::int8_t* b,
                                                                         std::size_t length,
                                                                         std::int32_t sum_b) {
    const __m512i offset = _mm512_set1_epi8(static_cast<char>(0x80));
    __m512i sums = _mm512_setzero_si512();
    for (std::size_t i = 0; i < length; i += kBytesAtOnce) {
        const __m512i x = _mm512_xor_si512(_mm512_loadu_si512(a + i), offset);
        sums = _mm512_dpbusd_epi32(sums, x, _mm512_loadu_si512(b + i));
    }
    // Not by _mm512_reduce_add_epi32(): GCC 12 takes what it is made of for uninitialised.
    alignas(64) std::array<std::int32_t, 16> lanes{};
    _mm512_store_si512(lanes.data(), sums);
    return std::accumulate(lanes.begin(), lanes.end(), -128 * sum_b);
}

constexpr ByteProduct kVnni{"avx512-vnni", vnni};

#endif

const ByteProduct& best() {
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512bw") != 0 && __builtin_cpu_supports("avx512vnni") != 0) return kVnni;
    if (__builtin_cpu_supports("avx2") != 0) return kAvx2;
#endif
    return kPlain;
}

}  // namespace

const ByteProduct& byte_product() {
    static const ByteProduct& kChosen = best();
    return kChosen;
}

const ByteProduct& plain_byte_product() {
    return kPlain;
}

}  // namespace vitrina::perceive

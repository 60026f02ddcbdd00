#include "video/fourier.h"

#include <array>
#include <cmath>
#include <numbers>
#include <utility>

namespace vitrina::video {
namespace {

using Complex = std::complex<float>;
constexpr std::size_t kSize = FourierGrid::kSide;

const std::array<Complex, kSize / 2>& roots() {
    static const std::array<Complex, kSize / 2> kRoots = [] {
        std::array<Complex, kSize / 2> result;
        for (std::size_t i = 0; i < result.size(); ++i)
            result.at(i) =
                std::polar(1.0F, static_cast<float>(-2 * std::numbers::pi * static_cast<double>(i) /
                                                    static_cast<double>(kSize)));
        return result;
    }();
    return kRoots;
}

/// Written out, because the operator looks for infinities.
Complex product(Complex a, Complex b) {
    return {a.real() * b.real() - a.imag() * b.imag(), a.real() * b.imag() + a.imag() * b.real()};
}

}  // namespace

void FourierGrid::transform_line(Complex* first, std::size_t stride, int sign) {
    std::array<Complex, kSize> line;
    for (std::size_t i = 0, reversed = 0; i < kSize; ++i) {
        line.at(reversed) = first[i * stride];
        std::size_t bit = kSize / 2;
        while (bit != 0 && (reversed & bit) != 0) {
            reversed ^= bit;
            bit /= 2;
        }
        reversed |= bit;
    }
    for (std::size_t half = 1; half < kSize; half *= 2) {
        const std::size_t step = kSize / (2 * half);
        for (std::size_t begin = 0; begin < kSize; begin += 2 * half) {
            for (std::size_t i = 0; i < half; ++i) {
                const Complex root = roots()[i * step];
                const Complex odd = product(line[begin + half + i], sign > 0 ? root : std::conj(root));
                line[begin + half + i] = line[begin + i] - odd;
                line[begin + i] += odd;
            }
        }
    }
    for (std::size_t i = 0; i < kSize; ++i)
        first[i * stride] = line[i];
}

void FourierGrid::transform(int sign) {
    for (std::size_t i = 0; i < kSize; ++i)
        transform_line(values_.data() + i * kSize, 1, sign);
    for (std::size_t i = 0; i < kSize; ++i)
        transform_line(values_.data() + i, kSize, sign);
}

FourierGrid::Peak FourierGrid::correlate(const FourierGrid& other) {
    transform(+1);
    for (std::size_t i = 0; i < values_.size(); ++i)
        values_[i] = product(values_[i], std::conj(other.values_[i]));
    transform(-1);
    Peak peak;
    for (int y = 0; y < kSide; ++y) {
        for (int x = 0; x < kSide; ++x) {
            const float height = at(x, y).real();
            if (height <= peak.height) continue;
            peak = {x < kSide / 2 ? x : x - kSide, y < kSide / 2 ? y : y - kSide, height};
        }
    }
    return peak;
}

}  // namespace vitrina::video

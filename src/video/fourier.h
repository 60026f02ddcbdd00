// The correlation of two square fields of complex numbers by the fast Fourier transform (Cooley and Tukey,
// radix 2), cyclic in both directions. One thread at a time. Private to this folder.
#pragma once

#include <complex>
#include <cstddef>
#include <vector>

namespace vitrina::video {

class FourierGrid {
  public:
    static constexpr int kSide = 128;

    FourierGrid() : values_(std::size_t{kSide} * kSide) {}

    [[nodiscard]] std::complex<float>& at(int x, int y) {
        return values_[static_cast<std::size_t>(y) * kSide + static_cast<std::size_t>(x)];
    }

    void transform() { transform(+1); }

    /// Where a shift of the transformed `other` agrees most with this field, -kSide / 2 .. kSide / 2 - 1, and
    /// how much. Leaves nothing useful in this one.
    struct Peak {
        int x = 0;
        int y = 0;
        float height = 0;
    };
    [[nodiscard]] Peak correlate(const FourierGrid& other);

  private:
    void transform(int sign);
    static void transform_line(std::complex<float>* first, std::size_t stride, int sign);

    std::vector<std::complex<float>> values_;
};

}  // namespace vitrina::video

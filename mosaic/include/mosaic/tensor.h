// Tensors: a data type, a shape and elements in row-major order without gaps (pictures are NHWC: batch, row,
// column, channel). Tensor owns its memory, TensorView borrows somebody's. Both are plain values: share them
// between threads only for reading.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include <mosaic/error.h>

namespace mosaic {

enum class DataType : std::uint8_t {
    kFloat32,  // float
    kInt32,    // std::int32_t
    kBool,     // std::uint8_t, 0 or 1
};

[[nodiscard]] std::size_t bytes_per_element(DataType type);
[[nodiscard]] std::string_view to_string(DataType type);

// The C++ type of an element: data_type_of<float>() is kFloat32.
template <typename T>
[[nodiscard]] constexpr DataType data_type_of() {
    static_assert(std::is_same_v<T, float> || std::is_same_v<T, std::int32_t> ||
                  std::is_same_v<T, std::uint8_t>);
    if constexpr (std::is_same_v<T, float>) return DataType::kFloat32;
    if constexpr (std::is_same_v<T, std::int32_t>) return DataType::kInt32;
    return DataType::kBool;
}

// Sizes of the dimensions, outermost first. A shape without dimensions is a scalar's (one element).
class Shape {
  public:
    // TensorFlow's own operators stop at 8 dimensions.
    static constexpr std::size_t kRankMax = 8;
    // Offsets of elements fit in 32 bits everywhere in the library.
    static constexpr std::int64_t kElementsMax = (std::int64_t{1} << 31) - 1;

    Shape() = default;
    // The rank must not exceed kRankMax (asserted). Sizes are checked when the shape is used: see create().
    Shape(std::initializer_list<std::int64_t> sizes);
    // For sizes from outside: fails when the rank is above kRankMax, a size is negative or there are more
    // than kElementsMax elements.
    [[nodiscard]] static Result<Shape> create(std::span<const std::int64_t> sizes);

    [[nodiscard]] std::size_t rank() const { return rank_; }
    [[nodiscard]] std::int64_t operator[](std::size_t axis) const { return sizes_[axis]; }
    [[nodiscard]] std::span<const std::int64_t> sizes() const { return {sizes_.data(), rank_}; }
    [[nodiscard]] std::int64_t element_count() const;
    [[nodiscard]] std::string to_string() const;  // [1,512,512,3]

    friend bool operator==(const Shape& a, const Shape& b) = default;

  private:
    std::array<std::int64_t, kRankMax> sizes_{};
    std::size_t rank_ = 0;
};

// Borrowed, read-only elements. Valid as long as the memory it was made from.
class TensorView {
  public:
    TensorView() = default;
    // `elements` must hold exactly shape.element_count() elements (asserted).
    template <typename T>
    TensorView(const Shape& shape, std::span<const T> elements)
        : TensorView(data_type_of<T>(), shape, std::as_bytes(elements)) {}
    TensorView(DataType type, const Shape& shape, std::span<const std::byte> bytes);

    [[nodiscard]] DataType type() const { return type_; }
    [[nodiscard]] const Shape& shape() const { return shape_; }
    [[nodiscard]] std::span<const std::byte> bytes() const { return bytes_; }
    // The elements; T must be the C++ type of type() (asserted).
    template <typename T>
    [[nodiscard]] std::span<const T> elements() const {
        check_type(data_type_of<T>());
        return {reinterpret_cast<const T*>(bytes_.data()), bytes_.size() / sizeof(T)};
    }

  private:
    void check_type(DataType wanted) const;

    DataType type_ = DataType::kFloat32;
    Shape shape_{0};
    std::span<const std::byte> bytes_;
};

// Elements that it owns, aligned to 64 bytes, zero at first. Moves, does not copy.
class Tensor {
  public:
    // Fails when the shape is not valid (Shape::create) or memory runs out.
    [[nodiscard]] static Result<Tensor> create(DataType type, const Shape& shape);

    [[nodiscard]] DataType type() const { return type_; }
    [[nodiscard]] const Shape& shape() const { return shape_; }
    [[nodiscard]] std::span<std::byte> bytes() { return {data_.get(), byte_count_}; }
    [[nodiscard]] std::span<const std::byte> bytes() const { return {data_.get(), byte_count_}; }
    [[nodiscard]] TensorView view() const { return {type_, shape_, bytes()}; }
    // The elements; T must be the C++ type of type() (asserted).
    template <typename T>
    [[nodiscard]] std::span<T> elements() {
        check_type(data_type_of<T>());
        return {reinterpret_cast<T*>(data_.get()), byte_count_ / sizeof(T)};
    }
    template <typename T>
    [[nodiscard]] std::span<const T> elements() const {
        return view().elements<T>();
    }

  private:
    struct Deleter {
        void operator()(std::byte* memory) const;
    };

    Tensor() = default;
    void check_type(DataType wanted) const;

    DataType type_ = DataType::kFloat32;
    Shape shape_;
    std::size_t byte_count_ = 0;
    std::unique_ptr<std::byte, Deleter> data_;
};

}  // namespace mosaic

#include "mosaic/tensor.h"

#include <algorithm>
#include <cstring>
#include <new>

#include "arena.h"
#include "invariant.h"
#include "planner.h"

namespace mosaic {

std::size_t bytes_per_element(DataType type) {
    return type == DataType::kBool ? 1 : 4;
}

std::string_view to_string(DataType type) {
    switch (type) {
        case DataType::kFloat32:
            return "float32";
        case DataType::kInt32:
            return "int32";
        case DataType::kBool:
            return "bool";
    }
    MOSAIC_ASSERT(false);
    return {};
}

Shape::Shape(std::initializer_list<std::int64_t> sizes) : rank_(sizes.size()) {
    MOSAIC_ASSERT(sizes.size() <= kRankMax);
    std::copy(sizes.begin(), sizes.end(), sizes_.begin());
}

Result<Shape> Shape::create(std::span<const std::int64_t> sizes) {
    if (sizes.size() > kRankMax) {
        return failure("a shape of " + std::to_string(sizes.size()) + " dimensions; at most " +
                       std::to_string(kRankMax) + " are supported");
    }
    Shape shape;
    shape.rank_ = sizes.size();
    std::copy(sizes.begin(), sizes.end(), shape.sizes_.begin());
    std::int64_t count = 1;
    for (const std::int64_t size : sizes) {
        if (size < 0) return failure("shape " + shape.to_string() + " has a negative size");
        // An empty dimension doesn't excuse the others: their product is used as a stride.
        const std::int64_t factor = std::max<std::int64_t>(size, 1);
        if (factor > kElementsMax / count)
            return failure("shape " + shape.to_string() + " has too many elements");
        count *= factor;
    }
    return shape;
}

std::int64_t Shape::element_count() const {
    std::int64_t count = 1;
    for (const std::int64_t size : sizes())
        count *= size;
    return count;
}

std::string Shape::to_string() const {
    std::string text = "[";
    for (std::size_t i = 0; i < rank_; ++i) {
        if (i > 0) text += ',';
        text += std::to_string(sizes_[i]);
    }
    return text + "]";
}

TensorView::TensorView(DataType type, const Shape& shape, std::span<const std::byte> bytes)
    : type_(type), shape_(shape), bytes_(bytes) {
    MOSAIC_ASSERT(bytes.size() == static_cast<std::size_t>(shape.element_count()) * bytes_per_element(type));
}

void TensorView::check_type(DataType wanted) const {
    MOSAIC_ASSERT(type_ == wanted);
}

Result<Tensor> Tensor::create(DataType type, const Shape& shape) {
    MOSAIC_TRY(Shape::create(shape.sizes()));
    Tensor tensor;
    tensor.type_ = type;
    tensor.shape_ = shape;
    tensor.byte_count_ = static_cast<std::size_t>(shape.element_count()) * bytes_per_element(type);
    void* memory = ::operator new (std::max<std::size_t>(tensor.byte_count_, 1),
                                   std::align_val_t{kAlignmentBytes}, std::nothrow);
    if (memory == nullptr) return failure("no memory for a tensor of shape " + shape.to_string());
    advise_large_pages(memory, tensor.byte_count_);
    std::memset(memory, 0, tensor.byte_count_);
    tensor.data_.reset(static_cast<std::byte*>(memory));
    return tensor;
}

void Tensor::check_type(DataType wanted) const {
    MOSAIC_ASSERT(type_ == wanted);
}

void Tensor::Deleter::operator()(std::byte* memory) const {
    ::operator delete (memory, std::align_val_t{kAlignmentBytes});
}

}  // namespace mosaic

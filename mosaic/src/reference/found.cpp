#include "reference/found.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

#include "shape_rules.h"

namespace mosaic::reference {

namespace {

// Low and high corner, and its area.
struct Box {
    float x0 = 0, y0 = 0, x1 = 0, y1 = 0;
    [[nodiscard]] float area() const { return (x1 - x0) * (y1 - y0); }
};

Box box_of(const float* numbers, bool centred) {
    if (centred) {
        const float half_width = numbers[2] / 2, half_height = numbers[3] / 2;
        return {numbers[0] - half_width, numbers[1] - half_height, numbers[0] + half_width,
                numbers[1] + half_height};
    }
    const auto [y0, y1] = std::minmax(numbers[0], numbers[2]);
    const auto [x0, x1] = std::minmax(numbers[1], numbers[3]);
    return {x0, y0, x1, y1};
}

bool overlap(const Box& a, const Box& b, float limit) {
    const float width = std::min(a.x1, b.x1) - std::max(a.x0, b.x0);
    const float height = std::min(a.y1, b.y1) - std::max(a.y0, b.y0);
    if (!(width > 0) || !(height > 0)) return false;
    const float common = width * height;
    const float both = a.area() + b.area() - common;
    return a.area() > 0 && b.area() > 0 && both > 0 && common / both > limit;
}

using Row = std::array<std::int32_t, 3>;

Result<Tensor> rows_of(const std::vector<Row>& rows) {
    MOSAIC_TRY_ASSIGN(Tensor made,
                      Tensor::create(DataType::kInt32, Shape{static_cast<std::int64_t>(rows.size()), 3}));
    std::size_t at = 0;
    for (const Row& row : rows) {
        for (const std::int32_t number : row)
            made.elements<std::int32_t>()[at++] = number;
    }
    return made;
}

// The boxes of one class of one picture that stay.
std::vector<std::int32_t> chosen(std::span<const float> boxes, std::span<const float> scores,
                                 const Suppression& how) {
    std::vector<std::int32_t> order;
    order.reserve(scores.size());
    for (std::size_t i = 0; i < scores.size(); ++i) {
        if (!how.score || scores[i] > *how.score) order.push_back(static_cast<std::int32_t>(i));
    }
    const auto score = [&](std::int32_t i) { return scores[static_cast<std::size_t>(i)]; };
    std::stable_sort(order.begin(), order.end(),
                     [&](std::int32_t a, std::int32_t b) { return score(a) > score(b); });
    std::vector<std::int32_t> kept;
    std::vector<Box> kept_boxes;
    for (const std::int32_t i : order) {
        if (std::cmp_greater_equal(kept.size(), how.boxes_max)) break;
        const Box box = box_of(boxes.data() + std::size_t{4} * static_cast<std::size_t>(i), how.centred);
        const bool covered = std::any_of(kept_boxes.begin(), kept_boxes.end(),
                                         [&](const Box& other) { return overlap(box, other, how.overlap); });
        if (covered) continue;
        kept.push_back(i);
        kept_boxes.push_back(box);
    }
    return kept;
}

template <typename T>
void add_nonzero(std::span<const T> x, std::vector<std::size_t>& places) {
    for (std::size_t i = 0; i < x.size(); ++i) {
        if (x[i] != T{0}) places.push_back(i);
    }
}

}  // namespace

Result<Tensor> suppress(const TensorView& boxes, const TensorView& scores, const Suppression& suppression) {
    const Shape& b = boxes.shape();
    const Shape& s = scores.shape();
    if (boxes.type() != DataType::kFloat32 || scores.type() != DataType::kFloat32 || b.rank() != 3 ||
        s.rank() != 3 || b[2] != 4 || b[0] != s[0] || b[1] != s[2]) {
        return failure("needs boxes [N,B,4] and scores [N,C,B], not " + b.to_string() + " and " +
                       s.to_string());
    }
    const auto count = static_cast<std::size_t>(b[1]);
    std::vector<Row> rows;
    for (std::int64_t picture = 0; picture < s[0]; ++picture) {
        const auto own =
            boxes.elements<float>().subspan(static_cast<std::size_t>(picture) * count * 4, count * 4);
        for (std::int64_t c = 0; c < s[1]; ++c) {
            const auto first = static_cast<std::size_t>(picture * s[1] + c) * count;
            for (const std::int32_t box :
                 chosen(own, scores.elements<float>().subspan(first, count), suppression))
                rows.push_back({static_cast<std::int32_t>(picture), static_cast<std::int32_t>(c), box});
        }
    }
    return rows_of(rows);
}

Result<Tensor> find_nonzero(const TensorView& x) {
    std::vector<std::size_t> places;
    if (x.type() == DataType::kFloat32) add_nonzero(x.elements<float>(), places);
    if (x.type() == DataType::kInt32) add_nonzero(x.elements<std::int32_t>(), places);
    if (x.type() == DataType::kBool) add_nonzero(x.elements<std::uint8_t>(), places);
    const std::size_t rank = x.shape().rank();
    const std::size_t count = places.size();
    MOSAIC_TRY_ASSIGN(const Shape shape, Shape::create(std::array{static_cast<std::int64_t>(rank),
                                                                  static_cast<std::int64_t>(count)}));
    MOSAIC_TRY_ASSIGN(Tensor made, Tensor::create(DataType::kInt32, shape));
    const auto out = made.elements<std::int32_t>();
    for (std::size_t i = 0; i < count; ++i) {
        std::size_t place = places[i];
        for (std::size_t axis = rank; axis-- > 0;) {
            const auto size = static_cast<std::size_t>(x.shape()[axis]);
            out[axis * count + i] = static_cast<std::int32_t>(place % size);
            place /= size;
        }
    }
    return made;
}

Result<Tensor> compress(const TensorView& x, const TensorView& condition, std::optional<std::int64_t> axis) {
    if (condition.type() != DataType::kBool || condition.shape().rank() != 1)
        return failure("needs a condition of one dimension, not " + condition.shape().to_string());
    std::size_t at = 0;
    std::vector<std::int64_t> sizes{x.shape().element_count()};
    if (axis) {
        MOSAIC_TRY_ASSIGN(at, ir::resolve_axis(*axis, x.shape().rank()));
        sizes.assign(x.shape().sizes().begin(), x.shape().sizes().end());
    }
    std::vector<std::size_t> places;
    add_nonzero(condition.elements<std::uint8_t>(), places);
    const auto whole = static_cast<std::size_t>(sizes[at]);
    if (!places.empty() && places.back() >= whole)
        return failure("takes an index outside " + x.shape().to_string());
    std::size_t outer = 1, inner_bytes = bytes_per_element(x.type());
    for (std::size_t i = 0; i < sizes.size(); ++i) {
        if (i < at) outer *= static_cast<std::size_t>(sizes[i]);
        if (i > at) inner_bytes *= static_cast<std::size_t>(sizes[i]);
    }
    sizes[at] = static_cast<std::int64_t>(places.size());
    MOSAIC_TRY_ASSIGN(const Shape shape, Shape::create(sizes));
    MOSAIC_TRY_ASSIGN(Tensor made, Tensor::create(x.type(), shape));
    std::byte* to = made.bytes().data();
    for (std::size_t o = 0; o < outer; ++o) {
        for (const std::size_t place : places) {
            std::copy_n(x.bytes().data() + (o * whole + place) * inner_bytes, inner_bytes, to);
            to += inner_bytes;
        }
    }
    return made;
}

}  // namespace mosaic::reference

#include "perceive/descriptor_search.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include <fmt/format.h>

#include "perceive/byte_product.h"

namespace vitrina::perceive {
namespace {

constexpr float kByteMax = 127;
/// Bounds are computed with rounding errors of their own: this many times the numbers they are made of.
constexpr double kSlack = 1e-5;
/// Shorter descriptors are compared whole.
constexpr std::size_t kSplitMin = 256;
/// Of a descriptor's numbers, eighths in the head: three of them hold three quarters of the length of those
/// of faces.
constexpr std::size_t kHeadEighths = 3;
/// With fewer descriptors it isn't known which numbers weigh most, nor does it matter.
constexpr std::size_t kOrderMin = 64;

double length_of(std::span<const float> values) {
    return std::sqrt(std::inner_product(values.begin(), values.end(), values.begin(), 0.0));
}

bool is_before(const DescriptorSearch::Match& a, const DescriptorSearch::Match& b) {
    return a.likeness != b.likeness ? a.likeness > b.likeness : a.owner < b.owner;
}

/// The best so far, each owner once.
class Best {
  public:
    Best(std::size_t count, double least) : count_(count), least_(least) { matches_.reserve(count + 1); }

    /// What is less can't be among them.
    [[nodiscard]] double needed() const {
        return matches_.size() < count_ ? least_ : std::max(least_, matches_.back().likeness);
    }

    void put(DescriptorSearch::Match match) {
        if (match.likeness < least_) return;
        const auto known = std::find_if(matches_.begin(), matches_.end(),
                                        [&](const auto& other) { return other.owner == match.owner; });
        if (known != matches_.end()) {
            if (known->likeness >= match.likeness) return;
            matches_.erase(known);
        }
        matches_.insert(std::upper_bound(matches_.begin(), matches_.end(), match, is_before), match);
        if (matches_.size() > count_) matches_.pop_back();
    }

    [[nodiscard]] std::vector<DescriptorSearch::Match> take() { return std::move(matches_); }

  private:
    std::size_t count_;
    double least_;
    std::vector<DescriptorSearch::Match> matches_;
};

// An ordinary fill before memory is let go of may be left out by the compiler.
template <typename T>
void overwrite(std::span<T> values) {
    volatile T* const first = values.data();
    for (std::size_t i = 0; i < values.size(); ++i)
        first[i] = T();
}

}  // namespace

DescriptorSearch::DescriptorSearch(std::size_t length) : length_(length), order_(length) {
    VITRINA_ASSERT(length > 0 && length < (std::size_t{1} << 16));
    const auto in_steps = [](std::size_t count) {
        return (count + kBytesAtOnce - 1) / kBytesAtOnce * kBytesAtOnce;
    };
    const std::size_t padded = in_steps(length);
    head_ = length < kSplitMin ? padded : in_steps(length * kHeadEighths / 8);
    tail_ = padded - head_;
    std::iota(order_.begin(), order_.end(), std::size_t{0});
}

DescriptorSearch::~DescriptorSearch() {
    wipe();
}

DescriptorSearch& DescriptorSearch::operator=(DescriptorSearch&& other) noexcept {
    if (this == &other) return *this;
    wipe();
    length_ = other.length_;
    head_ = other.head_;
    tail_ = other.tail_;
    order_ = std::move(other.order_);
    owners_ = std::move(other.owners_);
    rounded_ = std::move(other.rounded_);
    heads_ = std::move(other.heads_);
    tails_ = std::move(other.tails_);
    values_ = std::move(other.values_);
    return *this;
}

const char* DescriptorSearch::instructions() {
    return byte_product().name;
}

DescriptorSearch::Rounded DescriptorSearch::round_off(std::span<const float> descriptor, std::int8_t* head,
                                                      std::int8_t* tail) const {
    float largest = 0;
    for (const float value : descriptor)
        largest = std::max(largest, std::abs(value));
    Rounded rounded;
    rounded.scale = largest / kByteMax;
    double error = 0;
    double rest = 0;
    std::fill(head, head + head_, std::int8_t{0});
    std::fill(tail, tail + tail_, std::int8_t{0});
    for (std::size_t i = 0; i < length_; ++i) {
        const float value = descriptor[order_[i]];
        const float units = largest > 0 ? value / rounded.scale : 0;
        const auto byte = static_cast<std::int8_t>(std::lround(std::clamp(units, -kByteMax, kByteMax)));
        const double off = value - static_cast<double>(rounded.scale) * byte;
        error += off * off;
        if (i < head_) {
            head[i] = byte;
            rounded.head_sum += byte;
        } else {
            tail[i - head_] = byte;
            rounded.tail_sum += byte;
            rest += static_cast<double>(value) * value;
        }
    }
    rounded.error = static_cast<float>(std::sqrt(error));
    rounded.rest = static_cast<float>(std::sqrt(rest));
    rounded.length = static_cast<float>(length_of(descriptor));
    return rounded;
}

// The more of a descriptor's length is in its head, the more often the head alone tells. Which numbers weigh
// most is known better with each descriptor.
void DescriptorSearch::put_in_order() {
    std::vector<double> weights(length_);
    for (std::size_t row = 0; row < owners_.size(); ++row)
        for (std::size_t i = 0; i < length_; ++i) {
            const double value = values_[row * length_ + i];
            weights[i] += value * value;
        }
    std::stable_sort(order_.begin(), order_.end(),
                     [&](std::size_t a, std::size_t b) { return weights[a] > weights[b]; });
    for (std::size_t row = 0; row < owners_.size(); ++row)
        rounded_[row] = round_off(std::span(values_).subspan(row * length_, length_), &heads_[row * head_],
                                  tails_.data() + row * tail_);
}

Result<void> DescriptorSearch::add(Owner owner, std::span<const float> descriptor) {
    if (descriptor.size() != length_)
        return failed(fmt::format("a descriptor of {} numbers can't be looked for among those of {}",
                                  descriptor.size(), length_));
    if (!std::isfinite(length_of(descriptor))) return failed("a descriptor is not of finite numbers");
    const std::size_t row = owners_.size();
    heads_.resize((row + 1) * head_);
    tails_.resize((row + 1) * tail_);
    rounded_.push_back(round_off(descriptor, &heads_[row * head_], tails_.data() + row * tail_));
    values_.insert(values_.end(), descriptor.begin(), descriptor.end());
    owners_.push_back(owner);
    const std::size_t count = row + 1;
    const bool is_power_of_two = (count & (count - 1)) == 0;
    if (tail_ > 0 && count >= kOrderMin && is_power_of_two) put_in_order();
    return {};
}

// The last row takes the place of the one that goes.
void DescriptorSearch::drop(std::size_t row) {
    const std::size_t last = owners_.size() - 1;
    if (row != last) {
        std::copy_n(&heads_[last * head_], head_, &heads_[row * head_]);
        std::copy_n(tails_.data() + last * tail_, tail_, tails_.data() + row * tail_);
        std::copy_n(&values_[last * length_], length_, &values_[row * length_]);
        rounded_[row] = rounded_[last];
        owners_[row] = owners_[last];
    }
    overwrite(std::span(heads_).subspan(last * head_));
    overwrite(std::span(tails_).subspan(last * tail_));
    overwrite(std::span(values_).subspan(last * length_));
    heads_.resize(last * head_);
    tails_.resize(last * tail_);
    values_.resize(last * length_);
    rounded_.pop_back();
    owners_.pop_back();
}

std::size_t DescriptorSearch::remove(Owner owner) {
    std::size_t removed = 0;
    for (std::size_t row = owners_.size(); row-- > 0;) {
        if (owners_[row] != owner) continue;
        drop(row);
        ++removed;
    }
    return removed;
}

void DescriptorSearch::wipe() {
    overwrite(std::span(heads_));
    overwrite(std::span(tails_));
    overwrite(std::span(values_));
}

void DescriptorSearch::clear() {
    wipe();
    owners_.clear();
    rounded_.clear();
    heads_.clear();
    tails_.clear();
    values_.clear();
}

std::vector<DescriptorSearch::Match> DescriptorSearch::nearest(std::span<const float> descriptor,
                                                               std::size_t count, double least) const {
    if (descriptor.size() != length_ || count == 0 || owners_.empty()) return {};
    const double length = length_of(descriptor);
    if (!std::isfinite(length)) return {};
    std::vector<std::int8_t> head(head_);
    std::vector<std::int8_t> tail(tail_);
    const Rounded own = round_off(descriptor, head.data(), tail.data());
    const double rounded_length = length + own.error;  // at most, of what the bytes stand for
    const auto product = byte_product().of;
    Best best(std::min(count, owners_.size()), least);
    for (std::size_t row = 0; row < owners_.size(); ++row) {
        const Rounded& other = rounded_[row];
        const double scale = static_cast<double>(own.scale) * other.scale;
        // With a' and b' for what the bytes stand for: a.b = a'.b' + a'.(b - b') + (a - a').b
        const double off =
            rounded_length * other.error + own.error * other.length + kSlack * length * other.length;
        const double needed = best.needed();
        double about = scale * product(head.data(), &heads_[row * head_], head_, other.head_sum);
        if (about + off + static_cast<double>(own.rest) * other.rest < needed) continue;
        if (tail_ > 0) {
            about += scale * product(tail.data(), &tails_[row * tail_], tail_, other.tail_sum);
            if (about + off < needed) continue;
        }
        const std::span<const float> values(&values_[row * length_], length_);
        best.put({owners_[row], std::inner_product(values.begin(), values.end(), descriptor.begin(), 0.0)});
    }
    return best.take();
}

}  // namespace vitrina::perceive

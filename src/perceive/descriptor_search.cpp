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

DescriptorSearch::DescriptorSearch(std::size_t length)
    : length_(length), padded_((length + kBytesAtOnce - 1) / kBytesAtOnce * kBytesAtOnce) {
    VITRINA_ASSERT(length > 0 && length < (std::size_t{1} << 16));
}

DescriptorSearch::~DescriptorSearch() {
    wipe();
}

DescriptorSearch& DescriptorSearch::operator=(DescriptorSearch&& other) noexcept {
    if (this == &other) return *this;
    wipe();
    length_ = other.length_;
    padded_ = other.padded_;
    owners_ = std::move(other.owners_);
    rounded_ = std::move(other.rounded_);
    bytes_ = std::move(other.bytes_);
    values_ = std::move(other.values_);
    return *this;
}

const char* DescriptorSearch::instructions() {
    return byte_product().name;
}

DescriptorSearch::Rounded DescriptorSearch::round_off(std::span<const float> descriptor,
                                                      std::int8_t* bytes) const {
    float largest = 0;
    for (const float value : descriptor)
        largest = std::max(largest, std::abs(value));
    Rounded rounded;
    rounded.scale = largest / kByteMax;
    double error = 0;
    for (std::size_t i = 0; i < length_; ++i) {
        const float units = largest > 0 ? descriptor[i] / rounded.scale : 0;
        const auto byte = static_cast<std::int8_t>(std::lround(std::clamp(units, -kByteMax, kByteMax)));
        bytes[i] = byte;
        rounded.sum += byte;
        const double off = descriptor[i] - static_cast<double>(rounded.scale) * byte;
        error += off * off;
    }
    std::fill(bytes + length_, bytes + padded_, std::int8_t{0});
    rounded.error = static_cast<float>(std::sqrt(error));
    rounded.length = static_cast<float>(length_of(descriptor));
    return rounded;
}

Result<void> DescriptorSearch::add(Owner owner, std::span<const float> descriptor) {
    if (descriptor.size() != length_)
        return failed(fmt::format("a descriptor of {} numbers can't be looked for among those of {}",
                                  descriptor.size(), length_));
    const double length = length_of(descriptor);
    if (!std::isfinite(length)) return failed("a descriptor is not of finite numbers");
    const std::size_t row = owners_.size();
    bytes_.resize((row + 1) * padded_);
    rounded_.push_back(round_off(descriptor, &bytes_[row * padded_]));
    values_.insert(values_.end(), descriptor.begin(), descriptor.end());
    owners_.push_back(owner);
    return {};
}

// The last row takes the place of the one that goes.
void DescriptorSearch::drop(std::size_t row) {
    const std::size_t last = owners_.size() - 1;
    if (row != last) {
        std::copy_n(&bytes_[last * padded_], padded_, &bytes_[row * padded_]);
        std::copy_n(&values_[last * length_], length_, &values_[row * length_]);
        rounded_[row] = rounded_[last];
        owners_[row] = owners_[last];
    }
    overwrite(std::span(bytes_).subspan(last * padded_));
    overwrite(std::span(values_).subspan(last * length_));
    bytes_.resize(last * padded_);
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
    overwrite(std::span(bytes_));
    overwrite(std::span(values_));
}

void DescriptorSearch::clear() {
    wipe();
    owners_.clear();
    rounded_.clear();
    bytes_.clear();
    values_.clear();
}

std::vector<DescriptorSearch::Match> DescriptorSearch::nearest(std::span<const float> descriptor,
                                                               std::size_t count, double least) const {
    if (descriptor.size() != length_ || count == 0 || owners_.empty()) return {};
    const double length = length_of(descriptor);
    if (!std::isfinite(length)) return {};
    std::vector<std::int8_t> asked(padded_);
    const Rounded own = round_off(descriptor, asked.data());
    const double rounded_length = length + own.error;  // at most, of what the bytes stand for
    const auto product = byte_product().of;
    Best best(std::min(count, owners_.size()), least);
    for (std::size_t row = 0; row < owners_.size(); ++row) {
        const Rounded& other = rounded_[row];
        const std::int32_t bytes = product(asked.data(), &bytes_[row * padded_], padded_, other.sum);
        const double about = static_cast<double>(own.scale) * other.scale * bytes;
        // With a' and b' for what the bytes stand for: a.b = a'.b' + a'.(b - b') + (a - a').b
        const double off = rounded_length * other.error + own.error * other.length;
        if (about + off + kSlack * length * other.length < best.needed()) continue;
        const std::span<const float> values(&values_[row * length_], length_);
        best.put({owners_[row], std::inner_product(values.begin(), values.end(), descriptor.begin(), 0.0)});
    }
    return best.take();
}

}  // namespace vitrina::perceive

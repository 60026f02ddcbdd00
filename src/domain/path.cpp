#include "domain/path.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstddef>

namespace vitrina {
namespace {

constexpr int kScores = 15;
constexpr int kVisibles = 20;
// A step of height is a 32nd of doubling: 2.2 %, as much as a box trembles.
constexpr double kHeightSteps = 32;
// Of the smallest body, a 64th of a step of place, to whatever a picture holds.
constexpr int kHeightMin = -6 * static_cast<int>(kHeightSteps);
constexpr int kHeightMax = 20 * static_cast<int>(kHeightSteps);

std::int32_t rounded(double value) {
    constexpr double kMost = 1 << 30;
    return static_cast<std::int32_t>(std::lround(std::clamp(value, -kMost, kMost)));
}

double height_of(std::int32_t step) {
    return std::exp2(step / kHeightSteps);
}

// The code: for each field of a point the difference to what is expected of it, in Golomb-Rice codes whose
// parameter follows the mean of what came (as in lossless coding of sound): first the count of points, then
// the first point from nothing, then the others.

constexpr int kEscape = 20;  // ones in a row: the value stands there plainly, in 40 bits
constexpr int kPlainBits = 40;

std::uint64_t folded(std::int64_t value) {
    return (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
}
std::int64_t unfolded(std::uint64_t value) {
    return static_cast<std::int64_t>(value >> 1) ^ -static_cast<std::int64_t>(value & 1);
}

class Adaptive {
  public:
    explicit Adaptive(std::uint32_t mean) : sum_(mean * 4) {}
    [[nodiscard]] int bits() const {
        int bits = 0;
        while (bits < 24 && (std::uint64_t{4} << bits) < sum_)
            ++bits;
        return bits;
    }
    /// The mean of the last four or so.
    void learn(std::uint64_t value) { sum_ = sum_ - sum_ / 4 + std::min<std::uint64_t>(value, 1U << 24); }

  private:
    std::uint64_t sum_;
};

/// What is expected of each field, the same for writer and reader.
struct Model {
    // Two pictures more or less between points; a step or two of place; nothing of the others.
    std::array<Adaptive, 6> fields = {Adaptive(2), Adaptive(6), Adaptive(6),
                                      Adaptive(1), Adaptive(1), Adaptive(0)};
    PathPoint last;
    PathPoint before;
    std::int64_t expected_ticks = kPathPointEvery / kPathTick;

    [[nodiscard]] PathPoint expected() const {
        PathPoint point = last;
        point.tick += expected_ticks;
        // Half of the way that was gone: right for who walks on and for who stands.
        point.x += (last.x - before.x) / 2;
        point.y += (last.y - before.y) / 2;
        return point;
    }
    void learn(const PathPoint& point) {
        expected_ticks =
            std::clamp<std::int64_t>(point.tick - last.tick, 1, 2 * (kPathPointEvery / kPathTick));
        before = last;
        last = point;
    }
};

class BitWriter {
  public:
    void put(std::uint64_t value, int bits) {
        for (int bit = bits - 1; bit >= 0; --bit)
            put_bit((value >> bit) & 1);
    }
    void put(std::int64_t value, Adaptive& adaptive) {
        const std::uint64_t whole = folded(value);
        const int bits = adaptive.bits();
        const std::uint64_t ones = whole >> bits;
        if (ones < kEscape) {
            for (std::uint64_t i = 0; i < ones; ++i)
                put_bit(1);
            put_bit(0);
            put(whole & ((std::uint64_t{1} << bits) - 1), bits);
        } else {
            for (int i = 0; i < kEscape; ++i)
                put_bit(1);
            put(whole, kPlainBits);
        }
        adaptive.learn(whole);
    }
    [[nodiscard]] std::vector<std::uint8_t> take() { return std::move(bytes_); }

  private:
    void put_bit(std::uint64_t bit) {
        if (used_ == 0) bytes_.push_back(0);
        bytes_.back() = static_cast<std::uint8_t>(bytes_.back() | (bit << (7 - used_)));
        used_ = (used_ + 1) % 8;
    }
    std::vector<std::uint8_t> bytes_;
    int used_ = 0;
};

class BitReader {
  public:
    explicit BitReader(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}
    [[nodiscard]] std::uint64_t get(int bits) {
        std::uint64_t value = 0;
        for (int i = 0; i < bits; ++i)
            value = (value << 1) | bit();
        return value;
    }
    [[nodiscard]] std::int64_t get(Adaptive& adaptive) {
        const int bits = adaptive.bits();
        std::uint64_t ones = 0;
        while (ones < kEscape && bit() == 1)
            ++ones;
        const std::uint64_t whole = ones == kEscape ? get(kPlainBits) : (ones << bits) | get(bits);
        adaptive.learn(whole);
        return unfolded(whole);
    }
    [[nodiscard]] bool is_past_end() const { return at_ > bytes_.size() * 8; }
    [[nodiscard]] bool is_at_end() const { return !is_past_end() && bytes_.size() * 8 - at_ < 8; }

  private:
    [[nodiscard]] std::uint64_t bit() {
        const std::size_t byte = at_ / 8;
        const std::uint64_t value = byte < bytes_.size() ? (bytes_[byte] >> (7 - at_ % 8)) & 1U : 0;
        ++at_;
        return value;
    }
    std::span<const std::uint8_t> bytes_;
    std::size_t at_ = 0;
};

constexpr int kCountBits = 16;
constexpr int kTickBits = 48;

bool is_right(const PathPoint& point) {
    constexpr std::int32_t kFar = 1 << 24;
    return point.x >= -kFar && point.x <= kFar && point.y >= -kFar && point.y <= kFar &&
           point.height >= kHeightMin && point.height <= kHeightMax && point.score >= 0 &&
           point.score <= kScores && point.visible >= 0 && point.visible <= kVisibles;
}

}  // namespace

PathPoint point_of(const Sighting& sighting, const PathScale& scale) {
    PathPoint point;
    // Down, so that no point lies behind the moment at which it was known.
    point.tick = std::chrono::floor<std::chrono::milliseconds>(sighting.at.time_since_epoch()) / kPathTick;
    point.x = rounded(sighting.place.x / scale.step);
    point.y = rounded(sighting.place.y / scale.step);
    const double height = std::max(sighting.body_height / scale.step, 1e-3);
    point.height = std::clamp(rounded(std::log2(height) * kHeightSteps), kHeightMin, kHeightMax);
    point.score = sighting.score > 0 ? std::clamp(rounded(sighting.score * kScores), 1, kScores) : 0;
    point.visible = std::clamp(rounded(sighting.visible * kVisibles), 0, kVisibles);
    return point;
}

Sighting sighting_of(PersonId person, const PathPoint& point, const PathScale& scale) {
    return {.person = person,
            .at = SourceTime(Duration(kPathTick) * point.tick),
            .place = {point.x * scale.step, point.y * scale.step},
            .body_height = height_of(point.height) * scale.step,
            .score = point.score / static_cast<double>(kScores),
            .visible = point.visible / static_cast<double>(kVisibles)};
}

void sightings_between(PersonId person, const PathPoint& before, const PathPoint& point,
                       const PathScale& scale, std::vector<Sighting>& out) {
    const Sighting last = sighting_of(person, point, scale);
    const Duration apart = Duration(kPathTick) * (point.tick - before.tick);
    const auto parts = static_cast<int>((apart + kPathSightingEvery / 2) / kPathSightingEvery);
    if (apart <= kPathJoinMax && parts > 1) {
        const Sighting first = sighting_of(person, before, scale);
        for (int i = 1; i < parts; ++i) {
            const double share = static_cast<double>(i) / parts;
            const auto between = [share](double from, double to) { return from + share * (to - from); };
            Sighting sighting = last;
            sighting.at = first.at + std::chrono::floor<std::chrono::milliseconds>(apart * i / parts);
            sighting.place = {between(first.place.x, last.place.x), between(first.place.y, last.place.y)};
            sighting.body_height = between(first.body_height, last.body_height);
            sighting.visible = between(first.visible, last.visible);
            out.push_back(sighting);
        }
    }
    out.push_back(last);
}

std::vector<std::uint8_t> encode_path(std::span<const PathPoint> points) {
    VITRINA_ASSERT(!points.empty() && points.size() < (1U << kCountBits));
    BitWriter writer;
    writer.put(points.size(), kCountBits);
    writer.put(static_cast<std::uint64_t>(points[0].tick), kTickBits);
    Model model;
    model.last.tick = points[0].tick - model.expected_ticks;
    for (const PathPoint& point : points) {
        const PathPoint expected = model.expected();
        writer.put(point.tick - expected.tick, model.fields[0]);
        writer.put(point.x - expected.x, model.fields[1]);
        writer.put(point.y - expected.y, model.fields[2]);
        writer.put(point.height - expected.height, model.fields[3]);
        writer.put(point.score - expected.score, model.fields[4]);
        writer.put(point.visible - expected.visible, model.fields[5]);
        model.learn(point);
    }
    return writer.take();
}

Result<std::vector<PathPoint>> decode_path(std::span<const std::uint8_t> bytes) {
    BitReader reader(bytes);
    const std::uint64_t count = reader.get(kCountBits);
    if (count == 0 || count > bytes.size() * 8) return failed("a stored path is damaged: it has no points");
    Model model;
    model.last.tick = static_cast<std::int64_t>(reader.get(kTickBits)) - model.expected_ticks;
    std::vector<PathPoint> points;
    points.reserve(count);
    for (std::uint64_t i = 0; i < count; ++i) {
        PathPoint point = model.expected();
        point.tick += reader.get(model.fields[0]);
        point.x = static_cast<std::int32_t>(point.x + reader.get(model.fields[1]));
        point.y = static_cast<std::int32_t>(point.y + reader.get(model.fields[2]));
        point.height = static_cast<std::int32_t>(point.height + reader.get(model.fields[3]));
        point.score = static_cast<std::int32_t>(point.score + reader.get(model.fields[4]));
        point.visible = static_cast<std::int32_t>(point.visible + reader.get(model.fields[5]));
        if (reader.is_past_end() || !is_right(point) || (i > 0 && point.tick <= model.last.tick))
            return failed("a stored path is damaged: it ends early, or is nowhere a person can be");
        points.push_back(point);
        model.learn(point);
    }
    if (!reader.is_at_end()) return failed("a stored path is damaged: there is more behind its end");
    return points;
}

}  // namespace vitrina

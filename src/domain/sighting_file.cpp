#include "domain/sighting_file.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <utility>

#include <fmt/format.h>

namespace vitrina {
namespace {

static_assert(std::endian::native == std::endian::little, "the file is little-endian, and copied as it is");

constexpr char kMagic[8] = {'V', 'I', 'T', 'S', 'I', 'G', 'H', 'T'};
constexpr std::uint32_t kVersion = 1;
constexpr std::size_t kBufferRecords = 1U << 16U;
constexpr double kUnitMinM = 1e-6;  // beyond these a unit is no unit of a shop
constexpr double kUnitMaxM = 1000;
constexpr std::uint32_t kUnitMaxUs = 1'000'000;
constexpr double kScores = 255;
constexpr double kParts = 100;  // of the body that is visible

struct Head {
    char magic[8];
    std::uint32_t version;
    std::uint32_t head_bytes;
    std::uint32_t record_bytes;
    std::uint32_t unit_us;
    std::int64_t start_utc_ms;
    double unit_m;
    double width_m;
    double depth_m;
    std::int64_t count;  // -1 while it is being written
};
static_assert(sizeof(Head) == kSightingHeadBytes);

struct Record {
    std::uint32_t at;
    std::uint32_t person;
    std::uint16_t x;
    std::uint16_t y;
    std::uint8_t score;
    std::uint8_t visible;
    std::uint8_t traits;  // bits 0-1 sex, 2-4 age group, 5 staff
    std::uint8_t flags;   // bit 0: a hand at a fixture
};
static_assert(sizeof(Record) == kSightingBytes);

constexpr unsigned kSexMask = 3;
constexpr unsigned kAgeShift = 2;
constexpr unsigned kAgeMask = 7;
constexpr unsigned kStaffBit = 32;
constexpr unsigned kReachBit = 1;
constexpr double kBodyHeight = 1.7;  // m: the file says nothing of it

Head head_of(const SightingHead& head, std::int64_t count) {
    Head result{};
    std::memcpy(result.magic, kMagic, sizeof(kMagic));
    result.version = kVersion;
    result.head_bytes = kSightingHeadBytes;
    result.record_bytes = kSightingBytes;
    result.unit_us = head.unit_us;
    result.start_utc_ms = head.start.time_since_epoch().count();
    result.unit_m = head.unit_m;
    result.width_m = head.width_m;
    result.depth_m = head.depth_m;
    result.count = count;
    return result;
}

}  // namespace

SightingWriter::SightingWriter(std::filesystem::path path, const SightingHead& head)
    : path_(std::move(path)), head_(head), file_(path_, std::ios::binary | std::ios::trunc) {
    waiting_.reserve(kBufferRecords * kSightingBytes);
}

Result<SightingWriter> SightingWriter::create(const std::filesystem::path& path, const SightingHead& head) {
    SightingWriter writer(path, head);
    const Head first = head_of(head, -1);
    std::array<char, sizeof(Head)> bytes{};
    std::memcpy(bytes.data(), &first, sizeof(first));
    writer.file_.write(bytes.data(), bytes.size());
    if (!writer.file_) return failed(path.string() + ": can't be written");
    return writer;
}

void SightingWriter::write(const Sighting& sighting) {
    const double at = std::round(static_cast<double>(sighting.at.time_since_epoch().count()) / head_.unit_us);
    const double x = std::round(sighting.place.x / head_.unit_m);
    const double y = std::round(sighting.place.y / head_.unit_m);
    constexpr double kPlaceMax = std::numeric_limits<std::uint16_t>::max();
    constexpr double kWholeMax = std::numeric_limits<std::uint32_t>::max();
    if (!(at >= 0 && at <= kWholeMax && x >= 0 && x <= kPlaceMax && y >= 0 && y <= kPlaceMax) ||
        sighting.person < 0 || static_cast<double>(sighting.person) > kWholeMax) {
        ++beyond_;
        return;
    }
    const Labels& labels = sighting.labels;
    const unsigned traits = static_cast<unsigned>(labels.sex) |
                            (static_cast<unsigned>(labels.age) << kAgeShift) |
                            (labels.staff ? kStaffBit : 0U);
    const Record record{
        static_cast<std::uint32_t>(at),
        static_cast<std::uint32_t>(sighting.person),
        static_cast<std::uint16_t>(x),
        static_cast<std::uint16_t>(y),
        static_cast<std::uint8_t>(std::lround(kScores * std::clamp(sighting.score, 0.0, 1.0))),
        static_cast<std::uint8_t>(std::lround(kParts * std::clamp(sighting.visible, 0.0, 1.0))),
        static_cast<std::uint8_t>(traits),
        static_cast<std::uint8_t>(labels.reaching ? kReachBit : 0U)};
    const std::size_t end = waiting_.size();
    waiting_.resize(end + kSightingBytes);
    std::memcpy(waiting_.data() + end, &record, kSightingBytes);
    ++count_;
    if (waiting_.size() < kBufferRecords * kSightingBytes) return;
    file_.write(waiting_.data(), static_cast<std::streamsize>(waiting_.size()));
    waiting_.clear();
}

Result<void> SightingWriter::close() {
    file_.write(waiting_.data(), static_cast<std::streamsize>(waiting_.size()));
    waiting_.clear();
    file_.seekp(0);
    const Head head = head_of(head_, count_);
    std::array<char, sizeof(Head)> bytes{};
    std::memcpy(bytes.data(), &head, sizeof(head));
    file_.write(bytes.data(), bytes.size());
    file_.close();
    if (!file_) return failed(path_.string() + ": can't be written");
    if (beyond_ > 0)
        return failed(
            fmt::format("{}: {} sightings are beyond what the file can hold", path_.string(), beyond_));
    return {};
}

SightingReader::SightingReader(std::filesystem::path path, std::ifstream file, const SightingHead& head,
                               std::int64_t promised)
    : path_(std::move(path)),
      file_(std::move(file)),
      head_(head),
      promised_(promised),
      bytes_(kBufferRecords * kSightingBytes) {}

Result<SightingReader> SightingReader::open(const std::filesystem::path& path) {
    const std::string name = path.string();
    std::ifstream file(path, std::ios::binary);
    if (!file || std::filesystem::is_directory(path))
        return failed(name + ": no such file, or it can't be read");
    std::array<char, sizeof(Head)> bytes{};
    file.read(bytes.data(), bytes.size());
    Head head{};
    std::memcpy(&head, bytes.data(), sizeof(head));
    if (file.gcount() != static_cast<std::streamsize>(sizeof(head)) ||
        std::memcmp(head.magic, kMagic, sizeof(kMagic)) != 0)
        return failed(name + ": is no file of sightings (docs/simulation.md)");
    if (head.version != kVersion || head.head_bytes != kSightingHeadBytes ||
        head.record_bytes != kSightingBytes)
        return failed(
            fmt::format("{}: has version {}, with {} bytes a sighting; this program reads version {}", name,
                        head.version, head.record_bytes, kVersion));
    const bool sound = std::isfinite(head.unit_m) && head.unit_m >= kUnitMinM && head.unit_m <= kUnitMaxM &&
                       head.unit_us > 0 && head.unit_us <= kUnitMaxUs && std::isfinite(head.width_m) &&
                       head.width_m > 0 && std::isfinite(head.depth_m) && head.depth_m > 0;
    if (!sound) return failed(name + ": its head has a size or a unit that can't be one");
    constexpr std::int64_t kFarthestMs = 253'402'300'800'000;  // the year 10000
    if (head.start_utc_ms < 0 || head.start_utc_ms > kFarthestMs)
        return failed(name + ": its head begins at a time that can't be one");
    return SightingReader(path, std::move(file),
                          {UtcTime(std::chrono::milliseconds(head.start_utc_ms)), head.unit_us, head.unit_m,
                           head.width_m, head.depth_m},
                          head.count);
}

Result<void> SightingReader::fill() {
    file_.read(bytes_.data(), static_cast<std::streamsize>(bytes_.size()));
    filled_ = static_cast<std::size_t>(file_.gcount());
    at_ = 0;
    if (filled_ % kSightingBytes != 0)
        return failed(fmt::format("{}: ends in the middle of sighting {}", path_.string(),
                                  count_ + static_cast<std::int64_t>(filled_ / kSightingBytes) + 1));
    return {};
}

Result<std::optional<Sighting>> SightingReader::next() {
    if (at_ == filled_) TRY(fill());
    if (at_ == filled_) {
        if (count_ != promised_)
            return failed(fmt::format("{}: ends after {} sightings, its head says {}", path_.string(), count_,
                                      promised_));
        return std::nullopt;
    }
    Record record{};
    std::memcpy(&record, bytes_.data() + at_, kSightingBytes);
    at_ += kSightingBytes;
    ++count_;
    Sighting sighting;
    sighting.person = record.person;
    sighting.at = SourceTime(Duration(static_cast<std::int64_t>(record.at) * head_.unit_us));
    sighting.place = {record.x * head_.unit_m, record.y * head_.unit_m};
    sighting.body_height = kBodyHeight;
    sighting.score = record.score / kScores;
    sighting.visible = std::min(1.0, record.visible / kParts);
    const unsigned age = (record.traits >> kAgeShift) & kAgeMask;
    const unsigned sex = record.traits & kSexMask;
    if (age > static_cast<unsigned>(AgeGroup::kSenior) || sex > static_cast<unsigned>(Sex::kMale))
        return failed(
            fmt::format("{}: sighting {} has a sex or an age group that is none", path_.string(), count_));
    if (record.at < last_)
        return failed(
            fmt::format("{}: sighting {} is earlier than the one before it", path_.string(), count_));
    last_ = record.at;
    sighting.labels = {(record.traits & kStaffBit) != 0, (record.flags & kReachBit) != 0,
                       static_cast<Sex>(sex), static_cast<AgeGroup>(age)};
    return sighting;
}

}  // namespace vitrina

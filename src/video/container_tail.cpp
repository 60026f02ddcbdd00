#include "video/container_tail.h"

#include <algorithm>
#include <array>
#include <vector>

namespace vitrina::video {
namespace {

using Bytes = std::span<const std::uint8_t>;

/// Two of the longest packets of a program stream: the beginning of a pack is in it.
constexpr std::int64_t kTailBytes = 2 * (6 + 65'535);

/// GIF ends with an empty block and a mark. What stands behind them is none of its business.
std::optional<std::string> gif(Bytes tail) {
    constexpr std::array<std::uint8_t, 2> kEnd = {0x00, 0x3B};
    constexpr std::size_t kLookedAt = 512;
    const Bytes last = tail.last(std::min(tail.size(), kLookedAt));
    if (std::search(last.begin(), last.end(), kEnd.begin(), kEnd.end()) != last.end()) return std::nullopt;
    return "the file is cut: the end mark of GIF is missing";
}

/// Packets all have one size: 188 bytes, behind a time of 4 in Blu-ray's, before a checksum of 16 in
/// broadcast.
struct PacketForm {
    std::size_t size;
    std::size_t sync_at;
};

/// Whether the last packet is only begun: its mark follows those of the packets before it, its end doesn't.
bool ends_inside_a_packet(Bytes tail, PacketForm form) {
    constexpr std::uint8_t kSync = 0x47;
    constexpr std::size_t kPacketsBefore = 3;
    if (tail.size() < form.size * (kPacketsBefore + 1)) return false;
    for (std::size_t there = 1; there + form.sync_at < form.size; ++there) {
        bool in_step = true;
        for (std::size_t i = 0; i <= kPacketsBefore && in_step; ++i)
            in_step = tail[tail.size() - there - i * form.size] == kSync;
        if (in_step) return true;
    }
    return false;
}

std::optional<std::string> transport_stream(Bytes tail) {
    constexpr std::array<PacketForm, 3> kForms = {{{188, 0}, {192, 4}, {204, 0}}};
    // Whole packets of one form may look like begun ones of another only by chance.
    for (const PacketForm form : kForms) {
        if (ends_inside_a_packet(tail, form))
            return "the file is cut inside a packet of " + std::to_string(form.size) + " bytes";
    }
    return std::nullopt;
}

enum class WalkEnd : std::uint8_t { kWhole, kCut, kLost };

/// From one pack of a program stream to the end, by the lengths that each part tells.
WalkEnd walk(Bytes tail) {
    constexpr std::uint8_t kProgramEnd = 0xB9;
    constexpr std::uint8_t kPack = 0xBA;
    while (!tail.empty()) {
        constexpr std::size_t kHeader = 6;
        if (tail[0] != 0 || (tail.size() > 1 && tail[1] != 0) || (tail.size() > 2 && tail[2] != 1))
            return WalkEnd::kLost;
        if (tail.size() > 3 && tail[3] == kProgramEnd) return WalkEnd::kWhole;
        if (tail.size() < kHeader) return WalkEnd::kCut;
        std::size_t size = kHeader + (std::size_t{tail[4]} << 8U) + tail[5];
        if (tail[3] == kPack) {
            constexpr std::size_t kPack1 = 12;
            constexpr std::size_t kPack2 = 14;
            const bool second = (tail[4] & 0xC0U) == 0x40U;
            if (second && tail.size() < kPack2) return WalkEnd::kCut;
            size = second ? kPack2 + (tail[kPack2 - 1] & 7U) : kPack1;
        } else if (tail[3] < kPack) {
            return WalkEnd::kLost;
        }
        if (size > tail.size()) return WalkEnd::kCut;
        tail = tail.subspan(size);
    }
    return WalkEnd::kWhole;
}

std::optional<std::string> program_stream(Bytes tail) {
    constexpr std::array<std::uint8_t, 4> kPack = {0, 0, 1, 0xBA};
    for (auto from = tail.begin();; ++from) {
        from = std::search(from, tail.end(), kPack.begin(), kPack.end());
        if (from == tail.end()) return std::nullopt;
        const WalkEnd end = walk(tail.subspan(static_cast<std::size_t>(from - tail.begin())));
        if (end == WalkEnd::kCut) return "the file is cut: its last packet reaches beyond the end";
        if (end == WalkEnd::kWhole) return std::nullopt;
    }
}

}  // namespace

std::optional<std::string> why_tail_is_cut(std::string_view container, Bytes tail) {
    if (container == "gif") return gif(tail);
    if (container == "mpegts") return transport_stream(tail);
    if (container == "mpeg") return program_stream(tail);
    return std::nullopt;
}

std::optional<std::string> why_tail_is_cut(AVFormatContext& format) {
    if (format.pb == nullptr || (format.pb->seekable & AVIO_SEEKABLE_NORMAL) == 0) return std::nullopt;
    const std::int64_t size = avio_size(format.pb);
    const std::int64_t wanted = std::min(size, kTailBytes);
    if (wanted <= 0 || avio_seek(format.pb, size - wanted, SEEK_SET) < 0) return std::nullopt;
    std::vector<std::uint8_t> bytes(static_cast<std::size_t>(wanted));
    const int count = avio_read(format.pb, bytes.data(), static_cast<int>(wanted));
    if (count != wanted) return std::nullopt;
    return why_tail_is_cut(format.iformat->name, bytes);
}

}  // namespace vitrina::video

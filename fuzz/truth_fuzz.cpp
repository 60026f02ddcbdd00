// Whatever bytes: truth, tracks or detections, or an error that names the file; and metrics that are numbers.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "domain/mot_file.h"
#include "domain/text.h"
#include "evaluate/comparison.h"
#include "evaluate/metrics.h"
#include "evaluate/truth.h"

namespace {

void check_error(const vitrina::Error& error) {
    VITRINA_ASSERT(error.message.starts_with("fuzz: "));
    VITRINA_ASSERT(vitrina::decode_utf8(error.message).has_value());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(  // NOLINT(readability-identifier-naming): libFuzzer's name
    const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    // The first half is the truth, the second the tracks, where a line says so.
    constexpr std::string_view kBetween = "\n=====\n";
    const std::size_t between = text.find(kBetween);
    const std::string_view truth_text = text.substr(0, between);
    const std::string_view tracks_text =
        between == std::string_view::npos ? text : text.substr(between + kBetween.size());
    const auto truth = vitrina::evaluate::parse_truth(truth_text, "fuzz", "");
    if (!truth) check_error(truth.error());
    const auto tracks = vitrina::parse_mot(tracks_text, "fuzz", vitrina::MotKind::kTracks);
    if (!tracks) check_error(tracks.error());
    if (const auto info = vitrina::parse_sequence_info(tracks_text, "fuzz"); !info) check_error(info.error());
    if (!truth || !tracks) return 0;
    static_cast<void>(vitrina::evaluate::check_same_video(*truth, *tracks, "fuzz"));
    const auto comparison = vitrina::evaluate::compare(*truth, *tracks);
    const auto hota = vitrina::evaluate::hota(comparison).mean.hota;
    const auto idf1 = vitrina::evaluate::identity(comparison).idf1;
    VITRINA_ASSERT(hota >= 0 && hota <= 1 + 1e-9);
    VITRINA_ASSERT(idf1 >= 0 && idf1 <= 1);
    VITRINA_ASSERT(vitrina::evaluate::clear_mot(comparison).mota <= 1);
    return 0;
}

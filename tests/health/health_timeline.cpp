// What the camera health makes of recorded clips: one line for each, with the second at which each trouble is
// told and is over, and what a look costs. Used by scripts/check_camera_health.sh.
#include <cstdio>
#include <ctime>
#include <string>

#include <fmt/format.h>

#include "video/picture_watch.h"
#include "video/source.h"

namespace {

using vitrina::Result;
using vitrina::video::PictureWatch;

std::string words_of(const PictureWatch& watch) {
    std::string words;
    for (const auto& state : watch.troubles()) {
        words += fmt::format("{}{}", words.empty() ? "" : "+", to_text(state.trouble));
        if (state.move.known)
            words += fmt::format("({:.0f},{:.0f}px,{:.1f}deg,{:.2f}x)", state.move.dx_px, state.move.dy_px,
                                 state.move.rotation_deg, state.move.zoom);
    }
    return words.empty() ? "-" : words;
}

/// The troubles without their figures, which change as they are measured anew.
std::string kinds_of(const PictureWatch& watch) {
    std::string kinds;
    for (const auto& state : watch.troubles())
        kinds += to_text(state.trouble);
    return kinds;
}

Result<void> tell(const std::string& clip) {
    TRY_ASSIGN(const auto source, vitrina::video::Source::open(clip));
    PictureWatch watch;
    std::string known;
    std::clock_t spent = 0;
    int looks = 0;
    fmt::print("{}:", clip);
    while (true) {
        TRY_ASSIGN(const auto frame, source->next());
        if (!frame) break;
        const std::clock_t begin = std::clock();
        if (!watch.see(frame->picture, frame->time)) continue;
        spent += std::clock() - begin;
        ++looks;
        if (kinds_of(watch) == known) continue;
        known = kinds_of(watch);
        fmt::print(" {:.0f}s={}", vitrina::to_seconds(frame->time), words_of(watch));
    }
    fmt::print(" end looks={} ms={:.2f}\n", looks, 1e3 * static_cast<double>(spent) / CLOCKS_PER_SEC / looks);
    return {};
}

}  // namespace

int main(int argc, char** argv) {
    for (int i = 1; i < argc; ++i) {
        if (const auto told = tell(argv[i]); !told) {
            fmt::print(stderr, "{}\n", told.error().message);
            return 1;
        }
    }
    return 0;
}

// The last seconds of a camera, small and without faces, while an audit is open: what clips are cut from.
// Heads of everybody whom the network saw, however unsure, within a second before and after are made blocks
// of one colour, so that whom it missed in one picture is hidden in that too; and so is whatever else moves
// (audit_background.h), for whom it missed altogether. One thread at a time.
#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/geometry.h"
#include "base/result.h"
#include "base/time.h"
#include "domain/frame.h"
#include "pipeline/audit_background.h"

namespace vitrina::pipeline {

struct FilmPicture {
    UtcTime at;
    std::vector<std::uint8_t> jpeg;
};

/// Blocks of one colour over the heads of bodies: no face in them has more than some blocks.
void hide_heads(Picture& picture, std::span<const Box> bodies);

class AuditFilm {
  public:
    static constexpr int kHeightMax = 270;  // px: people are seen, and faces hardly
    /// Heads are hidden where bodies were within this time.
    static constexpr std::chrono::milliseconds kAround{1000};
    static constexpr std::chrono::seconds kKept{45};
    /// Pictures further apart leave a gap, in which somebody may pass.
    static constexpr std::chrono::milliseconds kGapMax{1500};
    /// Pictures more often than this say no more.
    static constexpr std::chrono::milliseconds kApart{120};

    /// The next picture, in the order of time, and who is in it: boxes in its pixels.
    void add(UtcTime at, const Picture& picture, std::span<const Box> bodies);
    /// All that comes is later: faces can be hidden in what is older than kAround before it.
    void advance(UtcTime now);

    /// Whether all of [begin, end] is on film.
    [[nodiscard]] bool covers(UtcTime begin, UtcTime end) const;
    [[nodiscard]] std::vector<FilmPicture> cut(UtcTime begin, UtcTime end) const;

  private:
    struct Raw {
        UtcTime at;
        Picture picture;
    };
    struct Seen {
        UtcTime at;
        std::vector<Box> bodies;
    };
    AuditBackground background_;
    std::deque<Raw> raw_;
    std::deque<Seen> seen_;
    std::deque<FilmPicture> film_;
};

/// Clips at rest, before they are sealed. Fails for text that no clip_code() made.
[[nodiscard]] std::string clip_code(std::span<const FilmPicture> pictures);
[[nodiscard]] Result<std::vector<FilmPicture>> clip_from(std::string_view code);

}  // namespace vitrina::pipeline

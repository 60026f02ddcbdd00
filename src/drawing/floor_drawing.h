// A drawing of the floor that somebody uploads (PNG, SVG, one page of a PDF) -> a PNG that is safe to store
// and to show: checked before anything is decoded, drawn anew without what else was in it, and not large. SVG
// and PDF are drawn by programs of their own with limits (child.h), so that a mistake in them harms nothing
// here. Any thread; takes up to some seconds.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace vitrina::drawing {

/// Of what is uploaded.
inline constexpr std::size_t kUploadBytesMax = std::size_t{20} << 20;
/// A PNG with more pixels is refused unseen: 75 MB when it is decoded, and 5,000 x 5,000 is more than a
/// screen shows of any plan.
inline constexpr std::int64_t kMegapixelsMax = 25;
/// A PDF with more pages is a book, not a plan, and takes long to be read.
inline constexpr int kPagesMax = 100;
/// The longer side of what comes out.
inline constexpr int kSideMax = 3000;
inline constexpr std::chrono::seconds kDrawingMax{15};

struct FloorDrawing {
    std::vector<std::uint8_t> png;
    int width = 0;  // px
    int height = 0;
    int pages = 1;  // of the PDF it came from
};

/// `page` counts from 1; only of PDF. Fails (kConfiguration) for what is none of the three, is too large, has
/// scripts or refers to something outside, has no such page, or can't be drawn, and says so; fails (kFailed)
/// when the program that draws it is not installed.
[[nodiscard]] Result<FloorDrawing> read_floor_drawing(std::string_view upload, int page);

/// What an SVG may not have, in words; fails for what is no SVG. For tests and the fuzzer.
[[nodiscard]] Result<void> check_svg(std::string_view text);

}  // namespace vitrina::drawing

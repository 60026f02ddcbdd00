#include "drawing/floor_drawing.h"

#include <algorithm>
#include <charconv>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "base/png.h"
#include "drawing/child.h"

namespace vitrina::drawing {
namespace {

constexpr std::string_view kPngBegin = "\x89PNG\r\n\x1a\n";
constexpr std::string_view kPdfBegin = "%PDF-";
constexpr std::size_t kPdfBeginWithin = 1024;  // as the format's readers have it
constexpr std::size_t kSvgBeginWithin = 4096;
constexpr const char* kSvgProgram = "/usr/bin/rsvg-convert";
constexpr const char* kPdfProgram = "/usr/bin/pdftocairo";
constexpr const char* kPdfInfoProgram = "/usr/bin/pdfinfo";

std::span<const std::uint8_t> bytes_of(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

ChildLimits limits() {
    ChildLimits limits;
    limits.time = kDrawingMax;
    return limits;
}

/// Half as large, each pixel the mean of four, as often as it takes.
RgbImage smaller(RgbImage image) {
    while (std::max(image.width, image.height) > kSideMax) {
        RgbImage half{std::max(1, image.width / 2), std::max(1, image.height / 2), {}};
        half.rgb.resize(static_cast<std::size_t>(half.width) * static_cast<std::size_t>(half.height) * 3);
        const auto at = [&](int x, int y, int channel) -> unsigned {
            const auto row = static_cast<std::size_t>(std::min(y, image.height - 1));
            const auto column = static_cast<std::size_t>(std::min(x, image.width - 1));
            return image.rgb[(row * static_cast<std::size_t>(image.width) + column) * 3 +
                             static_cast<std::size_t>(channel)];
        };
        std::size_t out = 0;
        for (int y = 0; y < half.height; ++y)
            for (int x = 0; x < half.width; ++x)
                for (int channel = 0; channel < 3; ++channel)
                    half.rgb[out++] = static_cast<std::uint8_t>(
                        (at(2 * x, 2 * y, channel) + at(2 * x + 1, 2 * y, channel) +
                         at(2 * x, 2 * y + 1, channel) + at(2 * x + 1, 2 * y + 1, channel) + 2) /
                        4);
        image = std::move(half);
    }
    return image;
}

Result<FloorDrawing> drawn_anew(std::span<const std::uint8_t> png) {
    TRY_ASSIGN(RgbImage image, read_png(png, kMegapixelsMax * 1'000'000));
    image = smaller(std::move(image));
    FloorDrawing drawing;
    drawing.width = image.width;
    drawing.height = image.height;
    TRY_ASSIGN(drawing.png, encode_png(image));
    return drawing;
}

Result<FloorDrawing> read_svg(std::string_view upload) {
    TRY(check_svg(upload));
    const std::string side = std::to_string(kSideMax);
    TRY_ASSIGN(const auto png, run_child(kSvgProgram,
                                         {"--keep-aspect-ratio", "--width", side, "--height", side,
                                          "--background-color", "white", kInputName},
                                         upload, limits()));
    return drawn_anew(png);
}

/// How many there are, of what pdfinfo says: "Pages:  3".
Result<int> pages_of(std::string_view upload) {
    TRY_ASSIGN(const auto said, run_child(kPdfInfoProgram, {kInputName}, upload, limits()));
    const std::string_view text(reinterpret_cast<const char*>(said.data()), said.size());
    constexpr std::string_view kPages = "\nPages:";
    const std::size_t found = text.find(kPages);
    int pages = 0;
    if (found != text.npos) {
        const std::size_t digits = text.find_first_not_of(' ', found + kPages.size());
        if (digits != text.npos) std::from_chars(text.data() + digits, text.data() + text.size(), pages);
    }
    if (pages < 1) return misconfigured("has no pages");
    return pages;
}

Result<FloorDrawing> read_pdf(std::string_view upload, int page) {
    TRY_ASSIGN(const int pages, pages_of(upload));
    if (pages > kPagesMax)
        return misconfigured(
            fmt::format("has {} pages; {} are the most: save the page with the plan as a PDF "
                        "of its own",
                        pages, kPagesMax));
    if (page < 1 || page > pages)
        return misconfigured(
            fmt::format("has {} page{}; there is no page {}", pages, pages == 1 ? "" : "s", page));
    const std::string number = std::to_string(page);
    TRY_ASSIGN(const auto png, run_child(kPdfProgram,
                                         {"-png", "-singlefile", "-f", number, "-l", number, "-scale-to",
                                          std::to_string(kSideMax), kInputName, "-"},
                                         upload, limits()));
    TRY_ASSIGN(FloorDrawing drawing, drawn_anew(png));
    drawing.pages = pages;
    return drawing;
}

}  // namespace

Result<FloorDrawing> read_floor_drawing(std::string_view upload, int page) {
    if (upload.empty()) return misconfigured("the drawing is empty");
    if (upload.size() > kUploadBytesMax)
        return misconfigured(fmt::format("the drawing has {} MB; {} are the most", upload.size() >> 20,
                                         kUploadBytesMax >> 20));
    const auto named = [](const char* kind, Result<FloorDrawing> result) {
        return result ? std::move(result) : Result<FloorDrawing>(with_context(kind, result.error()));
    };
    if (upload.starts_with(kPngBegin)) return named("the PNG", drawn_anew(bytes_of(upload)));
    if (upload.substr(0, kPdfBeginWithin).find(kPdfBegin) != upload.npos)
        return named("the PDF", read_pdf(upload, page));
    const std::string_view begin = upload.substr(0, kSvgBeginWithin);
    if (begin.find("<svg") != begin.npos || begin.find(":svg") != begin.npos)
        return named("the SVG", read_svg(upload));
    return misconfigured("the drawing is neither PNG nor SVG nor PDF");
}

}  // namespace vitrina::drawing

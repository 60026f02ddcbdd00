#include "drawing/floor_drawing.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <unistd.h>

#include "base/png.h"

namespace vitrina::drawing {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

/// Not every computer that builds this has the programs that draw SVG.
#define VITRINA_NEEDS(program) \
    if (access(program, X_OK) != 0) GTEST_SKIP() << program << " is not installed"

std::string png_of(int width, int height, std::uint8_t shade) {
    RgbImage image{width, height, {}};
    image.rgb.assign(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 3, shade);
    const auto bytes = encode_png(image);
    EXPECT_TRUE(bytes);
    return {bytes->begin(), bytes->end()};
}

std::string why_not(std::string_view upload, int page = 1) {
    const auto read = read_floor_drawing(upload, page);
    return read ? "fine" : read.error().message;
}

/// A PDF of empty pages, of 400 x 200 points.
std::string pdf_of(int pages) {
    std::string pdf = "%PDF-1.4\n";
    std::vector<std::size_t> places;
    const auto object = [&](const std::string& content) {
        places.push_back(pdf.size());
        pdf += std::to_string(places.size()) + " 0 obj\n" + content + "\nendobj\n";
    };
    std::string kids;
    for (int i = 0; i < pages; ++i)
        kids += std::to_string(i + 3) + " 0 R ";
    object("<< /Type /Catalog /Pages 2 0 R >>");
    object("<< /Type /Pages /Count " + std::to_string(pages) + " /Kids [" + kids + "] >>");
    for (int i = 0; i < pages; ++i)
        object("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 400 200] >>");
    const std::size_t table = pdf.size();
    pdf += "xref\n0 " + std::to_string(places.size() + 1) + "\n0000000000 65535 f \n";
    for (const std::size_t place : places) {
        const std::string digits = std::to_string(place);
        pdf += std::string(10 - digits.size(), '0') + digits + " 00000 n \n";
    }
    return pdf + "trailer << /Size " + std::to_string(places.size() + 1) + " /Root 1 0 R >>\nstartxref\n" +
           std::to_string(table) + "\n%%EOF\n";
}

TEST(FloorDrawing, APngIsDrawnAnew) {
    const auto drawing = read_floor_drawing(png_of(40, 30, 200), 1);
    ASSERT_TRUE(drawing) << drawing.error().message;
    EXPECT_EQ(drawing->width, 40);
    EXPECT_EQ(drawing->height, 30);
    const auto again = read_png(drawing->png, 10'000);
    ASSERT_TRUE(again);
    EXPECT_EQ(again->rgb[0], 200);
}

TEST(FloorDrawing, ALargePngBecomesSmaller) {
    const auto drawing = read_floor_drawing(png_of(6001, 50, 90), 1);
    ASSERT_TRUE(drawing) << drawing.error().message;
    EXPECT_EQ(drawing->width, 3000 / 2 * 2);
    EXPECT_EQ(drawing->height, 25);
    const auto again = read_png(drawing->png, 10'000'000);
    ASSERT_TRUE(again);
    EXPECT_EQ(again->rgb.back(), 90);
}

std::string big_endian(std::uint32_t value) {
    return {static_cast<char>(value >> 24), static_cast<char>(value >> 16), static_cast<char>(value >> 8),
            static_cast<char>(value)};
}

/// As PNG has them: length, name, content, check sum of the two.
std::string chunk(const std::string& name, const std::string& content) {
    std::uint32_t check = ~0U;
    for (const char c : name + content) {
        check ^= static_cast<std::uint8_t>(c);
        for (int bit = 0; bit < 8; ++bit)
            check = (check >> 1) ^ ((check & 1) != 0 ? 0xedb88320U : 0U);
    }
    return big_endian(static_cast<std::uint32_t>(content.size())) + name + content + big_endian(~check);
}

TEST(FloorDrawing, TwoHundredMegapixelsAreRefusedUnseen) {
    const std::string head =
        "\x89PNG\r\n\x1a\n" +
        chunk("IHDR", big_endian(20'000) + big_endian(10'000) + std::string("\x08\x02\0\0\0", 5)) +
        chunk("IDAT", "no pixels at all");
    EXPECT_EQ(why_not(head), "the PNG: has 20000 x 10000 pixels, which is 200 megapixels; 25 are the most");
}

TEST(FloorDrawing, LargeOnesAreRefusedWithTheirSize) {
    const std::string why = why_not(png_of(6000, 5000, 7));
    EXPECT_EQ(why, "the PNG: has 6000 x 5000 pixels, which is 30 megapixels; 25 are the most");
}

TEST(FloorDrawing, WhatIsNoDrawingIsRefused) {
    EXPECT_EQ(why_not(""), "the drawing is empty");
    EXPECT_EQ(why_not("GIF89a and so on"), "the drawing is neither PNG nor SVG nor PDF");
    EXPECT_EQ(why_not("\xff\xd8\xff\xe0 a JPEG"), "the drawing is neither PNG nor SVG nor PDF");
    EXPECT_EQ(why_not(std::string(kUploadBytesMax + (1 << 20), 'x')),
              "the drawing has 21 MB; 20 are the most");
    EXPECT_THAT(why_not("\x89PNG\r\n\x1a\n and then nothing"),
                StartsWith("the PNG: is no PNG that can be read"));
    const std::string whole = png_of(400, 300, 5);
    EXPECT_THAT(why_not(whole.substr(0, whole.size() / 2)), StartsWith("the PNG: is a damaged PNG"));
}

TEST(FloorDrawing, APageOfAPdf) {
    VITRINA_NEEDS("/usr/bin/pdftocairo");
    const auto drawing = read_floor_drawing(pdf_of(3), 2);
    ASSERT_TRUE(drawing) << drawing.error().message;
    EXPECT_EQ(drawing->width, 3000);
    EXPECT_EQ(drawing->height, 1500);
    EXPECT_EQ(drawing->pages, 3);
    EXPECT_EQ(why_not(pdf_of(3), 4), "the PDF: has 3 pages; there is no page 4");
    EXPECT_EQ(why_not(pdf_of(1), 0), "the PDF: has 1 page; there is no page 0");
}

TEST(FloorDrawing, APdfOfAThousandPagesIsABook) {
    VITRINA_NEEDS("/usr/bin/pdfinfo");
    EXPECT_EQ(why_not(pdf_of(1000)),
              "the PDF: has 1000 pages; 100 are the most: save the page with the plan as a PDF of its own");
}

TEST(FloorDrawing, ABrokenPdfIsRefused) {
    VITRINA_NEEDS("/usr/bin/pdfinfo");
    EXPECT_THAT(why_not("%PDF-1.4\nnothing of the kind"), StartsWith("the PDF: "));
}

TEST(FloorDrawing, AnSvgIsDrawnAsLargeAsItMayBe) {
    VITRINA_NEEDS("/usr/bin/rsvg-convert");
    const auto drawing = read_floor_drawing(
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 20 10'><rect width='10' height='10'/></svg>",
        1);
    ASSERT_TRUE(drawing) << drawing.error().message;
    EXPECT_EQ(drawing->width, 3000);
    EXPECT_EQ(drawing->height, 1500);
    const auto image = read_png(drawing->png, 10'000'000);
    ASSERT_TRUE(image);
    EXPECT_EQ(image->rgb.front(), 0);
    EXPECT_EQ(image->rgb.back(), 255);
}

TEST(FloorDrawing, AnSvgWithAScriptIsRefused) {
    EXPECT_EQ(why_not("<svg xmlns='http://www.w3.org/2000/svg'><script>x</script></svg>"),
              "the SVG: has a script: <script>");
}

}  // namespace
}  // namespace vitrina::drawing

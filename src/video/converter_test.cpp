#include "video/converter.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include <gtest/gtest.h>

#include "video/test_clips.h"

extern "C" {
#include <libavutil/pixdesc.h>
}

namespace vitrina::video {
namespace {

constexpr int kTolerance = 3;

struct Yuv {
    int y = 0;
    int u = 0;
    int v = 0;
};

using Rgb = std::array<double, 3>;

struct Matrix {
    AVColorSpace name;
    double red;   // share of red in luma
    double blue;  // share of blue
};

constexpr std::array<Matrix, 4> kMatrices = {{{AVCOL_SPC_BT709, 0.2126, 0.0722},
                                              {AVCOL_SPC_SMPTE170M, 0.299, 0.114},
                                              {AVCOL_SPC_BT470BG, 0.299, 0.114},
                                              {AVCOL_SPC_BT2020_NCL, 0.2627, 0.0593}}};
constexpr std::array<Yuv, 7> kColours = {{{16, 128, 128},
                                          {235, 128, 128},
                                          {126, 128, 128},
                                          {81, 90, 210},
                                          {145, 54, 60},
                                          {60, 200, 110},
                                          {180, 100, 150}}};

/// ITU-R BT.709, BT.601: the definition.
Rgb expected_rgb(Yuv colour, const Matrix& matrix, AVColorRange range) {
    const bool full = range == AVCOL_RANGE_JPEG;
    const double y = full ? colour.y : (colour.y - 16) * 255.0 / 219;
    const double u = (colour.u - 128) * (full ? 1.0 : 255.0 / 224);
    const double v = (colour.v - 128) * (full ? 1.0 : 255.0 / 224);
    const double red = y + 2 * (1 - matrix.red) * v;
    const double blue = y + 2 * (1 - matrix.blue) * u;
    const double green = (y - matrix.red * red - matrix.blue * blue) / (1 - matrix.red - matrix.blue);
    return {std::clamp(red, 0.0, 255.0), std::clamp(green, 0.0, 255.0), std::clamp(blue, 0.0, 255.0)};
}

FrameHandle solid_frame(AVPixelFormat format, int width, int height, Yuv colour) {
    FrameHandle frame(av_frame_alloc());
    frame->format = format;
    frame->width = width;
    frame->height = height;
    EXPECT_EQ(av_frame_get_buffer(frame.get(), 0), 0);
    const AVPixFmtDescriptor* description = av_pix_fmt_desc_get(format);
    const std::array<int, 3> values = {colour.y, colour.u, colour.v};
    for (int component = 0; component < description->nb_components; ++component) {
        const AVComponentDescriptor& form = description->comp[component];
        const bool chroma = component > 0;
        const int rows = chroma ? -((-height) >> description->log2_chroma_h) : height;
        const int columns = chroma ? -((-width) >> description->log2_chroma_w) : width;
        const int value = values.at(static_cast<std::size_t>(component)) << (form.depth - 8);
        for (int y = 0; y < rows; ++y)
            for (int x = 0; x < columns; ++x) {
                std::uint8_t* at = frame->data[form.plane] + std::ptrdiff_t{y} * frame->linesize[form.plane] +
                                   x * form.step + form.offset;
                at[0] = static_cast<std::uint8_t>(value & 0xFF);
                if (form.depth > 8) at[1] = static_cast<std::uint8_t>(value >> 8);
            }
    }
    return frame;
}

/// The largest distance of any value of the picture from the colour.
double worst(const Picture& picture, const Rgb& colour) {
    double result = 0;
    for (std::size_t i = 0; i < picture.rgb.size(); ++i)
        result = std::max(result, std::abs(picture.rgb[i] - colour[i % 3]));
    return result;
}

class ConverterFormats : public testing::TestWithParam<AVPixelFormat> {};

/// The sizes are those at which swscale changes its ways: blocks of 16, odd, tiny.
TEST_P(ConverterFormats, SolidColoursInEverySizeMatrixAndRange) {
    constexpr std::array<std::array<int, 2>, 9> kSizes = {
        {{64, 48}, {768, 16}, {17, 8}, {33, 7}, {774, 6}, {1, 1}, {2, 2}, {15, 3}, {7, 9}}};
    Converter converter;
    for (const auto& [width, height] : kSizes)
        for (const Matrix& matrix : kMatrices)
            for (const AVColorRange range : {AVCOL_RANGE_MPEG, AVCOL_RANGE_JPEG})
                for (const Yuv colour : kColours) {
                    const FrameHandle frame = solid_frame(GetParam(), width, height, colour);
                    frame->colorspace = matrix.name;
                    frame->color_range = range;
                    const auto picture = converter.convert(*frame);
                    ASSERT_TRUE(picture) << picture.error().message;
                    ASSERT_EQ(picture->width, width);
                    ASSERT_EQ(picture->height, height);
                    EXPECT_LE(worst(*picture, expected_rgb(colour, matrix, range)), kTolerance)
                        << width << "x" << height << ", " << av_color_space_name(matrix.name) << ", range "
                        << range << ", luma " << colour.y;
                }
}

INSTANTIATE_TEST_SUITE_P(Converter, ConverterFormats,
                         testing::Values(AV_PIX_FMT_YUV420P, AV_PIX_FMT_NV12, AV_PIX_FMT_YUV422P,
                                         AV_PIX_FMT_YUV444P, AV_PIX_FMT_YUV420P10LE, AV_PIX_FMT_YUV422P10LE),
                         [](const auto& format) { return std::string(av_get_pix_fmt_name(format.param)); });

TEST(Converter, GuessesTheMatrixBySize) {
    Converter converter;
    const Yuv colour{81, 90, 210};
    const auto small = converter.convert(*solid_frame(AV_PIX_FMT_YUV420P, 704, 576, colour));
    const auto large = converter.convert(*solid_frame(AV_PIX_FMT_YUV420P, 1280, 720, colour));
    ASSERT_TRUE(small && large);
    EXPECT_LE(worst(*small, expected_rgb(colour, kMatrices[1], AVCOL_RANGE_MPEG)), kTolerance);
    EXPECT_LE(worst(*large, expected_rgb(colour, kMatrices[0], AVCOL_RANGE_MPEG)), kTolerance);
}

TEST(Converter, TheSamePictureGivesTheSameBytes) {
    const FrameHandle frame = solid_frame(AV_PIX_FMT_YUV420P, 320, 240, {120, 100, 140});
    Converter one;
    Converter other;
    EXPECT_EQ(one.convert(*frame)->rgb, other.convert(*frame)->rgb);
}

/// The tags of a file reach the conversion.
TEST(Converter, TakesMatrixAndRangeFromTheFile) {
    const ClipFolder clips;
    struct Case {
        std::string name;
        std::string matrix;
        std::string range;
    };
    for (const Case& tags : {Case{"601.mp4", "smpte170m", "tv"}, Case{"709.mp4", "bt709", "tv"},
                             Case{"601full.mp4", "smpte170m", "pc"}, Case{"709full.mp4", "bt709", "pc"}}) {
        const std::string clip = clips.make(
            tags.name,
            {"-f", "lavfi", "-i", "color=c=0xC83214:s=96x64:r=25,format=rgb24", "-frames:v", "2", "-vf",
             "scale=out_color_matrix=" + tags.matrix + ":out_range=" + tags.range +
                 ":flags=accurate_rnd,format=yuv444p",
             "-c:v", "libx264", "-qp", "0", "-colorspace", tags.matrix, "-color_range", tags.range});
        const auto watched = watch(clip, {}, Pictures::kKeep);
        ASSERT_TRUE(watched) << watched.error().message;
        EXPECT_LE(worst(watched->frames[0].picture, {0xC8, 0x32, 0x14}), kTolerance) << tags.name;
    }
}

}  // namespace
}  // namespace vitrina::video

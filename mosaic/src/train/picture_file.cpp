// JPEG by libjpeg-turbo, PNG by libpng.
#include "train/picture_file.h"

#include <algorithm>
#include <array>
#include <csetjmp>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <memory>

#include <jpeglib.h>
#include <png.h>

#include "mosaic/dataset.h"

namespace mosaic::train {

namespace {

constexpr std::uint64_t kPixelsMax = 100'000'000;
constexpr std::uint64_t kFileBytesMax = std::uint64_t{256} << 20;

struct JpegErrors {
    jpeg_error_mgr base;
    std::jmp_buf back;
    std::array<char, JMSG_LENGTH_MAX> message;
    bool damaged;
};

[[noreturn]] void jpeg_failed(j_common_ptr info) {
    auto* errors = reinterpret_cast<JpegErrors*>(info->err);
    info->err->format_message(info, errors->message.data());
    std::longjmp(errors->back, 1);  // libjpeg is C and expects it
}

void jpeg_warned(j_common_ptr info, int level) {
    if (level >= 0) return;
    auto* errors = reinterpret_cast<JpegErrors*>(info->err);
    if (!errors->damaged) info->err->format_message(info, errors->message.data());
    errors->damaged = true;
}

// The orientation, 1 to 8, of an EXIF block (TIFF 6.0, tag 274); 1 if there is none.
int exif_orientation(std::span<const std::uint8_t> exif) {
    constexpr std::size_t kHeader = 6;  // "Exif\0\0"
    if (exif.size() < kHeader + 8 || std::memcmp(exif.data(), "Exif\0\0", kHeader) != 0) return 1;
    const auto tiff = exif.subspan(kHeader);
    const bool little = tiff[0] == 'I';
    const auto number = [&](std::size_t at, std::size_t bytes) -> std::uint32_t {
        if (at + bytes > tiff.size()) return 0;
        std::uint32_t result = 0;
        for (std::size_t i = 0; i < bytes; ++i)
            result = result << 8U | tiff[little ? at + bytes - 1 - i : at + i];
        return result;
    };
    const std::size_t directory = number(4, 4);
    const std::size_t entries = number(directory, 2);
    for (std::size_t i = 0; i < entries; ++i) {
        const std::size_t entry = directory + 2 + i * 12;
        if (entry + 12 > tiff.size()) break;
        if (number(entry, 2) != 274) continue;
        const std::uint32_t orientation = number(entry + 8, 2);
        return orientation >= 1 && orientation <= 8 ? static_cast<int>(orientation) : 1;
    }
    return 1;
}

Picture turned(const Picture& from, int orientation) {
    const bool swap = orientation >= 5;
    Picture to;
    to.width = swap ? from.height : from.width;
    to.height = swap ? from.width : from.height;
    to.rgb.resize(from.rgb.size());
    const bool mirror_x = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
    const bool mirror_y = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
    for (std::int64_t y = 0; y < to.height; ++y) {
        for (std::int64_t x = 0; x < to.width; ++x) {
            // Position in the stored picture.
            std::int64_t sx = swap ? y : x;
            std::int64_t sy = swap ? x : y;
            if (mirror_x) sx = from.width - 1 - sx;
            if (mirror_y) sy = from.height - 1 - sy;
            std::copy_n(&from.rgb[static_cast<std::size_t>((sy * from.width + sx) * 3)], 3,
                        &to.rgb[static_cast<std::size_t>((y * to.width + x) * 3)]);
        }
    }
    return to;
}

// What decode_jpeg leaves: nothing in it may be destroyed by longjmp.
struct Decoded {
    Picture picture;
    std::string error;
    int orientation = 1;
};

void read_rows(jpeg_decompress_struct& info, Picture& picture) {
    while (info.output_scanline < info.output_height) {
        JSAMPROW row = &picture.rgb[static_cast<std::size_t>(info.output_scanline) *
                                    static_cast<std::size_t>(picture.width) * 3];
        jpeg_read_scanlines(&info, &row, 1);
    }
}

void choose_scale(jpeg_decompress_struct& info, std::int64_t side_min) {
    info.scale_num = 8;
    info.scale_denom = 8;
    if (side_min <= 0) return;
    const std::int64_t shorter = std::min(info.image_width, info.image_height);
    while (info.scale_num > 1 && shorter * (info.scale_num / 2) / 8 >= side_min)
        info.scale_num /= 2;
}

void decode_jpeg(std::span<const std::uint8_t> bytes, std::int64_t side_min, Decoded& decoded) {
    jpeg_decompress_struct info{};
    JpegErrors errors{};
    info.err = jpeg_std_error(&errors.base);
    errors.base.error_exit = jpeg_failed;
    errors.base.emit_message = jpeg_warned;
    if (setjmp(errors.back) != 0) {
        decoded.error = errors.message.data();
        jpeg_destroy_decompress(&info);
        return;
    }
    jpeg_create_decompress(&info);
    jpeg_mem_src(&info, bytes.data(), bytes.size());
    jpeg_save_markers(&info, JPEG_APP0 + 1, 0xFFFF);
    jpeg_read_header(&info, TRUE);
    if (std::uint64_t{info.image_width} * info.image_height > kPixelsMax) {
        decoded.error = "has more than 100 megapixels";
        jpeg_destroy_decompress(&info);
        return;
    }
    for (jpeg_saved_marker_ptr marker = info.marker_list; marker != nullptr; marker = marker->next) {
        if (marker->marker == JPEG_APP0 + 1 && decoded.orientation == 1)
            decoded.orientation = exif_orientation({marker->data, marker->data_length});
    }
    info.out_color_space = JCS_RGB;
    choose_scale(info, side_min);
    jpeg_start_decompress(&info);
    decoded.picture.width = info.output_width;
    decoded.picture.height = info.output_height;
    decoded.picture.rgb.resize(std::size_t{info.output_width} * info.output_height * 3);
    read_rows(info, decoded.picture);
    jpeg_finish_decompress(&info);
    if (errors.damaged) decoded.error = std::string("damaged: ") + errors.message.data();
    jpeg_destroy_decompress(&info);
}

void decode_png(std::span<const std::uint8_t> bytes, Decoded& decoded) {
    png_image image{};
    image.version = PNG_IMAGE_VERSION;
    if (png_image_begin_read_from_memory(&image, bytes.data(), bytes.size()) == 0) {
        decoded.error = image.message;
        return;
    }
    if (std::uint64_t{image.width} * image.height > kPixelsMax) {
        decoded.error = "has more than 100 megapixels";
        png_image_free(&image);
        return;
    }
    image.format = PNG_FORMAT_RGB;
    decoded.picture.width = image.width;
    decoded.picture.height = image.height;
    decoded.picture.rgb.resize(PNG_IMAGE_SIZE(image));
    const png_color white = {255, 255, 255};
    if (png_image_finish_read(&image, &white, decoded.picture.rgb.data(), 0, nullptr) == 0) {
        decoded.error = image.message;
    }
    png_image_free(&image);
}

}  // namespace

Result<std::vector<std::uint8_t>> read_bytes(const std::filesystem::path& path) {
    std::error_code error;
    const auto size = std::filesystem::file_size(path, error);
    if (error) return failure(path.string() + ": " + error.message());
    if (size > kFileBytesMax) return failure(path.string() + ": larger than 256 MB");
    std::vector<std::uint8_t> bytes(size);
    std::ifstream file(path, std::ios::binary);
    file.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(size));
    if (!file) return failure(path.string() + ": can't be read");
    return bytes;
}

Result<Picture> decode_picture(std::span<const std::uint8_t> bytes, std::int64_t side_min) {
    Decoded decoded;
    if (bytes.size() > 3 && bytes[0] == 0xFF && bytes[1] == 0xD8) {
        decode_jpeg(bytes, side_min, decoded);
    } else if (bytes.size() > 8 && png_sig_cmp(bytes.data(), 0, 8) == 0) {
        decode_png(bytes, decoded);
    } else {
        return failure(bytes.empty() ? "is empty" : "is neither JPEG nor PNG");
    }
    if (!decoded.error.empty()) return failure(decoded.error);
    if (decoded.picture.width < 1 || decoded.picture.height < 1) return failure("has no pixels");
    if (decoded.orientation != 1) return turned(decoded.picture, decoded.orientation);
    return std::move(decoded.picture);
}

Result<Picture> read_picture(const std::filesystem::path& path, std::int64_t side_min) {
    MOSAIC_TRY_ASSIGN(const auto bytes, read_bytes(path));
    auto picture = decode_picture(bytes, side_min);
    if (!picture) return failure(path.string() + ": " + picture.error().message);
    return picture;
}

Result<std::vector<std::uint8_t>> encode_png(const Picture& picture) {
    png_image image{};
    image.version = PNG_IMAGE_VERSION;
    image.width = static_cast<png_uint_32>(picture.width);
    image.height = static_cast<png_uint_32>(picture.height);
    image.format = PNG_FORMAT_RGB;
    png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(image);
    std::vector<std::uint8_t> bytes(size);
    if (png_image_write_to_memory(&image, bytes.data(), &size, 0, picture.rgb.data(), 0, nullptr) == 0) {
        return failure(image.message);
    }
    bytes.resize(size);
    return bytes;
}

Result<void> write_png(const std::filesystem::path& path, const Picture& picture) {
    auto bytes = encode_png(picture);
    if (!bytes) return failure(path.string() + ": " + bytes.error().message);
    std::ofstream file(path, std::ios::binary);
    file.write(reinterpret_cast<const char*>(bytes->data()), static_cast<std::streamsize>(bytes->size()));
    file.close();
    if (!file) return failure(path.string() + ": can't be written");
    return {};
}

}  // namespace mosaic::train

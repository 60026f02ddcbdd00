#include "base/png.h"

#include <cerrno>
#include <cstddef>
#include <fstream>
#include <string>
#include <system_error>
#include <vector>

#include <png.h>

namespace vitrina {
namespace {

Result<std::vector<std::uint8_t>> encode(int width, int height, std::span<const std::uint8_t> rgb) {
    png_image image{};
    image.version = PNG_IMAGE_VERSION;
    image.width = static_cast<png_uint_32>(width);
    image.height = static_cast<png_uint_32>(height);
    image.format = PNG_FORMAT_RGB;
    png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(image);
    std::vector<std::uint8_t> bytes(size);
    if (png_image_write_to_memory(&image, bytes.data(), &size, 0, rgb.data(), 0, nullptr) == 0)
        return failed(std::string("PNG: ") + image.message);
    bytes.resize(size);
    return bytes;
}

}  // namespace

Result<RgbImage> read_png(std::span<const std::uint8_t> bytes, std::int64_t pixels_max) {
    png_image image{};
    image.version = PNG_IMAGE_VERSION;
    if (png_image_begin_read_from_memory(&image, bytes.data(), bytes.size()) == 0)
        return misconfigured(std::string("is no PNG that can be read: ") + image.message);
    const std::int64_t pixels = std::int64_t{image.width} * image.height;
    if (pixels > pixels_max) {
        png_image_free(&image);
        return misconfigured("has " + std::to_string(image.width) + " x " + std::to_string(image.height) +
                             " pixels, which is " + std::to_string((pixels + 500'000) / 1'000'000) +
                             " megapixels; " + std::to_string(pixels_max / 1'000'000) + " are the most");
    }
    image.format = PNG_FORMAT_RGB;
    RgbImage result;
    result.width = static_cast<int>(image.width);
    result.height = static_cast<int>(image.height);
    result.rgb.resize(PNG_IMAGE_SIZE(image));
    const png_color white = {255, 255, 255};
    if (png_image_finish_read(&image, &white, result.rgb.data(), 0, nullptr) == 0)
        return misconfigured(std::string("is a damaged PNG: ") + image.message);
    return result;
}

Result<std::vector<std::uint8_t>> encode_png(const RgbImage& image) {
    VITRINA_ASSERT(image.width > 0 && image.height > 0);
    return encode(image.width, image.height, image.rgb);
}

Result<void> write_png(const std::filesystem::path& path, int width, int height,
                       std::span<const std::uint8_t> rgb) {
    VITRINA_ASSERT(width > 0 && height > 0);
    VITRINA_ASSERT(rgb.size() == static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 3);
    auto bytes = encode(width, height, rgb);
    if (!bytes) return with_context(path.string(), bytes.error());
    errno = 0;
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    if (!file) return failed(path.string() + ": can't be written: " + std::generic_category().message(errno));
    file.write(reinterpret_cast<const char*>(bytes->data()), static_cast<std::streamsize>(bytes->size()));
    file.close();
    if (file.good()) return {};
    const std::string reason = std::generic_category().message(errno);
    std::error_code ignored;
    if (std::filesystem::is_regular_file(path, ignored)) std::filesystem::remove(path, ignored);
    return failed(path.string() + ": can't be written: " + reason);
}

}  // namespace vitrina

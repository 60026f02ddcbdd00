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

Result<std::vector<char>> encode(int width, int height, std::span<const std::uint8_t> rgb) {
    png_image image{};
    image.version = PNG_IMAGE_VERSION;
    image.width = static_cast<png_uint_32>(width);
    image.height = static_cast<png_uint_32>(height);
    image.format = PNG_FORMAT_RGB;
    png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(image);
    std::vector<char> bytes(size);
    if (png_image_write_to_memory(&image, bytes.data(), &size, 0, rgb.data(), 0, nullptr) == 0)
        return failed(std::string("PNG: ") + image.message);
    bytes.resize(size);
    return bytes;
}

}  // namespace

Result<void> write_png(const std::filesystem::path& path, int width, int height,
                       std::span<const std::uint8_t> rgb) {
    VITRINA_ASSERT(width > 0 && height > 0);
    VITRINA_ASSERT(rgb.size() == static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 3);
    auto bytes = encode(width, height, rgb);
    if (!bytes) return with_context(path.string(), bytes.error());
    errno = 0;
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    if (!file) return failed(path.string() + ": can't be written: " + std::generic_category().message(errno));
    file.write(bytes->data(), static_cast<std::streamsize>(bytes->size()));
    file.close();
    if (file.good()) return {};
    const std::string reason = std::generic_category().message(errno);
    std::error_code ignored;
    if (std::filesystem::is_regular_file(path, ignored)) std::filesystem::remove(path, ignored);
    return failed(path.string() + ": can't be written: " + reason);
}

}  // namespace vitrina

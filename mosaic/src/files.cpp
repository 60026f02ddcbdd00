#include "files.h"

#include <fstream>

namespace mosaic {

Result<void> append_file(const std::filesystem::path& path, std::uintmax_t bytes_max,
                         std::vector<std::byte>& bytes) {
    std::error_code error;
    if (!std::filesystem::exists(path, error)) return failure(path.string() + ": no such file");
    if (!std::filesystem::is_regular_file(path, error))
        return failure(path.string() + ": not a regular file");
    const std::uintmax_t size = std::filesystem::file_size(path, error);
    if (error) return failure(path.string() + ": " + error.message());
    if (size > bytes_max) {
        return failure(path.string() + ": " + std::to_string(size) + " bytes, more than the limit of " +
                       std::to_string(bytes_max));
    }
    std::ifstream file(path, std::ios::binary);
    const std::size_t before = bytes.size();
    bytes.resize(before + size);
    if (!file.read(reinterpret_cast<char*>(bytes.data() + before), static_cast<std::streamsize>(size))) {
        return failure(path.string() + ": can't be read");
    }
    return {};
}

}  // namespace mosaic

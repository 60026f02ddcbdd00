#include "teach/whole_file.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

namespace vitrina::teach {
namespace {

namespace fs = std::filesystem;

// 0, or errno.
int write_all(int file, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(file, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return errno;
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return ::fsync(file) == 0 ? 0 : errno;
}

tl::unexpected<Error> cannot_write(const fs::path& path, int reason) {
    if (reason == ENOSPC || reason == EDQUOT)
        return failed(fmt::format("{}: can't be written: the disk is full", path.string()));
    return failed(fmt::format("{}: can't be written: {}", path.string(), std::strerror(reason)));
}

}  // namespace

Result<void> write_whole(const fs::path& path, std::string_view bytes) {
    std::error_code error;
    fs::create_directories(path.parent_path(), error);
    if (error) return cannot_write(path, error.value());
    const fs::path part = path.string() + ".part";
    const int file = ::open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file < 0) return cannot_write(path, errno);
    int reason = write_all(file, bytes);
    if (::close(file) != 0 && reason == 0) reason = errno;
    if (reason == 0 && ::rename(part.c_str(), path.c_str()) != 0) reason = errno;
    if (reason == 0) return {};
    fs::remove(part, error);
    return cannot_write(path, reason);
}

Result<std::string> read_whole(const fs::path& path, std::uintmax_t bytes_max) {
    std::error_code error;
    const std::uintmax_t size = fs::file_size(path, error);
    if (error) return failed(fmt::format("{}: {}", path.string(), error.message()));
    if (size > bytes_max) return failed(fmt::format("{}: is larger than {} bytes", path.string(), bytes_max));
    std::string bytes(size, '\0');
    std::ifstream file(path, std::ios::binary);
    file.read(bytes.data(), static_cast<std::streamsize>(size));
    if (!file) return failed(fmt::format("{}: can't be read", path.string()));
    return bytes;
}

}  // namespace vitrina::teach

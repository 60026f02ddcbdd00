#include "app/line_file.h"

#include <cerrno>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace vitrina::app {
namespace {

// Written in pieces of this size: few enough system calls, little enough to lose if the computer stops.
constexpr std::size_t kFlushBytes = 64 * 1024;

}  // namespace

Result<LineFile> LineFile::create(const std::filesystem::path& path, const std::filesystem::path& name) {
    const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (descriptor < 0) return failed(name.string() + ": " + std::generic_category().message(errno));
    return LineFile(name, descriptor);
}

LineFile::LineFile(std::filesystem::path name, int descriptor)
    : name_(std::move(name)), descriptor_(descriptor) {}

LineFile::LineFile(LineFile&& other) noexcept
    : name_(std::move(other.name_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      waiting_(std::move(other.waiting_)),
      written_(other.written_),
      last_line_end_(other.last_line_end_) {}

LineFile::~LineFile() {
    if (descriptor_ >= 0) static_cast<void>(close());
}

Result<void> LineFile::write(std::string_view line) {
    waiting_ += line;
    waiting_ += '\n';
    if (waiting_.size() < kFlushBytes) return {};
    return flush();
}

Result<void> LineFile::flush() {
    while (!waiting_.empty()) {
        const ssize_t count = ::write(descriptor_, waiting_.data(), waiting_.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return trouble(errno);
        const std::size_t line_end = waiting_.rfind('\n', static_cast<std::size_t>(count) - 1);
        if (line_end < static_cast<std::size_t>(count))
            last_line_end_ = written_ + static_cast<std::int64_t>(line_end) + 1;
        written_ += count;
        waiting_.erase(0, static_cast<std::size_t>(count));
    }
    return {};
}

Result<void> LineFile::close() {
    Result<void> result = flush();
    if (!result && written_ > last_line_end_ && ::ftruncate(descriptor_, last_line_end_) != 0)
        result = trouble(errno);
    if (::close(descriptor_) != 0 && result) result = trouble(errno);
    descriptor_ = -1;
    return result;
}

tl::unexpected<Error> LineFile::trouble(int error) const {
    return failed(name_.string() + ": " + std::generic_category().message(error));
}

}  // namespace vitrina::app

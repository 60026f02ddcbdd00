#include "video/local_file.h"

#include <cerrno>
#include <cstdio>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

extern "C" {
#include <libavutil/error.h>
#include <libavutil/mem.h>
}

namespace vitrina::video {
namespace {

/// One system call for several compressed pictures.
constexpr int kBufferBytes = 64 * 1024;

std::string system_message(int code) {
    return std::generic_category().message(code);
}

/// "concat:a|b" looks like an address to who knows FFmpeg, and like the name of a file to us.
std::string missing_message(const std::string& path) {
    if (const std::size_t colon = path.find(':'); colon != std::string::npos && colon > 0)
        return fmt::format("no such file, and \"{}\" is not an address that is opened",
                           path.substr(0, colon + 1));
    return "no such file";
}

Result<void> check_readable(const std::string& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0)
        return failed(errno == ENOENT ? missing_message(path) : system_message(errno));
    if (S_ISDIR(status.st_mode)) return failed("is a directory");
    if (!S_ISREG(status.st_mode)) return failed("is not a regular file");
    if (status.st_size == 0) return failed("the file is empty");
    return {};
}

}  // namespace

Result<std::unique_ptr<LocalFile>> LocalFile::open(const std::string& path) {
    TRY(check_readable(path));
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return failed(system_message(errno));
    std::unique_ptr<LocalFile> file(new LocalFile(descriptor));
    auto* buffer = static_cast<unsigned char*>(av_malloc(kBufferBytes));
    if (buffer == nullptr) return failed("no memory to read it");
    constexpr int kReadOnly = 0;
    file->io_ = avio_alloc_context(buffer, kBufferBytes, kReadOnly, file.get(), &LocalFile::read, nullptr,
                                   &LocalFile::seek);
    if (file->io_ == nullptr) {
        av_free(buffer);
        return failed("no memory to read it");
    }
    return file;
}

LocalFile::~LocalFile() {
    if (io_ != nullptr) av_freep(static_cast<void*>(&io_->buffer));
    avio_context_free(&io_);
    ::close(descriptor_);
}

int LocalFile::read(void* self, std::uint8_t* buffer, int size) {
    while (true) {
        const ssize_t count =
            ::read(static_cast<LocalFile*>(self)->descriptor_, buffer, static_cast<std::size_t>(size));
        if (count > 0) return static_cast<int>(count);
        if (count == 0) return AVERROR_EOF;
        if (errno != EINTR) return AVERROR(errno);
    }
}

std::int64_t LocalFile::seek(void* self, std::int64_t offset, int whence) {
    const int descriptor = static_cast<LocalFile*>(self)->descriptor_;
    if ((whence & AVSEEK_SIZE) != 0) {
        struct stat status {};
        return ::fstat(descriptor, &status) == 0 ? std::int64_t{status.st_size} : AVERROR(errno);
    }
    const off_t position = ::lseek(descriptor, offset, whence & ~AVSEEK_FORCE);
    return position >= 0 ? std::int64_t{position} : AVERROR(errno);
}

}  // namespace vitrina::video

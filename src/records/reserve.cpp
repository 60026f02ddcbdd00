#include "records/reserve.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

namespace vitrina::records {
namespace {

constexpr std::int64_t kStatBlockBytes = 512;  // POSIX: the unit of st_blocks
constexpr std::int64_t kFreeShare = 10;        // a tenth of the disk

class Descriptor {
  public:
    explicit Descriptor(int value) : value_(value) {}
    ~Descriptor() {
        if (value_ >= 0) ::close(value_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    [[nodiscard]] int get() const { return value_; }

  private:
    int value_;
};

/// What the file really has on the disk: a copy of it may be nothing but a hole.
std::int64_t allocated(const std::filesystem::path& path) {
    struct stat status {};
    return ::stat(path.c_str(), &status) == 0 ? std::int64_t{status.st_blocks} * kStatBlockBytes : 0;
}

/// Where the file is, or would be: the folder may be made later.
std::filesystem::path folder_there(const std::filesystem::path& file) {
    std::error_code error;
    std::filesystem::path folder = std::filesystem::absolute(file, error).parent_path();
    while (!std::filesystem::exists(folder, error) && folder.has_relative_path())
        folder = folder.parent_path();
    return folder;
}

struct Disk {
    std::int64_t available = 0;
    std::int64_t capacity = 0;
};

/// All zero where it can't be asked.
Disk disk_of(const std::filesystem::path& file) {
    struct statvfs disk {};
    if (::statvfs(folder_there(file).c_str(), &disk) != 0) return {};
    const auto block = static_cast<std::int64_t>(disk.f_frsize);
    return {static_cast<std::int64_t>(disk.f_bavail) * block,
            static_cast<std::int64_t>(disk.f_blocks) * block};
}

}  // namespace

Reserve::Reserve(std::filesystem::path path, std::int64_t bytes) : path_(std::move(path)), bytes_(bytes) {}

bool Reserve::fits() const {
    const std::int64_t wanted = bytes_ - allocated(path_);
    if (bytes_ <= 0 || wanted <= 0) return true;
    const Disk disk = disk_of(path_);
    return disk.available - wanted >= std::min(disk.capacity / kFreeShare, bytes_);
}

void Reserve::take() {
    if (bytes_ <= 0) return;
    const MutexLock lock(taking_);
    std::filesystem::path half = path_;  // which nobody is to take for one that was given back
    half += ".new";
    std::error_code ignored;  // what can't be removed was not there, and what can't be made is missing
    std::filesystem::remove(half, ignored);
    const std::int64_t there = allocated(path_);
    if (there >= bytes_) {  // larger, perhaps
        std::filesystem::resize_file(path_, static_cast<std::uintmax_t>(bytes_), ignored);
        return;
    }
    if (!fits()) return;
    if (there > 0) std::filesystem::remove(path_, ignored);
    if (allocate(half))
        std::filesystem::rename(half, path_, ignored);
    else
        std::filesystem::remove(half, ignored);
}

bool Reserve::give_back() {
    if (bytes_ <= 0) return false;
    std::error_code error;
    if (const auto size = std::filesystem::file_size(path_, error); error || size == 0) return false;
    std::filesystem::resize_file(path_, 0, error);
    return !error;
}

ReserveState Reserve::state() const {
    if (bytes_ <= 0 || allocated(path_) >= bytes_) return ReserveState::kKept;
    std::error_code error;
    const auto size = std::filesystem::file_size(path_, error);
    const bool was_given_back = !error && size == 0;
    return was_given_back && disk_of(path_).available < bytes_ ? ReserveState::kUsed
                                                               : ReserveState::kNotTaken;
}

bool Reserve::allocate(const std::filesystem::path& file) const {
    const Descriptor made(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR));
    return made.get() >= 0 && ::posix_fallocate(made.get(), 0, bytes_) == 0;
}

}  // namespace vitrina::records

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

bool leaves_room(int descriptor, std::int64_t wanted, std::int64_t bytes) {
    struct statvfs disk {};
    if (::fstatvfs(descriptor, &disk) != 0) return false;
    const auto block = static_cast<std::int64_t>(disk.f_frsize);
    const std::int64_t available = static_cast<std::int64_t>(disk.f_bavail) * block;
    const std::int64_t capacity = static_cast<std::int64_t>(disk.f_blocks) * block;
    return available - wanted >= std::min(capacity / kFreeShare, bytes);
}

}  // namespace

Reserve::Reserve(std::filesystem::path path, std::int64_t bytes) : path_(std::move(path)), bytes_(bytes) {}

void Reserve::take() {
    if (bytes_ <= 0) return;
    const MutexLock lock(taking_);
    if (allocate()) return;
    std::error_code ignored;  // what can't be removed was not there
    std::filesystem::remove(path_, ignored);
}

bool Reserve::give_back() {
    std::error_code ignored;  // as above
    return bytes_ > 0 && std::filesystem::remove(path_, ignored);
}

bool Reserve::missing() const {
    return bytes_ > 0 && allocated(path_) < bytes_;
}

bool Reserve::allocate() const {
    const std::int64_t wanted = bytes_ - allocated(path_);
    const Descriptor file(::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR));
    if (file.get() < 0) return false;
    if (wanted <= 0) return ::ftruncate(file.get(), bytes_) == 0;  // it was larger, perhaps
    return leaves_room(file.get(), wanted, bytes_) && ::posix_fallocate(file.get(), 0, bytes_) == 0;
}

}  // namespace vitrina::records

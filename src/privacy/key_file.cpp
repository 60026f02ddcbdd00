#include "privacy/key_file.h"

#include <cerrno>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

namespace vitrina::privacy {
namespace {

constexpr std::string_view kBegin = "vitrina-key-1 ";
constexpr std::size_t kBase64Length =
    sodium_base64_ENCODED_LEN(std::tuple_size_v<KeyBytes>, sodium_base64_VARIANT_ORIGINAL) - 1;
constexpr std::size_t kLineLength = kBegin.size() + kBase64Length + 1;

/// Text that doesn't stay in memory.
class SecretText {
  public:
    explicit SecretText(std::size_t size) : text_(size, '\0') {}
    ~SecretText() { sodium_memzero(text_.data(), text_.size()); }
    SecretText(const SecretText&) = delete;
    SecretText& operator=(const SecretText&) = delete;
    std::string& operator*() { return text_; }
    std::string* operator->() { return &text_; }

  private:
    std::string text_;
};

class Descriptor {
  public:
    explicit Descriptor(int number) : number_(number) {}
    ~Descriptor() {
        if (number_ >= 0) ::close(number_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    [[nodiscard]] int operator*() const { return number_; }
    explicit operator bool() const { return number_ >= 0; }

  private:
    int number_;
};

tl::unexpected<Error> trouble(const std::filesystem::path& file, std::string_view what, int error) {
    return failed(
        fmt::format("{}: the key {}: {}", file.string(), what, std::generic_category().message(error)));
}

Result<void> check_access(const std::filesystem::path& file, int descriptor) {
    struct stat status {};
    if (::fstat(descriptor, &status) != 0) return trouble(file, "can't be read", errno);
    if (!S_ISREG(status.st_mode)) return failed(file.string() + ": is not a file with a key");
    if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        return failed(
            fmt::format("{}: the key can be used by others (mode {:03o}); chmod 600 it, and "
                        "think about who has seen it",
                        file.string(), status.st_mode & 0777U));
    return {};
}

/// How much was read: up to `size` bytes, less at the end of the file; nothing when it can't be read.
std::optional<std::size_t> read_up_to(int descriptor, char* to, std::size_t size) {
    std::size_t done = 0;
    while (done < size) {
        const ssize_t count = ::read(descriptor, to + done, size - done);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return std::nullopt;
        if (count == 0) break;
        done += static_cast<std::size_t>(count);
    }
    return done;
}

bool write_all(int descriptor, std::string_view text) {
    while (!text.empty()) {
        const ssize_t count = ::write(descriptor, text.data(), text.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return false;
        text.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
}

bool parse_line(std::string_view line, KeyBytes& key) {
    if (line.size() != kLineLength || !line.starts_with(kBegin) || line.back() != '\n') return false;
    const std::string_view base64 = line.substr(kBegin.size(), kBase64Length);
    std::size_t length = 0;
    return sodium_base642bin(key.data(), key.size(), base64.data(), base64.size(), nullptr, &length, nullptr,
                             sodium_base64_VARIANT_ORIGINAL) == 0 &&
           length == key.size();
}

/// False when there is no such file.
Result<bool> read_key(const std::filesystem::path& file, KeyBytes& key) {
    // Not to wait for ever where somebody put a pipe.
    const Descriptor descriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!descriptor && errno == ENOENT) return false;
    if (!descriptor) return trouble(file, "can't be read", errno);
    TRY(check_access(file, *descriptor));
    SecretText line(kLineLength + 1);  // one more, to see that nothing follows
    const auto size = read_up_to(*descriptor, line->data(), line->size());
    if (!size) return trouble(file, "can't be read", errno);
    if (!parse_line(std::string_view(*line).substr(0, *size), key))
        return failed(file.string() +
                      ": is not a key of Vitrina; put the right file back: what was sealed with the lost key "
                      "can't be read any more (without it, remove this file and give the cameras' passwords "
                      "again)");
    return true;
}

/// A new key under the name, whole or not at all. Another process that was quicker wins.
Result<void> make_key(const std::filesystem::path& file) {
    KeyBytes key{};
    randombytes_buf(key.data(), key.size());
    SecretText line(kBegin.size() + kBase64Length + 1);
    line->replace(0, kBegin.size(), kBegin);
    sodium_bin2base64(line->data() + kBegin.size(), kBase64Length + 1, key.data(), key.size(),
                      sodium_base64_VARIANT_ORIGINAL);
    line->back() = '\n';
    sodium_memzero(key.data(), key.size());

    std::string part = file.string() + ".XXXXXX";
    const Descriptor descriptor(::mkostemp(part.data(), O_CLOEXEC));  // mode 0600
    if (!descriptor) return trouble(file, "can't be made", errno);
    const bool written = write_all(*descriptor, *line) && ::fsync(*descriptor) == 0;
    int error = written ? 0 : errno;
    // Unlike rename, link() doesn't replace a key that others may have begun to use.
    if (written && ::link(part.c_str(), file.c_str()) != 0 && errno != EEXIST) error = errno;
    ::unlink(part.c_str());
    if (error != 0) return trouble(file, "can't be made", error);
    sync_folder_of(file);
    return {};
}

}  // namespace

void sync_folder_of(const std::filesystem::path& file) {
    const auto folder = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
    const Descriptor descriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (descriptor) static_cast<void>(::fsync(*descriptor));  // some file systems can't
}

Result<void> read_or_make_key(const std::filesystem::path& file, KeyBytes& key) {
    TRY_ASSIGN(const bool found, read_key(file, key));
    if (found) return {};
    TRY(make_key(file));
    TRY_ASSIGN(const bool made, read_key(file, key));
    if (!made) return failed(file.string() + ": the key was removed while it was made");
    return {};
}

Result<void> read_key_file(const std::filesystem::path& file, KeyBytes& key) {
    TRY_ASSIGN(const bool found, read_key(file, key));
    if (!found) return failed(file.string() + ": the key is not there; put it back");
    return {};
}

namespace {

Result<void> write_to(const std::filesystem::path& file, int how, std::string_view text) {
    const Descriptor descriptor(::open(file.c_str(), O_WRONLY | O_CLOEXEC | how, S_IRUSR | S_IWUSR));
    if (!descriptor || !write_all(*descriptor, text) || ::fsync(*descriptor) != 0)
        return trouble(file, "can't be written", errno);
    return {};
}

}  // namespace

Result<std::optional<std::string>> read_private(const std::filesystem::path& file) {
    constexpr std::size_t kPiece = std::size_t{64} << 10;
    const Descriptor descriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!descriptor && errno == ENOENT) return std::nullopt;
    if (!descriptor) return trouble(file, "can't be read", errno);
    std::string text;
    while (true) {
        const std::size_t before = text.size();
        text.resize(before + kPiece);
        const auto size = read_up_to(*descriptor, text.data() + before, kPiece);
        if (!size) return trouble(file, "can't be read", errno);
        text.resize(before + *size);
        if (*size < kPiece) return text;
    }
}

Result<void> write_private(const std::filesystem::path& file, std::string_view text) {
    return write_to(file, O_CREAT | O_TRUNC, text);
}

Result<void> append_private(const std::filesystem::path& file, std::string_view text) {
    return write_to(file, O_APPEND, text);
}

}  // namespace vitrina::privacy

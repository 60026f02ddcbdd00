#include "train/tensor_file.h"

#include <bit>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <system_error>

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

namespace mosaic::train {

namespace {

static_assert(std::endian::native == std::endian::little, "the file's numbers are little-endian");

constexpr std::string_view kMagic = "MOSAICT1";
// A header larger than this is damage, not a network.
constexpr std::uint64_t kHeaderBytesMax = std::uint64_t{64} << 20;

std::uint64_t hash(std::string_view bytes, std::uint64_t state) {
    for (const char byte : bytes)
        state = (state ^ static_cast<unsigned char>(byte)) * 0x100000001B3U;
    return state;
}
constexpr std::uint64_t kHashStart = 0xCBF29CE484222325U;

// Owns a descriptor; remembers the first failure.
class Writer {
  public:
    explicit Writer(const std::filesystem::path& path)
        : file_(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644)) {
        if (file_ < 0) error_ = errno;
    }
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;
    ~Writer() { close(); }

    void write(std::string_view bytes) {
        hash_ = hash(bytes, hash_);
        while (error_ == 0 && !bytes.empty()) {
            const auto count = ::write(file_, bytes.data(), bytes.size());
            if (count < 0 && errno == EINTR) continue;
            if (count <= 0) {
                error_ = count < 0 ? errno : ENOSPC;
                return;
            }
            bytes.remove_prefix(static_cast<std::size_t>(count));
        }
    }
    void finish() {
        const std::uint64_t sum = hash_;
        write({reinterpret_cast<const char*>(&sum), sizeof(sum)});
        if (error_ == 0 && ::fsync(file_) != 0) error_ = errno;
        close();
    }
    [[nodiscard]] int error() const { return error_; }

  private:
    void close() {
        if (file_ >= 0 && ::close(file_) != 0 && error_ == 0) error_ = errno;
        file_ = -1;
    }

    int file_;
    int error_ = 0;
    std::uint64_t hash_ = kHashStart;
};

std::string_view bytes_of(const std::vector<float>& tensor) {
    return {reinterpret_cast<const char*>(tensor.data()), tensor.size() * sizeof(float)};
}

Result<TensorFile> parse(std::string_view bytes) {
    constexpr std::size_t kFixed = kMagic.size() + sizeof(std::uint64_t);
    if (bytes.size() < kFixed + sizeof(std::uint64_t) || !bytes.starts_with(kMagic)) {
        return failure("is no model or checkpoint of mosaic");
    }
    std::uint64_t sum = 0;
    std::memcpy(&sum, bytes.data() + bytes.size() - sizeof(sum), sizeof(sum));
    bytes.remove_suffix(sizeof(sum));
    if (hash(bytes, kHashStart) != sum) return failure("is damaged or cut short");
    std::uint64_t length = 0;
    std::memcpy(&length, bytes.data() + kMagic.size(), sizeof(length));
    bytes.remove_prefix(kFixed);
    if (length > kHeaderBytesMax || length > bytes.size()) return failure("is damaged");
    const auto header = nlohmann::json::parse(bytes.substr(0, length), nullptr, false);
    bytes.remove_prefix(length);
    if (!header.is_object() || !header.contains("tensors") || !header["tensors"].is_array()) {
        return failure("is damaged");
    }
    TensorFile file;
    file.meta = header.value("meta", nlohmann::json::object()).dump();
    for (const auto& entry : header["tensors"]) {
        const auto count = entry.value("count", std::uint64_t{0});
        if (count > bytes.size() / sizeof(float)) return failure("is damaged");
        std::vector<float> elements(count);
        if (count > 0) std::memcpy(elements.data(), bytes.data(), count * sizeof(float));
        bytes.remove_prefix(count * sizeof(float));
        file.tensors[entry.value("name", "")] = std::move(elements);
    }
    return file;
}

std::string numbered(const char* what, std::size_t i) {
    return std::string(what) + "/" + std::to_string(i);
}

}  // namespace

Result<void> write_tensor_file(const std::filesystem::path& path, const TensorFile& file) {
    nlohmann::json header;
    header["meta"] = nlohmann::json::parse(file.meta, nullptr, false);
    header["tensors"] = nlohmann::json::array();
    for (const auto& [name, tensor] : file.tensors)
        header["tensors"].push_back({{"name", name}, {"count", tensor.size()}});
    const std::string text = header.dump();
    const std::uint64_t length = text.size();
    std::filesystem::path beside = path;
    beside += ".part";
    Writer writer(beside);
    writer.write(kMagic);
    writer.write({reinterpret_cast<const char*>(&length), sizeof(length)});
    writer.write(text);
    for (const auto& [name, tensor] : file.tensors)
        writer.write(bytes_of(tensor));
    writer.finish();
    std::error_code error(writer.error(), std::generic_category());
    if (!error) std::filesystem::rename(beside, path, error);
    if (!error) return {};
    std::error_code ignored;
    std::filesystem::remove(beside, ignored);
    return failure(path.string() + ": can't be written: " + error.message() + "; what was there stays");
}

Result<TensorFile> read_tensor_file(const std::filesystem::path& path) {
    std::ifstream stream(path, std::ios::binary);
    if (!stream) return failure(path.string() + ": can't be opened");
    const std::string bytes((std::istreambuf_iterator<char>(stream)), std::istreambuf_iterator<char>());
    try {
        auto file = parse(bytes);
        if (!file) return failure(path.string() + ": " + file.error().message);
        return file;
    } catch (const nlohmann::json::exception& exception) {
        return failure(path.string() + ": is damaged: " + exception.what());
    }
}

void put_numbered(const char* what, const std::vector<std::vector<float>>& tensors, TensorFile& file) {
    for (std::size_t i = 0; i < tensors.size(); ++i)
        file.tensors[numbered(what, i)] = tensors[i];
}

Result<std::vector<std::vector<float>>> take_numbered(TensorFile& file, const char* what,
                                                      const std::vector<std::vector<float>>& like) {
    std::vector<std::vector<float>> taken;
    taken.reserve(like.size());
    for (std::size_t i = 0; i < like.size(); ++i) {
        const auto found = file.tensors.find(numbered(what, i));
        if (found == file.tensors.end() || found->second.size() != like[i].size()) {
            return failure("lacks " + numbered(what, i));
        }
        taken.push_back(std::move(found->second));
    }
    return taken;
}

std::vector<std::vector<float>> take_numbered(TensorFile& file, const char* what) {
    std::vector<std::vector<float>> taken;
    for (auto found = file.tensors.find(numbered(what, 0)); found != file.tensors.end();
         found = file.tensors.find(numbered(what, taken.size())))
        taken.push_back(std::move(found->second));
    return taken;
}

}  // namespace mosaic::train

#include "teach/picture_store.h"

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <span>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sodium.h>
#include <sys/mman.h>
#include <unistd.h>

#include <mosaic/dataset.h>

#include "teach/whole_file.h"
#include "video/view.h"

namespace vitrina::teach {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kIdDigits = 32;
constexpr int kLookSide = 8;
// Of 255, of the 192 numbers of a look: what saving it anew at a lower quality changes at most, and on the
// mean.
constexpr int kLookApartMax = 14;
constexpr int kLookApartMeanMax = 3;
constexpr std::size_t kNoteBytesMax = 4096;

std::string hexadecimal(std::span<const std::uint8_t> bytes) {
    std::string text;
    text.reserve(bytes.size() * 2);
    for (const std::uint8_t byte : bytes)
        text += fmt::format("{:02x}", byte);
    return text;
}

std::string id_of(std::string_view bytes) {
    std::array<std::uint8_t, crypto_hash_sha256_BYTES> digest{};
    crypto_hash_sha256(digest.data(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
    return hexadecimal(digest).substr(0, kIdDigits);
}

std::uint32_t big_endian(std::string_view bytes, std::size_t at) {
    std::uint32_t number = 0;
    for (std::size_t i = 0; i < 4; ++i)
        number = number << 8U | static_cast<std::uint8_t>(bytes[at + i]);
    return number;
}

// A PNG that moves says so in a chunk before its pixels.
bool is_animated_png(std::string_view bytes) {
    for (std::size_t at = 8; at + 12 <= bytes.size();) {
        const std::string_view kind = bytes.substr(at + 4, 4);
        if (kind == "acTL") return true;
        if (kind == "IDAT") return false;
        at += std::size_t{12} + big_endian(bytes, at);
    }
    return false;
}

// Why these bytes are not a picture that can be taken, as far as their beginning says.
std::optional<std::string> why_refused(std::string_view bytes) {
    const bool is_jpeg = bytes.starts_with("\xFF\xD8\xFF");
    const bool is_png = bytes.starts_with("\x89PNG\r\n\x1A\n");
    if (bytes.empty()) return "is empty";
    if (bytes.size() > kPictureBytesMax)
        return fmt::format("is larger than {} MB; save it with a lower quality", kPictureBytesMax >> 20);
    if (is_png && is_animated_png(bytes))
        return "moves: it has several pictures in it; save the one that counts";
    if (is_jpeg || is_png) return std::nullopt;
    if (bytes.starts_with("GIF8")) return "is a GIF; save it as JPEG or PNG";
    if (bytes.size() > 12 && bytes.substr(8, 4) == "WEBP") return "is a WebP picture; save it as JPEG or PNG";
    if (bytes.size() > 12 && bytes.substr(4, 4) == "ftyp")
        return "is a HEIC picture or a film; save it as JPEG or PNG";
    return "is neither JPEG nor PNG";
}

Picture shrunk(const Picture& from, int width, int height) {
    Picture to{width, height, {}};
    to.rgb.resize(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 3);
    for (int y = 0; y < height; ++y) {
        const std::int64_t top = std::int64_t{y} * from.height / height;
        const std::int64_t bottom = std::max(top + 1, (std::int64_t{y} + 1) * from.height / height);
        for (int x = 0; x < width; ++x) {
            const std::int64_t left = std::int64_t{x} * from.width / width;
            const std::int64_t right = std::max(left + 1, (std::int64_t{x} + 1) * from.width / width);
            std::array<std::int64_t, 3> sum{};
            for (std::int64_t row = top; row < bottom; ++row)
                for (std::int64_t column = left; column < right; ++column)
                    for (std::size_t c = 0; c < 3; ++c)
                        sum[c] += from.rgb[static_cast<std::size_t>((row * from.width + column) * 3) + c];
            const std::int64_t pixels = (bottom - top) * (right - left);
            for (std::size_t c = 0; c < 3; ++c)
                to.rgb[(static_cast<std::size_t>(y) * static_cast<std::size_t>(width) +
                        static_cast<std::size_t>(x)) *
                           3 +
                       c] = static_cast<std::uint8_t>((sum[c] + pixels / 2) / pixels);
        }
    }
    return to;
}

Picture preview_of(const Picture& picture) {
    const int longer = std::max(picture.width, picture.height);
    const int wanted = std::min(longer, kPreviewPx);
    const auto side = [&](int own) { return std::max(1, own * wanted / longer); };
    return shrunk(picture, side(picture.width), side(picture.height));
}

std::string note_of(const StoredPicture& picture) {
    return nlohmann::json{{"width", picture.width},
                          {"height", picture.height},
                          {"bytes", picture.bytes},
                          {"look", hexadecimal(picture.look)}}
        .dump();
}

std::optional<StoredPicture> parse_note(const std::string& id, const std::string& text) {
    const auto json = nlohmann::json::parse(text, nullptr, false);
    if (!json.is_object()) return std::nullopt;
    StoredPicture picture;
    picture.id = id;
    picture.width = json.value("width", 0);
    picture.height = json.value("height", 0);
    picture.bytes = json.value("bytes", std::size_t{0});
    const std::string look = json.value("look", "");
    if (look.size() != picture.look.size() * 2) return std::nullopt;
    for (std::size_t i = 0; i < picture.look.size(); ++i)
        picture.look[i] = static_cast<std::uint8_t>(std::strtoul(look.substr(i * 2, 2).c_str(), nullptr, 16));
    return picture;
}

/// A file in memory alone: the decoder takes names of files.
class MemoryFile {
  public:
    explicit MemoryFile(std::string_view bytes) : file_(::memfd_create("picture", MFD_CLOEXEC)) {
        while (file_ >= 0 && !bytes.empty()) {
            const ssize_t written = ::write(file_, bytes.data(), bytes.size());
            if (written <= 0) break;
            bytes.remove_prefix(static_cast<std::size_t>(written));
        }
        is_whole_ = file_ >= 0 && bytes.empty();
    }
    MemoryFile(const MemoryFile&) = delete;
    MemoryFile& operator=(const MemoryFile&) = delete;
    ~MemoryFile() {
        if (file_ >= 0) ::close(file_);
    }
    [[nodiscard]] bool is_whole() const { return is_whole_; }
    [[nodiscard]] std::string path() const { return fmt::format("/proc/self/fd/{}", file_); }

  private:
    const int file_;
    bool is_whole_ = false;
};

}  // namespace

Result<Picture> decode_picture(const std::string& name, std::string_view bytes) {
    if (const auto why = why_refused(bytes)) return misconfigured(fmt::format("{}: {}", name, *why));
    const MemoryFile file(bytes);
    if (!file.is_whole()) return failed(fmt::format("{}: there is no memory for it", name));
    auto picture = mosaic::train::read_picture(file.path());
    if (!picture) {
        std::string why = picture.error().message;
        if (why.starts_with(file.path() + ": ")) why.erase(0, file.path().size() + 2);
        return misconfigured(fmt::format("{}: is damaged or can't be read: {}", name, why));
    }
    if (picture->width * picture->height > kPicturePixelsMax)
        return misconfigured(fmt::format("{}: has {} x {} pixels; at most {} megapixels are taken", name,
                                         picture->width, picture->height, kPicturePixelsMax / 1'000'000));
    if (std::min(picture->width, picture->height) < kPictureSideMin)
        return misconfigured(fmt::format("{}: has only {} x {} pixels; {} at least are needed each way", name,
                                         picture->width, picture->height, kPictureSideMin));
    return Picture{static_cast<int>(picture->width), static_cast<int>(picture->height),
                   std::move(picture->rgb)};
}

bool nearly_the_same(const FarLook& a, const FarLook& b) {
    int sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        const int apart = std::abs(a[i] - b[i]);
        if (apart > kLookApartMax) return false;
        sum += apart;
    }
    return sum <= kLookApartMeanMax * static_cast<int>(a.size());
}

bool is_picture_id(std::string_view id) {
    return id.size() == kIdDigits && std::all_of(id.begin(), id.end(), [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
           });
}

fs::path PictureStore::beside(const std::string& id, const char* ending) const {
    return folder_ / id.substr(0, 2) / (id + ending);
}

fs::path PictureStore::file_of(const std::string& id) const {
    // What training reads goes by the name's ending, whatever is inside.
    return beside(id, ".jpg");
}

Result<StoredPicture> PictureStore::add(const std::string& name, std::string_view bytes) {
    StoredPicture stored;
    stored.id = id_of(bytes);
    if (auto known = find(stored.id)) return known;
    TRY_ASSIGN(const Picture picture, decode_picture(name, bytes));
    stored.width = picture.width;
    stored.height = picture.height;
    stored.bytes = bytes.size();
    const Picture far = shrunk(picture, kLookSide, kLookSide);
    std::copy(far.rgb.begin(), far.rgb.end(), stored.look.begin());
    const auto jpeg = video::to_jpeg(preview_of(picture));
    const auto keep = [&]() -> Result<void> {
        TRY(write_whole(file_of(stored.id), bytes));
        TRY(write_whole(beside(stored.id, ".preview"),
                        {reinterpret_cast<const char*>(jpeg.data()), jpeg.size()}));
        // Last: with it the picture is there.
        return write_whole(beside(stored.id, ".json"), note_of(stored));
    };
    const MutexLock lock(adding_);
    auto kept = keep();
    if (kept) return stored;
    remove(stored.id);
    return tl::unexpected(std::move(kept).error());
}

Result<StoredPicture> PictureStore::find(const std::string& id) const {
    TRY_ASSIGN(const std::string text, read_whole(beside(id, ".json"), kNoteBytesMax));
    auto picture = parse_note(id, text);
    if (!picture) return failed(fmt::format("{}: is damaged", beside(id, ".json").string()));
    return *picture;
}

Result<std::string> PictureStore::preview_jpeg(const std::string& id) const {
    return read_whole(beside(id, ".preview"), kPictureBytesMax);
}

void PictureStore::remove(const std::string& id) {
    std::error_code ignored;
    for (const char* const ending : {".json", ".preview", ".jpg"})
        fs::remove(beside(id, ending), ignored);
}

void PictureStore::remove_all_but(const std::vector<std::string>& used) {
    std::error_code error;
    std::vector<fs::path> unused;
    for (auto walk = fs::recursive_directory_iterator(folder_, error);
         !error && walk != fs::recursive_directory_iterator(); walk.increment(error)) {
        if (!walk->is_regular_file(error)) continue;
        const std::string id = walk->path().filename().string().substr(0, kIdDigits);
        const bool is_part = walk->path().extension() == ".part";
        if (is_part || !std::binary_search(used.begin(), used.end(), id)) unused.push_back(walk->path());
    }
    for (const fs::path& path : unused)
        fs::remove(path, error);
}

}  // namespace vitrina::teach

// Pictures of goods, each kept once under a name that follows from its bytes, with a small copy for the
// screen and what tells it from others that look the same. Any thread: files of one content are the same
// files.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/mutex.h"
#include "base/result.h"
#include "domain/frame.h"

namespace vitrina::teach {

/// A photograph of a good camera has 5 to 12 MB; what is larger is a mistake, and would be held in memory.
inline constexpr std::size_t kPictureBytesMax = std::size_t{16} << 20;
/// Decoded, a picture takes three bytes a pixel for a moment.
inline constexpr std::int64_t kPicturePixelsMax = 50'000'000;
/// Of the shorter side. Less shows nothing of a thing.
inline constexpr int kPictureSideMin = 32;
/// Of the longer side of the copy for the screen.
inline constexpr int kPreviewPx = 480;

/// What a picture looks like from far away: 8x8 pixels, each as red, green, blue.
using FarLook = std::array<std::uint8_t, 192>;

struct StoredPicture {
    std::string id;  // 32 hexadecimal digits of its bytes' SHA-256
    int width = 0;
    int height = 0;
    std::size_t bytes = 0;
    FarLook look{};
};

/// `name` is what the error calls it. Fails (kConfiguration) for what is no JPEG or PNG, moves, is damaged,
/// or has too many or too few pixels or bytes. JPEGs are turned as the camera was held.
[[nodiscard]] Result<Picture> decode_picture(const std::string& name, std::string_view bytes);

/// Whether two pictures show the same, but for how they were saved.
[[nodiscard]] bool nearly_the_same(const FarLook& a, const FarLook& b);

class PictureStore {
  public:
    explicit PictureStore(std::filesystem::path folder) : folder_(std::move(folder)) {}

    /// Fails as decode_picture() does; and (kFailed) when it can't be kept: nothing of it is then.
    [[nodiscard]] Result<StoredPicture> add(const std::string& name, std::string_view bytes);
    /// Of one that was added.
    [[nodiscard]] Result<StoredPicture> find(const std::string& id) const;
    [[nodiscard]] Result<std::string> preview_jpeg(const std::string& id) const;
    [[nodiscard]] std::filesystem::path file_of(const std::string& id) const;
    void remove(const std::string& id);
    /// Removes what nobody names in `used`, sorted, and what an interrupted save left.
    void remove_all_but(const std::vector<std::string>& used);

  private:
    [[nodiscard]] std::filesystem::path beside(const std::string& id, const char* ending) const;

    const std::filesystem::path folder_;
    Mutex adding_;  // the same picture twice at a time would be one file with two writers
};

/// Whether it has the form of an id: it becomes a part of file names.
[[nodiscard]] bool is_picture_id(std::string_view id);

}  // namespace vitrina::teach

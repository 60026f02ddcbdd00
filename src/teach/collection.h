// What a shop teaches about its goods: named classes, and pictures of which each shows one of them or waits
// for its label. Plain values, and their form as a file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace vitrina::teach {

/// A key, a screen and a matrix for each: nobody tells more apart by eye.
inline constexpr std::size_t kClassesMax = 500;
/// Of a collection. The list is written anew with each label; with so many it has a megabyte.
inline constexpr std::size_t kPicturesMax = 10'000;
inline constexpr std::size_t kNameLengthMax = 64;  // characters

struct GoodsClass {
    std::int64_t id = 0;
    std::string name;
};

struct TaughtPicture {
    std::string id;    // in the PictureStore
    std::string name;  // of the file that was uploaded
    std::optional<std::int64_t> label;
    UtcTime added;
    /// The picture before it that shows the same, though its bytes differ.
    std::optional<std::string> twin_of;
};

struct Collection {
    std::int64_t id = 0;
    std::string name;
    UtcTime made;
    std::vector<GoodsClass> classes;
    std::vector<TaughtPicture> pictures;  // in the order of their coming
    std::int64_t next_class = 1;
    std::int64_t next_version = 1;
    /// Versions that were put into service, one after another; the last is in service now.
    std::vector<std::int64_t> served;

    [[nodiscard]] const GoodsClass* find_class(std::int64_t class_id) const;
    [[nodiscard]] TaughtPicture* find_picture(std::string_view picture_id);
    [[nodiscard]] const TaughtPicture* find_picture(std::string_view picture_id) const;
    [[nodiscard]] std::optional<std::int64_t> in_service() const;
    /// By place in `classes`.
    [[nodiscard]] std::vector<std::size_t> counts() const;
};

/// Whether a version can be learnt from it; the error (kConfiguration) says what is missing.
[[nodiscard]] Result<void> check_learnable(const Collection& collection);

[[nodiscard]] std::string to_json(const Collection& collection);
/// Fails with what is wrong: a file that was damaged or changed by hand.
[[nodiscard]] Result<Collection> parse_collection(std::string_view text);

}  // namespace vitrina::teach

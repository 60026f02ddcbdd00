#include "teach/picture_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "teach/test_pictures.h"

namespace vitrina::teach {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

std::size_t files_in(const std::filesystem::path& folder) {
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
        files += entry.is_regular_file() ? 1 : 0;
    return files;
}

std::string big_endian(std::uint32_t number) {
    std::string bytes;
    for (const unsigned shift : {24U, 16U, 8U, 0U})
        bytes += static_cast<char>(number >> shift & 255U);
    return bytes;
}

/// A PNG with a chunk after its head.
std::string with_chunk(const std::string& png, const std::string& kind, const std::string& data) {
    constexpr std::size_t kHeadBytes = 33;
    return png.substr(0, kHeadBytes) + big_endian(static_cast<std::uint32_t>(data.size())) + kind + data +
           "crc!" + png.substr(kHeadBytes);
}

class PictureStoreTest : public testing::Test {
  protected:
    void expect_refused(const std::string& bytes, const std::string& why) {
        const auto added = store_.add("my picture.jpg", bytes);
        ASSERT_FALSE(added) << why;
        EXPECT_EQ(added.error().kind, ErrorKind::kConfiguration) << added.error().message;
        EXPECT_THAT(added.error().message, StartsWith("my picture.jpg: "));
        EXPECT_THAT(added.error().message, HasSubstr(why));
        EXPECT_EQ(files_in(folder_.path()), 0U);
    }

    TestFolder folder_;
    PictureStore store_{folder_.path()};
};

TEST_F(PictureStoreTest, KeepsAPictureOnce) {
    const std::string jpeg = goods_jpeg(1, 1);
    const auto first = store_.add("a.jpg", jpeg);
    ASSERT_TRUE(first) << first.error().message;
    EXPECT_TRUE(is_picture_id(first->id));
    EXPECT_EQ(first->width, 96);
    EXPECT_EQ(first->height, 72);
    const auto again = store_.add("b.jpg", jpeg);
    ASSERT_TRUE(again);
    EXPECT_EQ(again->id, first->id);
    const auto other = store_.add("c.png", goods_png(1, 1));
    ASSERT_TRUE(other) << other.error().message;
    EXPECT_NE(other->id, first->id);
    EXPECT_EQ(files_in(folder_.path()), 6U);
    const auto found = store_.find(first->id);
    ASSERT_TRUE(found) << found.error().message;
    EXPECT_EQ(found->look, first->look);
    EXPECT_EQ(found->bytes, jpeg.size());
    const auto preview = store_.preview_jpeg(first->id);
    ASSERT_TRUE(preview);
    EXPECT_THAT(*preview, StartsWith("\xFF\xD8\xFF"));
    store_.remove(first->id);
    EXPECT_FALSE(store_.find(first->id));
    EXPECT_EQ(files_in(folder_.path()), 3U);
}

TEST_F(PictureStoreTest, KnowsThatTwoShowTheSame) {
    const auto fine = store_.add("a.jpg", goods_jpeg(1, 1, 95));
    const auto coarse = store_.add("b.jpg", goods_jpeg(1, 1, 75));
    const auto other = store_.add("c.jpg", goods_jpeg(2, 1, 95));
    ASSERT_TRUE(fine && coarse && other);
    EXPECT_TRUE(nearly_the_same(fine->look, coarse->look));
    EXPECT_FALSE(nearly_the_same(fine->look, other->look));
}

TEST_F(PictureStoreTest, SaysWhatIsWrongWithWhichFile) {
    expect_refused("", "is empty");
    expect_refused("GIF89a and more", "is a GIF");
    expect_refused("RIFF1234WEBPVP8 ", "WebP");
    expect_refused(std::string("\0\0\0\x18"
                               "ftypheic....",
                               16),
                   "HEIC");
    expect_refused("hello", "neither JPEG nor PNG");
    expect_refused(std::string(kPictureBytesMax + 1, 'x'), "larger than 16 MB");
    const std::string jpeg = goods_jpeg(1, 1);
    expect_refused(jpeg.substr(0, jpeg.size() / 2), "is damaged");
    expect_refused(jpeg.substr(0, 4), "is damaged");
    const std::string png = goods_png(1, 1);
    expect_refused(png.substr(0, png.size() / 2), "is damaged");
    expect_refused(with_chunk(png, "acTL", std::string(8, '\0')), "moves");
    // Only its head says how large it is, and that is enough.
    std::string huge = jpeg;
    const std::size_t head = huge.find("\xFF\xC0");
    ASSERT_NE(head, std::string::npos);
    huge.replace(head + 5, 4, "\x75\x30\x75\x30");  // 30,000 each way
    expect_refused(huge, "megapixels");
}

TEST_F(PictureStoreTest, AFullDiskLeavesNothingHalf) {
    // So coarse that the copy for the screen is larger: the picture fits on the disk, its copy doesn't.
    const std::string jpeg = goods_jpeg(1, 1, 5);
    {
        const FullDisk full(jpeg.size());
        const auto added = store_.add("a.jpg", jpeg);
        ASSERT_FALSE(added);
        EXPECT_EQ(added.error().kind, ErrorKind::kFailed);
        EXPECT_THAT(added.error().message, HasSubstr("can't be written"));
    }
    EXPECT_EQ(files_in(folder_.path()), 0U);
    EXPECT_TRUE(store_.add("a.jpg", jpeg));
}

TEST_F(PictureStoreTest, TidiesUpWhatNobodyNeeds) {
    const auto kept = store_.add("a.jpg", goods_jpeg(1, 1));
    const auto dropped = store_.add("b.jpg", goods_jpeg(2, 1));
    ASSERT_TRUE(kept && dropped);
    store_.remove_all_but({kept->id});
    EXPECT_TRUE(store_.find(kept->id));
    EXPECT_FALSE(store_.find(dropped->id));
    EXPECT_EQ(files_in(folder_.path()), 3U);
}

}  // namespace
}  // namespace vitrina::teach

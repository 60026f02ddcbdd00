#include "app/disk_room.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "records/test_records.h"
#include "records/test_stranger.h"

namespace vitrina::app {
namespace {

using records::ReserveState;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class DiskRoomTest : public testing::Test {
  protected:
    void SetUp() override {
        // More than any disk has: what was given back stays so.
        auto opened = records::Database::open(file(), {.reserve_bytes = std::int64_t{1} << 50});
        ASSERT_TRUE(opened) << opened.error().message;
        database_ = *opened;
        room_ = std::make_unique<DiskRoom>(
            *database_, DiskRoom::Options{.forget_evidence = [this]() -> Result<bool> {
                                              EXPECT_FALSE(paths_go_) << "they go last";
                                              if (!evidence_error_.empty()) return failed(evidence_error_);
                                              return pictures_ > 0 && pictures_-- > 0;
                                          },
                                          .forget_paths = [this](bool wanted) { paths_go_ = wanted; },
                                          .log = [this](const std::string& line) { said_.push_back(line); },
                                          .room = *database_->free_bytes() + 200'000});
    }

    [[nodiscard]] std::filesystem::path file() const { return folder_.path() / "vitrina.db"; }
    [[nodiscard]] std::filesystem::path reserve() const { return folder_.path() / "vitrina.db.reserve"; }
    /// As when a write found the disk full.
    void use_reserve() const { std::ofstream(reserve()).close(); }

    records::TempFolder folder_;
    std::shared_ptr<records::Database> database_;
    std::vector<std::string> said_;
    std::string evidence_error_;
    int pictures_ = 2;
    bool paths_go_ = false;
    std::unique_ptr<DiskRoom> room_;
};

TEST_F(DiskRoomTest, OfASmallDiskNothingIsRemovedAndItIsSaidOnce) {
    for (int i = 0; i < 3; ++i)
        room_->step();
    EXPECT_EQ(database_->reserve(), ReserveState::kNotTaken);
    EXPECT_THAT(said_, ElementsAre(HasSubstr("too little room to set any aside")));
    EXPECT_EQ(pictures_, 2);
    EXPECT_FALSE(paths_go_);
}

TEST_F(DiskRoomTest, OnAFullDiskPicturesGoFirstAndThenPaths) {
    use_reserve();
    room_->step();
    EXPECT_EQ(pictures_, 0);
    EXPECT_TRUE(paths_go_);
    EXPECT_THAT(said_, ElementsAre(HasSubstr("set aside is being used"), HasSubstr("pictures of audits"),
                                   HasSubstr("paths are removed")));
    std::filesystem::remove(reserve());
    room_->step();
    EXPECT_FALSE(paths_go_);
}

TEST_F(DiskRoomTest, NothingMoreIsRemovedOnceFactsHaveRoom) {
    pictures_ = 0;
    use_reserve();
    room_->step();
    EXPECT_TRUE(paths_go_);
    records::Stranger(file()).execute(
        "CREATE TABLE gone (x); INSERT INTO gone VALUES (zeroblob(300000)); DROP TABLE gone");
    pictures_ = 2;
    room_->step();
    EXPECT_FALSE(paths_go_);
    EXPECT_EQ(pictures_, 2);
}

TEST_F(DiskRoomTest, PathsGoWherePicturesCannot) {
    evidence_error_ = "the disk is full: /data/vitrina.db";
    use_reserve();
    room_->step();
    EXPECT_TRUE(paths_go_);
    paths_go_ = false;
    room_->step();
    EXPECT_TRUE(paths_go_);
    EXPECT_EQ(std::count(said_.begin(), said_.end(), evidence_error_), 1);
}

TEST_F(DiskRoomTest, SaysWhenItIsFullAndWhenItIsNot) {
    room_->step();
    use_reserve();
    room_->step();
    std::filesystem::remove(reserve());
    room_->step();
    room_->step();
    EXPECT_THAT(said_, ElementsAre(HasSubstr("too little room"), HasSubstr("set aside is being used"),
                                   HasSubstr("pictures"), HasSubstr("paths"), HasSubstr("too little room")));
}

TEST(DiskRoom, SaysNothingWhereAllIsWell) {
    const records::TempFolder folder;
    const auto database = records::Database::open(folder.path() / "vitrina.db", {.reserve_bytes = 1 << 20});
    ASSERT_TRUE(database) << database.error().message;
    std::vector<std::string> said;
    bool paths_go = false;
    DiskRoom room(**database, {.forget_evidence = []() -> Result<bool> { return true; },
                               .forget_paths = [&](bool wanted) { paths_go = wanted; },
                               .log = [&](const std::string& line) { said.push_back(line); }});
    room.step();
    EXPECT_THAT(said, IsEmpty());
    std::filesystem::resize_file(folder.path() / "vitrina.db.reserve", 0);
    room.step();
    EXPECT_THAT(said, IsEmpty());
    EXPECT_EQ((*database)->reserve(), ReserveState::kKept) << "there is room for it, so it is back";
    EXPECT_FALSE(paths_go);
}

}  // namespace
}  // namespace vitrina::app

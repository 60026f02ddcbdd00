#include "records/reserve.h"

#include <fstream>

#include "records/test_records.h"

namespace vitrina::records {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kBytes = 1 << 20;

class ReserveTest : public testing::Test {
  protected:
    TempFolder folder_;
    fs::path path_ = folder_.path() / "vitrina.db.reserve";
};

TEST_F(ReserveTest, TakesAndGivesBack) {
    Reserve reserve(path_, kBytes);
    EXPECT_EQ(reserve.state(), ReserveState::kNotTaken);
    EXPECT_FALSE(reserve.give_back());
    reserve.take();
    EXPECT_EQ(reserve.state(), ReserveState::kKept);
    EXPECT_EQ(fs::file_size(path_), kBytes);
    EXPECT_TRUE(reserve.give_back());
    EXPECT_TRUE(reserve.missing());
    EXPECT_EQ(fs::file_size(path_), 0U);
    EXPECT_FALSE(reserve.give_back());
    reserve.take();
    EXPECT_EQ(reserve.state(), ReserveState::kKept);
}

TEST_F(ReserveTest, OneThatWasGivenBackIsUsedWhileLessIsFree) {
    constexpr std::int64_t kMoreThanAnyDisk = std::int64_t{1} << 50;
    EXPECT_EQ(Reserve(path_, kMoreThanAnyDisk).state(), ReserveState::kNotTaken) << "it never was there";
    std::ofstream(path_).close();
    EXPECT_EQ(Reserve(path_, kMoreThanAnyDisk).state(), ReserveState::kUsed);
    EXPECT_EQ(Reserve(path_, kBytes).state(), ReserveState::kNotTaken) << "there is room for it";
}

TEST_F(ReserveTest, FindsWhatWasTakenBefore) {
    Reserve(path_, kBytes).take();
    EXPECT_FALSE(Reserve(path_, kBytes).missing());
}

TEST_F(ReserveTest, AHoleIsNoReserve) {
    std::ofstream(path_).close();
    fs::resize_file(path_, kBytes);
    Reserve reserve(path_, kBytes);
    EXPECT_TRUE(reserve.missing());
    reserve.take();
    EXPECT_FALSE(reserve.missing());
    EXPECT_FALSE(Reserve(path_, kBytes).missing());
}

TEST_F(ReserveTest, ShrinksWhenLessIsWanted) {
    Reserve(path_, kBytes).take();
    Reserve smaller(path_, kBytes / 2);
    smaller.take();
    EXPECT_EQ(fs::file_size(path_), kBytes / 2);
    EXPECT_FALSE(smaller.missing());
}

TEST_F(ReserveTest, WhoWantsNoneLeavesThatOfOthersAlone) {
    Reserve(path_, kBytes).take();
    Reserve none(path_, 0);
    none.take();
    EXPECT_FALSE(none.missing());
    EXPECT_FALSE(none.give_back());
    EXPECT_FALSE(Reserve(path_, kBytes).missing());
}

TEST_F(ReserveTest, SeesWhenAnotherProcessGaveItBack) {
    Reserve reserve(path_, kBytes);
    reserve.take();
    fs::remove(path_);
    EXPECT_TRUE(reserve.missing());
    reserve.take();
    EXPECT_FALSE(reserve.missing());
}

TEST_F(ReserveTest, LeavesADiskThatHasNoRoomAlone) {
    const auto free = static_cast<std::int64_t>(fs::space(folder_.path()).available);
    Reserve reserve(path_, free + kBytes);
    EXPECT_FALSE(reserve.fits());
    reserve.take();
    EXPECT_EQ(reserve.state(), ReserveState::kNotTaken);
    EXPECT_TRUE(fs::is_empty(folder_.path()));
}

TEST_F(ReserveTest, FitsWhereItIsAlreadyAndWhereItsFolderIsStillToBeMade) {
    Reserve(path_, kBytes).take();
    EXPECT_TRUE(Reserve(path_, kBytes).fits());
    EXPECT_TRUE(Reserve(folder_.path() / "to" / "come" / "vitrina.db.reserve", kBytes).fits());
    EXPECT_TRUE(Reserve(path_, 0).fits());
}

}  // namespace
}  // namespace vitrina::records

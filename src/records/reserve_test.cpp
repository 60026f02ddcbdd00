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
    EXPECT_TRUE(reserve.missing());
    reserve.take();
    EXPECT_FALSE(reserve.missing());
    EXPECT_EQ(fs::file_size(path_), kBytes);
    EXPECT_TRUE(reserve.give_back());
    EXPECT_TRUE(reserve.missing());
    EXPECT_FALSE(fs::exists(path_));
    EXPECT_FALSE(reserve.give_back());
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
    reserve.take();
    EXPECT_TRUE(reserve.missing());
    EXPECT_FALSE(fs::exists(path_));
}

}  // namespace
}  // namespace vitrina::records

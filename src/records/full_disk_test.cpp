// A disk that somebody else fills: a small file system in memory, which only root may mount.
#include <cerrno>
#include <fstream>
#include <vector>

#include <gmock/gmock.h>
#include <sys/mount.h>

#include "records/fact_store.h"
#include "records/path_store.h"
#include "records/test_records.h"

namespace vitrina::records {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::StartsWith;

constexpr std::int64_t kReserveBytes = 1 << 20;
constexpr const char* kDisk = "size=16m,mode=0755";

class FullDiskTest : public testing::Test {
  protected:
    void SetUp() override {
        mounted_ = mount("records-test", folder_.path().c_str(), "tmpfs", 0, kDisk) == 0;
        if (!mounted_ && (errno == EPERM || errno == EACCES))
            GTEST_SKIP() << "needs the right to mount a file system: run it as root";
        ASSERT_TRUE(mounted_) << errno;
    }
    void TearDown() override {
        if (mounted_) umount2(folder_.path().c_str(), MNT_DETACH);
    }

    [[nodiscard]] Result<std::shared_ptr<Database>> open(std::int64_t reserve_bytes = kReserveBytes) const {
        return Database::open(folder_.path() / "vitrina.db", {.reserve_bytes = reserve_bytes});
    }

    /// Somebody's film, until the last byte.
    void fill() const {
        std::ofstream film(folder_.path() / "film.mp4", std::ios::binary);
        const std::string part(4096, 'x');
        while (film.write(part.data(), static_cast<std::streamsize>(part.size())).flush()) {
        }
        ASSERT_EQ(fs::space(folder_.path()).available, 0U);
    }

    TempFolder folder_;
    bool mounted_ = false;
};

constexpr std::int64_t kDayMs = 24 * kHourMs;
constexpr int kPiecesOfADay = 1500;

/// About a megabyte.
PathNews paths_of_day(int day) {
    PathNews news;
    for (int person = 0; person < kPiecesOfADay; ++person) {
        PathPiece& piece =
            news.pieces.emplace_back(PathPiece{"door", day * kPiecesOfADay + person, {}, std::nullopt});
        const std::int64_t begin_ms = day * kDayMs + person * 1000;
        for (int i = 0; i < 300; ++i)
            piece.points.push_back(
                {at(begin_ms + i * 1000).time_since_epoch() / kPathTick, 100 + i, 200, 64, 9, 20});
    }
    return news;
}

/// Facts of one after the other hundred people.
std::vector<LiveEvent> hundred_visits(int round) {
    std::vector<LiveEvent> visits;
    visits.reserve(100);
    for (int i = 0; i < 100; ++i)
        visits.push_back(visit(round * 100 + i, "till", i * 1000, 5000));
    return visits;
}

TEST_F(FullDiskTest, FactsAreStillWritten) {
    auto database = open();
    ASSERT_TRUE(database) << database.error().message;
    FactStore facts(*database);
    ASSERT_TRUE(facts.append(hundred_visits(0)));
    EXPECT_EQ((*database)->reserve(), ReserveState::kKept);
    fill();

    int rounds = 1;
    Result<std::int64_t> result;
    for (; (*database)->reserve() == ReserveState::kKept && rounds < 100; ++rounds) {
        result = facts.append(hundred_visits(rounds));
        ASSERT_TRUE(result) << result.error().message;
    }
    EXPECT_EQ((*database)->reserve(), ReserveState::kUsed);
    EXPECT_EQ(facts.visits(begun_between(0, kHourMs))->total, rounds * 100);
    (*database)->restore_reserve();
    EXPECT_EQ((*database)->reserve(), ReserveState::kUsed) << "as long as the film is there";
}

TEST_F(FullDiskTest, WhenTheReserveIsGoneTooTheMessageSaysSoAndNothingIsLost) {
    auto database = open();
    ASSERT_TRUE(database) << database.error().message;
    FactStore facts(*database);
    fill();
    int rounds = 0;
    Result<std::int64_t> result = 0;
    while (result && rounds < 1000)
        if (result = facts.append(hundred_visits(rounds)); result) ++rounds;
    ASSERT_FALSE(result);
    EXPECT_THAT(result.error().message, StartsWith("the disk is full: "));
    EXPECT_THAT(result.error().message, HasSubstr("vitrina.db"));
    EXPECT_GT(rounds, 1);
    EXPECT_EQ(facts.visits(begun_between(0, kHourMs))->total, rounds * 100);

    fs::remove(folder_.path() / "film.mp4");
    EXPECT_TRUE(facts.append(hundred_visits(rounds)));
    EXPECT_EQ(facts.visits(begun_between(0, kHourMs))->total, (rounds + 1) * 100);
    (*database)->restore_reserve();
    EXPECT_EQ((*database)->reserve(), ReserveState::kKept);
}

TEST_F(FullDiskTest, OldPathsMakeRoomForFacts) {
    constexpr std::int64_t kLargerReserve = 4 << 20;
    {
        auto database = open(kLargerReserve);
        ASSERT_TRUE(database) << database.error().message;
        PathStore paths(*database);
        for (const int day : {0, 1})
            ASSERT_TRUE(paths.put(paths_of_day(day)));
    }
    auto database = open(kLargerReserve);
    ASSERT_TRUE(database) << database.error().message;
    FactStore facts(*database);
    PathStore paths(*database);
    fill();
    int rounds = 0;
    for (; (*database)->reserve() == ReserveState::kKept && rounds < 100; ++rounds)
        ASSERT_TRUE(facts.append(hundred_visits(rounds)));
    const std::int64_t wanted = paths.size()->code_bytes / 3;
    const UtcTime never = at(10 * kDayMs);
    EXPECT_EQ(paths.make_room(wanted, at(0)), 0) << "they are not old enough";
    EXPECT_EQ(paths.make_room(wanted, never), kPiecesOfADay);
    EXPECT_GE(*(*database)->free_bytes(), wanted);
    EXPECT_EQ(paths.make_room(wanted, never), 0) << "there is room, so the next day stays";
    EXPECT_EQ(paths.size()->pieces, kPiecesOfADay);
    EXPECT_TRUE(*paths.forgotten_until("door"));

    fill();  // the reserve's room too
    for (const int end = rounds + 12; rounds < end; ++rounds) {
        const auto written = facts.append(hundred_visits(rounds));
        ASSERT_TRUE(written) << written.error().message;
    }
    EXPECT_EQ(facts.visits(begun_between(0, kHourMs))->total, rounds * 100);
    EXPECT_EQ(fs::space(folder_.path()).available, 0U);
}

TEST_F(FullDiskTest, OpensAfterARestart) {
    {
        auto database = open();
        ASSERT_TRUE(database) << database.error().message;
        ASSERT_TRUE(FactStore(*database).append(hundred_visits(0)));
    }
    fill();
    const auto database = open();
    ASSERT_TRUE(database) << database.error().message;
    FactStore facts(*database);
    EXPECT_TRUE(facts.append(hundred_visits(1)));
    EXPECT_EQ(facts.visits(begun_between(0, kHourMs))->total, 200);
    EXPECT_EQ((*database)->reserve(), ReserveState::kUsed);
}

TEST_F(FullDiskTest, WithoutRoomForAReserveItOpensAllTheSame) {
    std::ofstream(folder_.path() / "film.mp4") << std::string(15 << 20, 'x');
    EXPECT_FALSE(reserve_fits(folder_.path() / "vitrina.db", {.reserve_bytes = kReserveBytes}));
    const auto database = open();
    ASSERT_TRUE(database) << database.error().message;
    EXPECT_EQ((*database)->reserve(), ReserveState::kNotTaken) << "which nobody takes for a full disk";
    EXPECT_TRUE(FactStore(*database).append(hundred_visits(0)));
}

}  // namespace
}  // namespace vitrina::records

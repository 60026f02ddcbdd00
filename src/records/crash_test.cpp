// Killed in the middle of writing, again and again: what was reported as written is there, once.
#include <csignal>
#include <map>
#include <random>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>

#include "records/fact_store.h"
#include "records/test_records.h"

namespace vitrina::records {
namespace {

constexpr int kKills = 20;
constexpr int kVisitsAtOnce = 3;
constexpr std::size_t kRoundsMax = 1'000'000;

std::vector<LiveEvent> batch(std::int64_t round) {
    std::vector<LiveEvent> visits;
    for (int i = 0; i < kVisitsAtOnce; ++i)
        visits.push_back(visit(round * kVisitsAtOnce + i, "till", i * 1000, 5000));
    return visits;
}

/// The life of the child: opens, appends, and writes a byte for each batch that is safe. Never returns.
[[noreturn]] void append_until_killed(const std::filesystem::path& file, std::int64_t first_round,
                                      int report) {
    const auto database = Database::open(file, {.reserve_bytes = 0});
    if (!database) _exit(2);
    FactStore facts(*database);
    for (std::size_t i = 0; i < kRoundsMax; ++i) {
        const std::int64_t round = first_round + static_cast<std::int64_t>(i);
        if (!facts.append(batch(round))) _exit(3);
        OpenVisit open;
        open.id = "open";
        open.person = round;
        if (!facts.checkpoint("door", std::span(&open, 1))) _exit(4);
        if (write(report, "+", 1) != 1) _exit(5);
    }
    _exit(6);
}

std::int64_t count_bytes(int descriptor) {
    std::int64_t count = 0;
    char buffer[4096];
    for (ssize_t got = 0; (got = read(descriptor, buffer, sizeof buffer)) > 0;)
        count += got;
    return count;
}

/// Lets a child write for a while, kills it and counts what it had reported.
std::int64_t safe_rounds(const std::filesystem::path& file, std::int64_t first_round,
                         std::chrono::microseconds life) {
    int ends[2];
    EXPECT_EQ(pipe(ends), 0);
    const pid_t child = fork();
    if (child == 0) {
        close(ends[0]);
        append_until_killed(file, first_round, ends[1]);
    }
    EXPECT_GT(child, 0);
    close(ends[1]);
    usleep(static_cast<useconds_t>(life.count()));
    EXPECT_EQ(kill(child, SIGKILL), 0);
    const std::int64_t safe = count_bytes(ends[0]);
    close(ends[0]);
    int status = 0;
    EXPECT_EQ(waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFSIGNALED(status)) << "it ended by itself: " << WEXITSTATUS(status);
    return safe;
}

class CrashTest : public testing::Test {
  protected:
    TempFolder folder_;
};

TEST_F(CrashTest, WhatWasReportedIsThereOnce) {
    const std::filesystem::path file = folder_.path() / "vitrina.db";
    std::mt19937 random(20);
    std::uniform_int_distribution<int> life_us(0, 120'000);
    std::int64_t rounds = 0;  // that the log holds, whole
    for (int i = 0; i < kKills; ++i) {
        const std::int64_t safe = safe_rounds(file, rounds, std::chrono::microseconds(life_us(random)));
        const auto database = Database::open(file, {.reserve_bytes = 0});
        ASSERT_TRUE(database) << database.error().message;
        const FactStore facts(*database);
        const auto last = facts.last_sequence();
        ASSERT_TRUE(last);
        EXPECT_EQ(*last % kVisitsAtOnce, 0) << "half of a batch";
        EXPECT_GE(*last / kVisitsAtOnce, rounds + safe) << "kill " << i;
        EXPECT_LE(*last / kVisitsAtOnce, rounds + safe + 1) << "kill " << i;
        rounds = *last / kVisitsAtOnce;
    }
    EXPECT_GT(rounds, kKills) << "killed before it did anything";

    const auto database = Database::open(file, {.reserve_bytes = 0});
    ASSERT_TRUE(database);
    const FactStore facts(*database);
    const auto log = facts.after(0, rounds * kVisitsAtOnce + 1);
    ASSERT_TRUE(log);
    ASSERT_EQ(log->size(), static_cast<std::size_t>(rounds * kVisitsAtOnce));
    std::map<std::string, int> times;
    for (std::size_t i = 0; i < log->size(); ++i) {
        EXPECT_EQ((*log)[i].sequence, static_cast<std::int64_t>(i) + 1);
        ++times[(*log)[i].event.event.id];
    }
    for (std::int64_t round = 0; round < rounds; ++round)
        for (const LiveEvent& event : batch(round))
            EXPECT_EQ(times[event.event.id], 1);
    EXPECT_EQ(facts.visits(begun_between(0, kHourMs))->total, rounds * kVisitsAtOnce);
    const auto open = facts.open_visits();
    ASSERT_TRUE(open);
    ASSERT_EQ(open->size(), 1U);
    EXPECT_GE(open->front().person + 2, rounds);  // the last batch may have lost its checkpoint
}

}  // namespace
}  // namespace vitrina::records

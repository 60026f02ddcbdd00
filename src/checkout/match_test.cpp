#include "checkout/match.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <random>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vitrina::checkout {
namespace {

constexpr UtcTime kMorning(std::chrono::sys_days(std::chrono::year(2026) / 11 / 27));

UtcTime at(double seconds) {
    return kMorning + std::chrono::milliseconds(std::llround(seconds * 1000));
}

/// A till's day with its truth.
struct TillDay {
    std::vector<TillReceipt> receipts;
    std::vector<TillStay> stays;
    std::map<std::int64_t, std::string> truth;  // stay of each receipt; "" where nobody was seen
};

struct Habits {
    double clock_s = 0;          // the till's clock is ahead by so much
    double service_s = 40;       // median
    double service_sigma = 0.5;  // of its logarithm
    double busy = 0.9;           // of its capacity
    double leaves_s = 7;         // from the receipt to going, mean
    double leaves_sd_s = 3;
    double lost = 0;       // buyers whom the camera doesn't see at the till
    double cut_s = 0;      // by how much ends of stays are wrong, standard deviation
    double passers = 0.3;  // people who pass through the zone, for each buyer
    double company = 0;    // buyers who bring somebody that stands and leaves with them
    int customers = 400;
};

/// Customers queue, are served one after the other, get the receipt, pack and go.
TillDay simulate(const Habits& habits, unsigned seed) {
    std::mt19937 random(seed);
    std::normal_distribution<double> normal;
    std::uniform_real_distribution<double> uniform;
    TillDay day;
    double arrival = 0;
    double free = 0;
    PersonId person = 0;
    const double mean_service = habits.service_s * std::exp(habits.service_sigma * habits.service_sigma / 2);
    const auto stay = [&](double begin, double end) {
        ++person;
        const double seen_end = std::max(begin + 1, end + habits.cut_s * normal(random));
        day.stays.push_back({fmt::format("v{}", person), person, at(begin), at(seen_end)});
        return day.stays.back().id;
    };
    for (int customer = 0; customer < habits.customers; ++customer) {
        arrival += -std::log(1 - uniform(random)) * mean_service / habits.busy;
        const double begin = std::max(arrival, free);
        const double printed = begin + habits.service_s * std::exp(habits.service_sigma * normal(random));
        const double gone = printed + std::max(1.0, habits.leaves_s + habits.leaves_sd_s * normal(random));
        free = gone - 2;
        day.receipts.push_back({customer, at(printed + habits.clock_s)});
        if (uniform(random) < habits.lost) {
            day.truth[customer] = "";
        } else {
            day.truth[customer] = stay(arrival, gone);
            if (uniform(random) < habits.company) stay(arrival + 1, gone + normal(random));
        }
        if (uniform(random) < habits.passers) {
            const double passes = begin + mean_service * uniform(random);
            stay(passes, passes + 2 + 2 * uniform(random));
        }
    }
    return day;
}

struct Score {
    int right = 0;  // also: nobody where nobody was seen
    int wrong = 0;
    double promised = 0;  // sum of the probabilities of those matched
    int matched = 0;
    int matched_right = 0;
    [[nodiscard]] double share() const { return right / static_cast<double>(right + wrong); }
};

void judge(const TillDay& day, const TillMatches& found, Score& score) {
    std::map<std::int64_t, std::string> told;
    for (const ReceiptMatch& match : found.matches) {
        EXPECT_TRUE(told.emplace(match.receipt, match.stay).second);
        EXPECT_GE(match.probability, 0);
        EXPECT_LE(match.probability, 1);
        score.promised += match.probability;
        ++score.matched;
        if (day.truth.at(match.receipt) == match.stay) ++score.matched_right;
    }
    for (const auto& [receipt, stay] : day.truth) {
        const auto match = told.find(receipt);
        ++((match == told.end() ? "" : match->second) == stay ? score.right : score.wrong);
    }
}

/// Four tills whose clocks are 40 s apart from one to the next.
Score four_tills(Habits habits, unsigned seed) {
    Score score;
    std::vector<double> leaves;
    for (int till = 0; till < 4; ++till) {
        habits.clock_s = -60 + 40.0 * till;
        const TillDay day = simulate(habits, seed * 4 + static_cast<unsigned>(till));
        const TillMatches found = match_receipts(day.receipts, day.stays);
        judge(day, found, score);
        EXPECT_TRUE(found.clock);
        if (found.clock) leaves.push_back(found.clock->leaves_s);
    }
    for (std::size_t till = 1; till < leaves.size(); ++till)
        EXPECT_NEAR(leaves[till - 1] - leaves[till], 40, 2) << "seed " << seed;
    return score;
}

Score many_days(const Habits& habits, unsigned days) {
    Score all;
    for (unsigned seed = 1; seed <= days; ++seed) {
        const Score score = four_tills(habits, seed);
        all.right += score.right;
        all.wrong += score.wrong;
        all.promised += score.promised;
        all.matched += score.matched;
        all.matched_right += score.matched_right;
    }
    testing::Test::RecordProperty("share_right", fmt::format("{:.4f}", all.share()));
    fmt::print("right {:.2f} % of {}, promised {:.2f} % of those matched, true {:.2f} %\n", 100 * all.share(),
               all.right + all.wrong, 100 * all.promised / all.matched,
               100.0 * all.matched_right / all.matched);
    return all;
}

TEST(Match, FourBusyTillsWithClocksApart) {
    EXPECT_GE(many_days({}, 5).share(), 0.97);
}

TEST(Match, WhenTheCameraLosesPeopleAndCutsStays) {
    Habits habits;
    habits.lost = 0.02;
    habits.cut_s = 1.5;
    EXPECT_GE(many_days(habits, 5).share(), 0.97);
}

TEST(Match, CustomersWhoAllTakeAsLong) {
    Habits habits;
    habits.service_s = 40;  // as far as the clocks are apart
    habits.service_sigma = 0.15;
    EXPECT_GE(many_days(habits, 5).share(), 0.97);
}

TEST(Match, AFullQueueAllDay) {
    Habits habits;
    habits.busy = 1.2;
    habits.service_s = 20;
    EXPECT_GE(many_days(habits, 3).share(), 0.97);
}

TEST(Match, ProbabilitiesSayHowOftenItIsRight) {
    // Families leave together: which of them paid is hardly to be told, and that is what it must say.
    Habits habits;
    habits.company = 0.4;
    habits.cut_s = 1;
    const Score score = many_days(habits, 5);
    EXPECT_LT(score.share(), 0.97);
    EXPECT_NEAR(score.promised / score.matched, score.matched_right / static_cast<double>(score.matched),
                0.04);
}

TEST(Match, OrderOfWhatComesDoesNotMatter) {
    TillDay day = simulate({}, 7);
    const TillMatches first = match_receipts(day.receipts, day.stays);
    std::mt19937 random(3);
    std::shuffle(day.receipts.begin(), day.receipts.end(), random);
    std::shuffle(day.stays.begin(), day.stays.end(), random);
    const TillMatches second = match_receipts(day.receipts, day.stays);
    ASSERT_EQ(first.matches.size(), second.matches.size());
    for (std::size_t i = 0; i < first.matches.size(); ++i) {
        EXPECT_EQ(first.matches[i].stay, second.matches[i].stay);
        EXPECT_EQ(first.matches[i].probability, second.matches[i].probability);
    }
}

TEST(Match, ALateReceiptFindsItsBuyer) {
    TillDay day = simulate({}, 8);
    const TillReceipt late = day.receipts[200];
    day.receipts.erase(day.receipts.begin() + 200);
    const auto buyer_of = [&](const TillMatches& found) -> std::string {
        for (const ReceiptMatch& match : found.matches)
            if (match.receipt == late.number) return match.stay;
        return "";
    };
    EXPECT_EQ(buyer_of(match_receipts(day.receipts, day.stays)), "");
    day.receipts.push_back(late);
    EXPECT_EQ(buyer_of(match_receipts(day.receipts, day.stays)), day.truth[late.number]);
}

TEST(Match, AQuietTillUsesWhatIsKnownOfIt) {
    const std::vector<TillReceipt> receipts = {{1, at(1000)}};
    const std::vector<TillStay> stays = {{"a", 1, at(900), at(1000)}, {"b", 2, at(1020), at(1048)}};
    MatchOptions options;
    options.before = TillClock{48, 2, 300};  // the clock is 40 s behind
    const TillMatches found = match_receipts(receipts, stays, options);
    ASSERT_EQ(found.matches.size(), 1U);
    EXPECT_EQ(found.matches[0].stay, "b");
    // Knowing nothing, the clock is taken for right, and nothing is promised.
    const TillMatches blind = match_receipts(receipts, stays);
    ASSERT_EQ(blind.matches.size(), 1U);
    EXPECT_EQ(blind.matches[0].stay, "a");
    EXPECT_FALSE(blind.clock);
    EXPECT_LT(blind.matches[0].probability, found.matches[0].probability);
}

TEST(Match, NobodyAndNothing) {
    EXPECT_TRUE(match_receipts({}, {}).matches.empty());
    const std::vector<TillReceipt> receipts = {{1, at(1000)}, {2, at(1000)}};
    EXPECT_TRUE(match_receipts(receipts, {}).matches.empty());
    const std::vector<TillStay> stays = {{"a", 1, at(900), at(1008)}};
    EXPECT_EQ(match_receipts(receipts, stays).matches.size(), 1U);  // one stay, one receipt
    const std::vector<TillStay> far = {{"a", 1, at(9000), at(9900)}};
    EXPECT_TRUE(match_receipts(receipts, far).matches.empty());
}

}  // namespace
}  // namespace vitrina::checkout

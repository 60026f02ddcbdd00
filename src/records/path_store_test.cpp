#include "records/path_store.h"

#include <gmock/gmock.h>

#include "records/test_records.h"

namespace vitrina::records {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// One a second from there on.
PathPiece piece(PersonId person, std::int64_t begin_ms, int count, const std::string& camera = "door") {
    PathPiece result{camera, person, {}, std::nullopt};
    for (int i = 0; i < count; ++i)
        result.points.push_back(
            {at(begin_ms + 1000 * i).time_since_epoch() / kPathTick, 100 + i, 200, 64, 9, 20});
    return result;
}

class PathStoreTest : public RecordsTest {
  protected:
    void SetUp() override {
        RecordsTest::SetUp();
        paths_ = std::make_unique<PathStore>(database_);
    }
    void put(std::vector<PathPiece> pieces) {
        PathNews news;
        news.pieces = std::move(pieces);
        const auto done = paths_->put(news);
        ASSERT_TRUE(done) << done.error().message;
    }
    [[nodiscard]] std::vector<PathPiece> pieces_of(std::int64_t from_ms, std::int64_t to_ms) {
        const auto spans = paths_->spans("door", at(from_ms), at(to_ms));
        EXPECT_TRUE(spans);
        auto pieces = paths_->pieces(*spans);
        EXPECT_TRUE(pieces);
        return *std::move(pieces);
    }

    std::unique_ptr<PathStore> paths_;
};

TEST_F(PathStoreTest, WhoCameInCountsOnceUntilItIsTakenBack) {
    const std::vector<UtcTime> hours = {at(0), at(kHourMs), at(2 * kHourMs), at(3 * kHourMs)};
    EXPECT_THAT(*paths_->entered(hours), ElementsAre(std::nullopt, std::nullopt, std::nullopt));
    PathNews news;
    news.entries = {{5, at(kHourMs), false},
                    {6, at(kHourMs + 1), false},
                    {7, at(3 * kHourMs - 1), false},
                    {8, at(3 * kHourMs), false}};
    EXPECT_FALSE(news.is_empty());
    ASSERT_TRUE(paths_->put(news));
    EXPECT_THAT(*paths_->entered(hours), ElementsAre(std::nullopt, 2, 1)) << "before, nobody was told of";
    news.entries = {{6, at(kHourMs + 9), true}, {7, at(kHourMs + 2), false}};
    ASSERT_TRUE(paths_->put(news));
    EXPECT_THAT(*paths_->entered(hours), ElementsAre(std::nullopt, 2, 0));
    FactStore facts(database_);
    ForgetBefore all;
    all.facts = at(3 * kHourMs);
    ASSERT_TRUE(facts.forget_before(all));
    EXPECT_THAT(*paths_->entered(hours), ElementsAre(std::nullopt, std::nullopt, std::nullopt));
    EXPECT_FALSE(paths_->entered({}));
}

TEST_F(PathStoreTest, WhoseAWalkIsMayBeToldAgain) {
    PathNews news;
    news.pieces = {piece(11, 1'000, 3, "plan"), piece(12, 2'000, 3, "plan"), piece(40, 90'000, 3, "plan")};
    news.owners = {{11, at(1'000), 5}, {12, at(2'000), 6}, {40, at(90'000), 7}};
    ASSERT_TRUE(paths_->put(news));
    const auto spans = *paths_->spans("plan", at(0), at(60'000));
    EXPECT_THAT(*paths_->owners(spans),
                ElementsAre(WalkOwner{11, at(1'000), 5}, WalkOwner{12, at(2'000), 6}));
    // Somebody else since a moment, and then somebody else from before that moment on.
    news = {};
    news.owners = {{11, at(2'500), 6}, {12, at(2'000), 5}};
    ASSERT_TRUE(paths_->put(news));
    EXPECT_THAT(*paths_->owners(spans), ElementsAre(WalkOwner{11, at(1'000), 5}, WalkOwner{11, at(2'500), 6},
                                                    WalkOwner{12, at(2'000), 5}));
    news.owners = {{11, at(1'500), 8}};
    ASSERT_TRUE(paths_->put(news));
    EXPECT_THAT(*paths_->owners(spans), ElementsAre(WalkOwner{11, at(1'000), 5}, WalkOwner{11, at(1'500), 8},
                                                    WalkOwner{12, at(2'000), 5}));
    EXPECT_THAT(*paths_->owners({}), IsEmpty());
    while (*paths_->forget_before(at(3 * 24 * kHourMs)) > 0) {
    }
    EXPECT_THAT(*paths_->owners(spans), IsEmpty());
}

TEST_F(PathStoreTest, APieceThatGrowsStaysOne) {
    put({piece(1, 1'000, 3), piece(2, 1'000, 2), piece(1, 0, 5, "other")});
    PathPiece longer = piece(1, 1'000, 9);
    longer.left = at(12'000);
    put({longer});
    const auto pieces = pieces_of(0, 20'000);
    ASSERT_EQ(pieces.size(), 2U);
    EXPECT_EQ(pieces[0].points, longer.points);
    EXPECT_EQ(pieces[0].left, at(12'000));
    EXPECT_FALSE(pieces[1].left);
    EXPECT_EQ(pieces_of(8'000, 20'000).size(), 1U);
    EXPECT_THAT(pieces_of(10'000, 20'000), IsEmpty());
    EXPECT_THAT(*paths_->cameras(), ElementsAre("door", "other"));
    EXPECT_EQ(paths_->size()->points, 9 + 2 + 5);
}

TEST_F(PathStoreTest, SessionsBeginOnceAndEnd) {
    PathNews news;
    news.sessions = {{"door", 7, at(1'000), std::nullopt, 640, 360},
                     {"door", 8, at(5'000), std::nullopt, 640, 360}};
    news.layouts = {{"door", at(2'000), at(2'150)}};
    ASSERT_TRUE(paths_->put(news));
    news.sessions = {{"door", 7, at(1'000), at(4'000), 640, 360}};
    ASSERT_TRUE(paths_->put(news));
    const auto all = paths_->sessions("door", at(2'000), at(9'000));
    ASSERT_TRUE(all);
    ASSERT_EQ(all->size(), 2U) << "the one that had begun before, too";
    EXPECT_EQ(all->at(0).ended, at(4'000));
    EXPECT_FALSE(all->at(1).ended);
    EXPECT_EQ(paths_->sessions("door", at(6'000), at(9'000))->size(), 1U);
    EXPECT_EQ(paths_->layout_starts("door")->at(at(2'000)), at(2'150));
}

TEST_F(PathStoreTest, WhatIsForgottenIsKnownToBe) {
    put({piece(1, 1'000, 3), piece(2, 2'000, 30)});
    EXPECT_FALSE(*paths_->forgotten_until("door"));
    EXPECT_EQ(paths_->forget_before(at(10'000)), 1);
    EXPECT_EQ(paths_->forget_before(at(10'000)), 0);
    EXPECT_EQ(*paths_->forgotten_until("door"), at(3'000));
    EXPECT_EQ(pieces_of(0, 60'000).size(), 1U);
}

TEST_F(PathStoreTest, APathWithoutPointsIsRefusedAndNothingIsStored) {
    PathNews news;
    news.pieces = {piece(1, 1'000, 3), {"door", 2, {}, std::nullopt}};
    EXPECT_FALSE(paths_->put(news));
    EXPECT_THAT(pieces_of(0, 60'000), IsEmpty());
}

}  // namespace
}  // namespace vitrina::records

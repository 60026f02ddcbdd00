#include "records/audit_store.h"

#include <gmock/gmock.h>

#include "records/test_records.h"

namespace vitrina::records {
namespace {

using namespace std::chrono_literals;

class AuditStoreTest : public RecordsTest {
  protected:
    void SetUp() override {
        RecordsTest::SetUp();
        audits_ = std::make_unique<AuditStore>(database_);
        audit_ = {0, at(0), "anna", at(kHourMs), std::nullopt, 7, 2, 10s};
        const auto id = audits_->open(audit_);
        ASSERT_TRUE(id && *id);
        audit_.id = **id;
    }
    AuditStore::Offer offer(std::int64_t begin_ms, double draw, bool is_busy = true) {
        AuditClip window;
        window.place = door_;
        window.is_busy = is_busy;
        window.draw = draw;
        window.begin = at(begin_ms);
        window.end = at(begin_ms + 10'000);
        window.film = "door";
        window.drawing = "[]";
        window.frames = 50;
        window.bytes = 1000;
        const auto offered = audits_->offer(audit_, window);
        EXPECT_TRUE(offered) << offered.error().message;
        return offered.value_or(AuditStore::Offer{});
    }

    std::unique_ptr<AuditStore> audits_;
    Audit audit_;
    AuditPlace door_{"door", AuditKind::kCrossing, "gate"};
};

TEST_F(AuditStoreTest, OneIsOpenAtATime) {
    EXPECT_FALSE(*audits_->open(audit_));
    ASSERT_EQ(audits_->audits(at(10))->size(), 1U);
    EXPECT_FALSE(audits_->audits(at(10))->front().closed);
    EXPECT_EQ(audits_->audits(at(kHourMs))->front().closed, at(kHourMs)) << "its time is over";
    EXPECT_FALSE(*audits_->close(audit_.id, at(kHourMs)));
    Audit next = audit_;
    next.opened = at(kHourMs);
    next.closes = at(2 * kHourMs);
    const auto id = audits_->open(next);
    ASSERT_TRUE(id && *id);
    EXPECT_TRUE(*audits_->close(**id, at(kHourMs + 5)));
    EXPECT_EQ(audits_->audits(at(kHourMs + 6))->front().closed, at(kHourMs + 5));
}

TEST_F(AuditStoreTest, TheLowestDrawsOfAStratumArePicked) {
    const auto first = offer(0, 0.5);
    const auto second = offer(10'000, 0.9);
    ASSERT_TRUE(first.kept && second.kept);
    EXPECT_FALSE(offer(20'000, 0.95).kept);
    const auto better = offer(30'000, 0.1);
    EXPECT_TRUE(better.kept);
    EXPECT_EQ(better.replaced, std::vector{*second.kept});
    EXPECT_TRUE(offer(30'000, 0.95, false).kept) << "another stratum";
    EXPECT_FALSE(offer(30'000, 0.01).kept) << "offered before";
    const auto clips = audits_->clips(audit_.id);
    ASSERT_EQ(clips->size(), 3U);
    EXPECT_EQ((*clips)[0].draw, 0.1);
    const auto strata = audits_->strata(audit_.id);
    ASSERT_EQ(strata->size(), 2U);
    EXPECT_EQ((*strata)[1].windows, 4);
    EXPECT_EQ((*strata)[1].first, at(0));
    EXPECT_EQ((*strata)[1].last, at(40'000));
    EXPECT_EQ(audits_->bytes().value(), 3000);
    ASSERT_TRUE(audits_->lose(*first.kept));
    EXPECT_EQ(audits_->clip(*first.kept).value()->frames, 0);
}

TEST_F(AuditStoreTest, AnswersAreKeptAndTakenBack) {
    const std::int64_t clip = *offer(0, 0.5).kept;
    EXPECT_FALSE(audits_->clip(clip).value()->answer.is_given());
    EXPECT_TRUE(*audits_->answer(clip, {2, 1, false, "anna", at(99)}));
    const AuditAnswer answer = audits_->clip(clip).value()->answer;
    EXPECT_EQ(answer.in, 2);
    EXPECT_EQ(answer.out, 1);
    EXPECT_EQ(answer.by, "anna");
    EXPECT_TRUE(*audits_->answer(clip, {}));
    EXPECT_FALSE(audits_->clip(clip).value()->answer.is_given());
    EXPECT_FALSE(*audits_->answer(clip + 77, {}));
    EXPECT_TRUE(*audits_->remove(audit_.id));
    EXPECT_FALSE(*audits_->clip(clip));
    EXPECT_FALSE(*audits_->remove(audit_.id));
}

TEST_F(AuditStoreTest, WhatTheRecordsCount) {
    FactStore facts(database_);
    ASSERT_TRUE(facts.append(
        std::vector{crossing(1, "gate", Direction::kIn, 5'000), crossing(2, "gate", Direction::kOut, 6'000),
                    crossing(3, "gate", Direction::kIn, 10'000), crossing(4, "other", Direction::kIn, 5'000),
                    visit(5, "till", 5'000, 20'000), visit(6, "till", 12'000, 7'000)}));
    const auto count = audits_->crossings(door_, at(0), at(10'000));
    EXPECT_EQ(count->in, 1);
    EXPECT_EQ(count->out, 1);
    const AuditPlace till{"door", AuditKind::kStay, "till"};
    // Visits from 5 to 25 s, and from 12 to 19 s: at 10 and at 20 s one is there.
    EXPECT_EQ(audits_->stays(till, at(0), at(10'000), 10s)->in, 1);
    EXPECT_EQ(audits_->stays(till, at(10'000), at(20'000), 10s)->in, 1);
    EXPECT_EQ(audits_->stays(till, at(0), at(60'000), 10s)->in, 2);
    EXPECT_EQ(audits_->stays(till, at(20'000), at(60'000), 10s)->in, 0);
}

}  // namespace
}  // namespace vitrina::records

#include "records/alarm_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "records/fact_store.h"
#include "records/test_records.h"

namespace vitrina::records {
namespace {

using testing::IsEmpty;

class AlarmStoreTest : public RecordsTest {
  protected:
    void SetUp() override {
        RecordsTest::SetUp();
        store_ = std::make_unique<AlarmStore>(database_);
        ChannelRecord channel;
        channel.name = "Guard";
        channel.kind = "webhook";
        channel.address = "https://example.com/";
        channel.sealed_secret = "sealed";
        channel_ = *store_->save_channel(channel);
    }
    [[nodiscard]] Outgoing message(const std::string& key, std::int64_t created_ms = 0) const {
        Outgoing outgoing;
        outgoing.channel = channel_;
        outgoing.key = key;
        outgoing.subject = "s";
        outgoing.text = "t";
        outgoing.json = "{}";
        outgoing.created = at(created_ms);
        return outgoing;
    }
    [[nodiscard]] std::int64_t raise(std::int64_t raised_ms, const std::vector<Outgoing>& messages = {},
                                     const std::string& place = "till") const {
        AlarmRecord alarm;
        alarm.rule = 7;
        alarm.rule_name = "Queue";
        alarm.severity = "warning";
        alarm.measure = "people";
        alarm.camera = "door";
        alarm.place = place;
        alarm.value = 6;
        alarm.limit = 5;
        alarm.text = "Queue: 6 people";
        alarm.raised = at(raised_ms);
        const auto id = store_->raise(alarm, [&](const AlarmRecord&) { return messages; });
        EXPECT_TRUE(id) << id.error().message;
        return *id;
    }

    std::unique_ptr<AlarmStore> store_;
    std::int64_t channel_ = 0;
};

TEST_F(AlarmStoreTest, RulesAreAddedChangedAndRemoved) {
    const std::int64_t id = *store_->save_rule({0, "{}"});
    EXPECT_EQ(*store_->save_rule({id, R"({"a":1})"}), id);
    EXPECT_EQ(store_->rules()->at(0).json, R"({"a":1})");
    EXPECT_EQ(*store_->save_rule({id + 1, "{}"}), 0);
    EXPECT_EQ(*store_->remove_rule(id), true);
    EXPECT_EQ(*store_->remove_rule(id), false);
    EXPECT_GT(*store_->save_rule({0, "{}"}), id);  // never given twice: alarms name it
}

TEST_F(AlarmStoreTest, AnAlarmGoesOnEndsAndIsAcknowledgedOnce) {
    const std::int64_t id = raise(1000);
    static_cast<void>(raise(1500, {}, "desk"));
    EXPECT_EQ(store_->open_alarms()->size(), 2U);
    ASSERT_TRUE(store_->end(7, "door", "till", at(3000)));
    EXPECT_EQ(store_->open_alarms()->size(), 1U);
    EXPECT_EQ((*store_->alarm(id))->ended, at(3000));
    EXPECT_EQ(*store_->acknowledge(id, "ann", "opened till 2", at(4000)), true);
    EXPECT_EQ(*store_->acknowledge(id, "bob", "", at(5000)), true);
    EXPECT_EQ(*store_->acknowledge(99, "bob", "", at(5000)), false);
    const auto alarm = *store_->alarm(id);
    EXPECT_EQ(alarm->acknowledged, at(4000));
    EXPECT_EQ(alarm->acknowledged_by, "ann");
    EXPECT_EQ(alarm->note, "opened till 2");
    AlarmFilter filter;
    filter.from = at(0);
    filter.to = at(9000);
    EXPECT_EQ(store_->alarms(filter)->size(), 2U);
    filter.unacknowledged_only = true;
    ASSERT_EQ(store_->alarms(filter)->size(), 1U);
    EXPECT_EQ(store_->alarms(filter)->at(0).place, "desk");
}

TEST_F(AlarmStoreTest, WhatIsDoneLaterIsKeptTooWithItsTime) {
    const std::int64_t id = raise(1000);
    const std::int64_t other = raise(1500, {}, "desk");
    ASSERT_EQ(*store_->acknowledge(id, "guard", "", at(2000)), true);
    ASSERT_EQ(*store_->add_note(id, {at(3000), "manager", "opened till 3"}), true);
    ASSERT_EQ(*store_->acknowledge(id, "ann", "closed it again", at(4000)), true);
    ASSERT_EQ(*store_->add_note(99, {at(3000), "manager", "x"}), false);
    reopen();
    store_ = std::make_unique<AlarmStore>(database_);
    const AlarmRecord alarm = **store_->alarm(id);
    EXPECT_EQ(alarm.acknowledged_by, "guard");
    EXPECT_EQ(alarm.note, "");
    ASSERT_EQ(alarm.notes.size(), 2U);
    EXPECT_EQ(alarm.notes[0].who, "manager");
    EXPECT_EQ(alarm.notes[0].text, "opened till 3");
    EXPECT_EQ(alarm.notes[0].at, at(3000));
    EXPECT_EQ(alarm.notes[1].text, "closed it again");
    EXPECT_EQ(alarm.notes[1].at, at(4000));
    EXPECT_THAT((*store_->alarm(other))->notes, IsEmpty());
    for (std::size_t i = 2; i < kAlarmNotesMax; ++i)
        ASSERT_EQ(*store_->add_note(id, {at(5000), "ann", "again"}), true);
    EXPECT_FALSE(store_->add_note(id, {at(5000), "ann", "one too many"}));
    EXPECT_EQ((*store_->alarm(id))->notes.size(), kAlarmNotesMax);
}

TEST_F(AlarmStoreTest, AMessageKnowsTheNumberOfItsAlarm) {
    AlarmRecord alarm;
    alarm.raised = at(1000);
    alarm.open_till = "till-3";
    alarm.open_at = at(9000);
    const auto id = store_->raise(alarm, [&](const AlarmRecord& kept) {
        Outgoing outgoing = message("a");
        outgoing.json = std::to_string(kept.id);
        return std::vector<Outgoing>{outgoing};
    });
    ASSERT_TRUE(id) << id.error().message;
    EXPECT_EQ((*store_->due(channel_, at(1000)))->json, std::to_string(*id));
    EXPECT_EQ((*store_->alarm(*id))->open_till, "till-3");
    EXPECT_EQ((*store_->alarm(*id))->open_at, at(9000));
}

TEST_F(AlarmStoreTest, WhatIsPostedIsDueUntilItWasSent) {
    const std::int64_t id = raise(1000, {message("a", 1000), message("b", 1000)});
    reopen();  // as after a crash
    store_ = std::make_unique<AlarmStore>(database_);
    EXPECT_EQ(*store_->due(channel_, at(999)) == std::nullopt, true);
    EXPECT_EQ(*store_->next_due(channel_), at(1000));
    auto due = *store_->due(channel_, at(1000));
    ASSERT_TRUE(due);
    EXPECT_EQ(due->key, "a");
    EXPECT_EQ(due->alarm, id);
    ASSERT_TRUE(store_->not_sent(due->id, "no answer", at(1001), at(2000)));
    due = *store_->due(channel_, at(1500));
    ASSERT_TRUE(due);
    EXPECT_EQ(due->key, "b");
    ASSERT_TRUE(store_->sent(due->id, at(1500)));
    EXPECT_EQ(*store_->due(channel_, at(1999)) == std::nullopt, true);
    due = *store_->due(channel_, at(2000));
    ASSERT_TRUE(due);
    EXPECT_EQ(due->attempts, 1);
    auto health = store_->channel_health(at(2000))->at(0);
    EXPECT_EQ(health.waiting, 1);
    EXPECT_EQ(health.last_error, "no answer");
    EXPECT_EQ(health.last_sent, at(1500));
    ASSERT_TRUE(store_->not_sent(due->id, "gone", at(3000), std::nullopt));
    health = store_->channel_health(at(3000))->at(0);
    EXPECT_EQ(health.waiting, 0);
    EXPECT_EQ(health.given_up, 1);
    EXPECT_EQ(*store_->next_due(channel_) == std::nullopt, true);
}

TEST_F(AlarmStoreTest, AFileGoesWithItsMessage) {
    Outgoing report = message("report");
    report.file = OutgoingFile{"report.pdf", "application/pdf", {0x25, 0x00, 0xFF}};
    ASSERT_TRUE(store_->post(report));
    ASSERT_TRUE(store_->post(message("plain", 1)));
    const auto due = *store_->due(channel_, at(5));
    ASSERT_TRUE(due && due->file);
    EXPECT_EQ(due->key, "report");
    EXPECT_EQ(due->file->name, "report.pdf");
    EXPECT_EQ(due->file->type, "application/pdf");
    EXPECT_THAT(due->file->bytes, testing::ElementsAre(0x25, 0x00, 0xFF));
    ASSERT_TRUE(store_->sent(due->id, at(6)));
    const auto plain = *store_->due(channel_, at(7));
    ASSERT_TRUE(plain);
    EXPECT_FALSE(plain->file);
    EXPECT_EQ(*store_->remove_channel(channel_), true) << "with the file";
}

TEST_F(AlarmStoreTest, AChannelThatGoesTakesItsMessagesAlong) {
    Outgoing other = message("x");
    other.channel = 99;
    static_cast<void>(raise(0, {message("a"), other}));  // what is for nobody is not kept
    EXPECT_EQ(*store_->next_due(99) == std::nullopt, true);
    EXPECT_EQ(*store_->remove_channel(channel_), true);
    EXPECT_EQ(*store_->next_due(channel_) == std::nullopt, true);
    EXPECT_THAT(*store_->channels(), IsEmpty());
}

TEST_F(AlarmStoreTest, OldAlarmsAreForgottenAndWhatWaitsIsNot) {
    static_cast<void>(raise(1000, {message("a", 1000)}));
    FactStore facts(database_);
    EXPECT_EQ(*facts.forget_before({at(0), at(0), at(5000)}), 1);
    EXPECT_THAT(*store_->open_alarms(), IsEmpty());
    const auto due = *store_->due(channel_, at(9000));
    ASSERT_TRUE(due);
    ASSERT_TRUE(store_->sent(due->id, at(9000)));
    EXPECT_EQ(*facts.forget_before({at(0), at(0), at(5000)}), 1);
}

TEST_F(AlarmStoreTest, EscalationIsKeptWithItsMessages) {
    const std::int64_t id = raise(1000);
    ASSERT_TRUE(store_->escalate(id, at(2000), {message("e", 2000)}));
    EXPECT_EQ((*store_->alarm(id))->escalated, at(2000));
    EXPECT_EQ((*store_->due(channel_, at(2000)))->key, "e");
}

}  // namespace
}  // namespace vitrina::records

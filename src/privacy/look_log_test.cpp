#include "privacy/look_log.h"

#include <gmock/gmock.h>

#include "privacy/test_faces.h"
#include "records/test_stranger.h"

namespace vitrina::privacy {
namespace {

using testing::HasSubstr;

class LookLogTest : public GalleryTest {
  protected:
    LookLogTest() : log_(store_, [this] { return now_; }) {
        for (int i = 0; i < 5; ++i)
            EXPECT_TRUE(log_.note("guard", "looked at the picture of a match", i));
    }
    /// As somebody with the file and any SQLite tool would.
    void tamper(const std::string& sql) {
        records::Stranger stranger(folder_ / "vitrina.db");
        stranger.execute("DROP TRIGGER look_log_stays; DROP TRIGGER look_log_is_true; " + sql);
    }

    LookLog log_;
};

TEST_F(LookLogTest, AWholeLogIsWhole) {
    const auto verdict = log_.verify();
    ASSERT_TRUE(verdict);
    EXPECT_EQ(verdict->problem, "");
    EXPECT_EQ(verdict->entries, 5);
    EXPECT_EQ(log_.newest(1)->at(0).hash, verdict->head);
    ASSERT_TRUE(log_.note("owner", "erased", 3));
    EXPECT_EQ(log_.verify(verdict->head)->problem, "") << "a head of before is in it";
}

TEST_F(LookLogTest, WhatWasChangedShows) {
    tamper("UPDATE look_log SET whom = 99 WHERE number = 3");
    EXPECT_THAT(log_.verify()->problem, HasSubstr("entry 3"));
}

TEST_F(LookLogTest, WhatWasTakenOutShows) {
    tamper("DELETE FROM look_log WHERE number = 2");
    EXPECT_THAT(log_.verify()->problem, HasSubstr("entry 2 is missing"));
}

TEST_F(LookLogTest, AnEndThatWasCutOffShowsToWhoKeptTheHead) {
    const std::string head = log_.verify()->head;
    tamper("DELETE FROM look_log WHERE number = 5");
    EXPECT_EQ(log_.verify()->problem, "");
    EXPECT_THAT(log_.verify(head)->problem, HasSubstr("cut off"));
}

}  // namespace
}  // namespace vitrina::privacy

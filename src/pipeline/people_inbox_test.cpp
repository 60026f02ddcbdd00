#include "pipeline/people_inbox.h"

#include <gtest/gtest.h>

namespace vitrina::pipeline {
namespace {

BodyLook look_at(PersonId person) {
    BodyLook look;
    look.person = person;
    return look;
}

TEST(PeopleInbox, GivesWhatWasPutOnce) {
    PeopleInbox inbox;
    EXPECT_FALSE(inbox.has_looks());
    inbox.put(std::make_shared<const LiveTracks>());
    EXPECT_FALSE(inbox.has_looks());
    inbox.put(look_at(1));
    inbox.put(look_at(2));
    EXPECT_TRUE(inbox.has_looks());
    const auto contents = inbox.take();
    EXPECT_EQ(contents.tracks.size(), 1U);
    ASSERT_EQ(contents.looks.size(), 2U);
    EXPECT_EQ(contents.looks[0].person, 1);
    EXPECT_EQ(contents.dropped, 0);
    EXPECT_TRUE(inbox.take().looks.empty());
}

TEST(PeopleInbox, KeepsTheNewestAndCountsWhatItDrops) {
    PeopleInbox inbox;
    for (std::size_t i = 0; i < PeopleInbox::kLooksMax + 3; ++i)
        inbox.put(look_at(static_cast<PersonId>(i)));
    for (std::size_t i = 0; i < PeopleInbox::kTracksMax + 2; ++i)
        inbox.put(std::make_shared<const LiveTracks>());
    const auto contents = inbox.take();
    EXPECT_EQ(contents.looks.size(), PeopleInbox::kLooksMax);
    EXPECT_EQ(contents.looks.front().person, 3);
    EXPECT_EQ(contents.tracks.size(), PeopleInbox::kTracksMax);
    EXPECT_EQ(contents.dropped, 5);
    EXPECT_EQ(inbox.take().dropped, 0);
}

}  // namespace
}  // namespace vitrina::pipeline

#include "records/gallery_store.h"

#include <gtest/gtest.h>

#include "records/database_impl.h"
#include "records/receipt_store.h"
#include "records/test_records.h"

namespace vitrina::records {
namespace {

GalleryPerson somebody(const std::string& kind) {
    GalleryPerson person;
    person.kind = kind;
    person.key_name = "sealed key";
    person.sealed_card = "sealed card of " + kind;
    person.created = at(5);
    person.created_by = "owner";
    person.expires = at(kHourMs);
    return person;
}

class GalleryStoreTest : public RecordsTest {
  protected:
    [[nodiscard]] std::int64_t add(const std::string& kind) {
        GalleryStore store(database_);
        GalleryChange change;
        change.people.push_back(somebody(kind));
        change.pictures.push_back({0, 0, at(5), "net/1", "sealed descriptor of " + kind, "sealed jpeg"});
        change.stays.push_back({0, 0, at(6), "sealed stay"});
        const auto added = store.apply(change);
        EXPECT_TRUE(added) << added.error().message;
        return added ? added->person : 0;
    }
};

TEST_F(GalleryStoreTest, KeepsPeopleWithWhatIsTheirs) {
    const std::int64_t id = add("enrolled");
    reopen();
    GalleryStore store(database_);
    const auto people = store.people();
    ASSERT_TRUE(people && people->size() == 1);
    EXPECT_EQ((*people)[0].id, id);
    EXPECT_EQ((*people)[0].sealed_card, "sealed card of enrolled");
    EXPECT_EQ((*people)[0].expires, at(kHourMs));
    EXPECT_TRUE(store.expired(at(kHourMs - 1))->empty());
    EXPECT_EQ(store.expired(at(kHourMs))->size(), 1U);
    EXPECT_EQ(store.pictures(id)->at(0).made_by, "net/1");
    EXPECT_EQ(store.stays(id)->at(0).sealed_stay, "sealed stay");
    WatchMatch match{"ab12", id, 7, at(9), "sealed evidence", "", "", {}};
    ASSERT_TRUE(store.add_match(match));
    match.verdict = "rejected";
    match.judged = at(11);
    GalleryChange judged;
    judged.matches.push_back(match);
    ASSERT_TRUE(store.apply(judged));
    EXPECT_EQ(store.match("ab12")->value().judged, at(11));
    ASSERT_TRUE(store.add_match({"ef56", id, 8, at(7), "sealed evidence", "", "", {}}));
    ASSERT_EQ(store.matches(0, 10)->size(), 2U);
    EXPECT_EQ(store.matches(0, 1)->at(0).id, "ef56") << "older, but nobody judged it";
    EXPECT_FALSE(store.match("cd34")->has_value());
}

TEST_F(GalleryStoreTest, WhoIsErasedGoesWithEverythingAndHisNumberStaysUnused) {
    const std::int64_t first = add("enrolled");
    GalleryStore store(database_);
    ASSERT_TRUE(store.add_match({"ab12", first, 7, at(9), "sealed evidence", "", "", {}}));
    GalleryChange change;
    change.erased.push_back(first);
    ASSERT_TRUE(store.apply(change));
    EXPECT_TRUE(store.people()->empty());
    EXPECT_TRUE(store.pictures(0)->empty());
    EXPECT_TRUE(store.stays(first)->empty());
    EXPECT_TRUE(store.matches(0, 10)->empty());
    EXPECT_GT(add("watched"), first);
}

TEST_F(GalleryStoreTest, AChangeIsMadeWholeOrNotAtAll) {
    const std::int64_t id = add("enrolled");
    GalleryStore store(database_);
    GalleryChange change;
    change.people.push_back(somebody("enrolled"));
    change.pictures.push_back({0, 9999, at(5), "net/1", "x", "x"});  // of nobody
    change.erased.push_back(id);
    EXPECT_FALSE(store.apply(change));
    EXPECT_EQ(store.people()->size(), 1U);
}

TEST_F(GalleryStoreTest, TheLogOfLooksIsOnlyAddedTo) {
    GalleryStore store(database_);
    const auto hash = [](const std::string& before, const LookEntry& entry) { return before + entry.what; };
    for (const char* what : {"a", "b", "c"}) {
        LookEntry entry;
        entry.at = at(3);
        entry.who = "guard";
        entry.what = what;
        ASSERT_TRUE(store.note_look(entry, hash));
    }
    EXPECT_EQ(store.newest_looks(1)->at(0).hash, "abc");
    EXPECT_EQ(store.looks_after(1, 10)->size(), 2U);
    auto& impl = database_->impl();
    EXPECT_FALSE(impl.run("DELETE FROM look_log WHERE number = 2"));
    EXPECT_FALSE(impl.run("UPDATE look_log SET who = 'nobody' WHERE number = 2"));
    const std::string add = "INSERT OR REPLACE INTO look_log (number, at_ms, who, what, whom, hash) ";
    for (const char* const number : {"2", "9", "NULL"})
        EXPECT_FALSE(impl.run((add + "VALUES (" + number + ", 1, 'nobody', 'x', 0, 'x')").c_str())) << number;
    EXPECT_EQ(store.looks_after(0, 10)->size(), 3U);
    EXPECT_EQ(store.looks_after(1, 1)->at(0).who, "guard");
}

TEST_F(GalleryStoreTest, ReceiptsAreThoseOfThePersonAndOfTheCard) {
    GalleryStore store(database_);
    EXPECT_TRUE(store.receipts_of({1, 2}, {"card"})->empty());
    ReceiptStore receipts(database_);
    ASSERT_TRUE(receipts.save_till({"t", "Till", "", ""}));
    std::vector<Receipt> bought(3);
    for (std::size_t i = 0; i < bought.size(); ++i) {
        bought[i].id = "r" + std::to_string(i + 1);
        bought[i].till = "t";
        bought[i].at = at(static_cast<std::int64_t>(i) * 1000);
        bought[i].total_minor = 100;
    }
    bought[0].card = "card";
    ASSERT_TRUE(receipts.add(bought, at(5000)));
    auto& impl = database_->impl();
    for (const auto& [id, probability] : {std::pair("r2", 0.9), std::pair("r3", 0.2)})
        ASSERT_TRUE(impl.run(
            "INSERT INTO receipt_matches (receipt, visit, person, probability) SELECT number, 'v', 2, ? "
            "FROM receipts WHERE id = ?",
            probability, std::string(id)));
    EXPECT_EQ(store.receipts_of({2}, {"card"}).value(), (std::vector<std::string>{"r2", "r1"}));
}

}  // namespace
}  // namespace vitrina::records

#include "records/taught_store.h"

#include <gtest/gtest.h>

#include "records/test_records.h"

namespace vitrina::records {
namespace {

TEST(TaughtStore, KeepsExamplesUntilTheyAreRemoved) {
    const TempFolder folder;
    const auto database = Database::open(folder.path() / "vitrina.db", {});
    ASSERT_TRUE(database) << database.error().message;
    TaughtStore store(*database);
    const TaughtRecord staff{0, "staff", 1, "sealed Anna", at(5), "owner", "form/1", "sealed looks"};
    const TaughtRecord customers{0, "customer", 3, "", at(6), "owner", "form/1", "sealed means"};
    const auto first = store.add(staff);
    const auto second = store.add(customers);
    ASSERT_TRUE(first && second);
    auto all = store.all();
    ASSERT_TRUE(all);
    ASSERT_EQ(all->size(), 2U);
    EXPECT_EQ((*all)[0].id, *first);
    EXPECT_EQ((*all)[0].sealed_name, "sealed Anna");
    EXPECT_EQ((*all)[0].marked, at(5));
    EXPECT_EQ((*all)[1].people, 3);
    EXPECT_EQ((*all)[1].sealed_looks, "sealed means");
    EXPECT_TRUE(store.remove(*first).value());
    EXPECT_FALSE(store.remove(*first).value());
    EXPECT_EQ(store.remove_all().value(), 1);
    EXPECT_TRUE(store.all()->empty());
}

}  // namespace
}  // namespace vitrina::records

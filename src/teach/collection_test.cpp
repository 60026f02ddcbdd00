#include "teach/collection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vitrina::teach {
namespace {

using testing::HasSubstr;

const std::string kApple(32, 'a');
const std::string kPear(32, 'b');

Collection fruit() {
    Collection collection;
    collection.id = 3;
    collection.name = "Фрукты";
    collection.made = UtcTime(std::chrono::milliseconds(1'700'000'000'123));
    collection.classes = {{1, "apple"}, {2, "pear \"Williams\""}};
    collection.pictures = {{kApple, "IMG 1.jpg", 1, collection.made, {}},
                           {kPear, "2.png", {}, collection.made, kApple}};
    collection.next_class = 3;
    collection.next_version = 2;
    collection.served = {1};
    return collection;
}

TEST(Collection, IsReadAsItWasWritten) {
    const auto read = parse_collection(to_json(fruit()));
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(to_json(*read), to_json(fruit()));
    EXPECT_EQ(read->name, "Фрукты");
    EXPECT_EQ(read->pictures[1].twin_of, kApple);
    EXPECT_EQ(read->in_service(), 1);
}

TEST(Collection, DamageIsAnErrorAndNothingElse) {
    const std::string whole = to_json(fruit());
    for (std::size_t length = 0; length < whole.size(); ++length)
        EXPECT_FALSE(parse_collection(whole.substr(0, length)));
    Collection odd = fruit();
    odd.pictures[0].label = 7;
    const auto unknown = parse_collection(to_json(odd));
    ASSERT_FALSE(unknown);
    EXPECT_THAT(unknown.error().message, HasSubstr("IMG 1.jpg"));
    odd = fruit();
    odd.pictures[0].id = "../../etc/passwd";
    EXPECT_FALSE(parse_collection(to_json(odd)));
}

TEST(Collection, TwoClassesWithPicturesCanBeToldApart) {
    Collection collection = fruit();
    EXPECT_EQ(collection.counts(), (std::vector<std::size_t>{1, 0}));
    auto learnable = check_learnable(collection);
    ASSERT_FALSE(learnable);
    EXPECT_THAT(learnable.error().message, HasSubstr("only one class has pictures"));
    collection.pictures[1].label = 2;
    EXPECT_TRUE(check_learnable(collection));
    for (TaughtPicture& picture : collection.pictures)
        picture.label.reset();
    learnable = check_learnable(collection);
    ASSERT_FALSE(learnable);
    EXPECT_THAT(learnable.error().message, HasSubstr("no picture has a label yet"));
}

}  // namespace
}  // namespace vitrina::teach

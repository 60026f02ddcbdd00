#include "base/spans.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vitrina {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

UtcTime at(int second) {
    return UtcTime(std::chrono::seconds(second));
}

TEST(Spans, ThatTouchOrLieOverEachOtherAreJoined) {
    EXPECT_THAT(
        joined_spans({{at(20), at(30)}, {at(0), at(5)}, {at(5), at(7)}, {at(22), at(25)}, {at(28), at(31)}}),
        ElementsAre(Pair(at(0), at(7)), Pair(at(20), at(31))));
    EXPECT_THAT(joined_spans({{at(3), at(3)}, {at(5), at(4)}}), IsEmpty());
}

}  // namespace
}  // namespace vitrina

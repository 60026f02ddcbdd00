#include "app/descriptor_limit.h"

#include <algorithm>

#include <gtest/gtest.h>
#include <sys/resource.h>

namespace vitrina::app {
namespace {

TEST(DescriptorLimit, IsRaisedAsFarAsItMay) {
    rlimit limit{};
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &limit), 0);
    const rlimit before = limit;
    limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, 256);
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &limit), 0);
    const auto wanted = static_cast<std::int64_t>(std::min(limit.rlim_max, rlim_t{kDescriptorsWanted}));
    EXPECT_EQ(raise_descriptor_limit(), wanted);
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &limit), 0);
    EXPECT_EQ(limit.rlim_cur, static_cast<rlim_t>(wanted));
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
}

TEST(DescriptorLimit, LeavesCamerasAndRecordsTheirShare) {
    EXPECT_EQ(connections_within(kDescriptorsWanted), api::ServerLimits{}.connections_max);
    EXPECT_EQ(connections_within(1024), 1024 - kDescriptorsKept);
    EXPECT_GT(connections_within(256), 0);
}

}  // namespace
}  // namespace vitrina::app

#include "app/descriptor_limit.h"

#include <algorithm>

#include <sys/resource.h>

namespace vitrina::app {
namespace {

/// Where the limit is so low that something will fail: then somebody still sees what.
constexpr std::int64_t kConnectionsMin = 64;

}  // namespace

std::int64_t raise_descriptor_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
    const rlimit before = limit;
    limit.rlim_cur = std::max(limit.rlim_cur, std::min(limit.rlim_max, rlim_t{kDescriptorsWanted}));
    if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) limit = before;
    return static_cast<std::int64_t>(std::min(limit.rlim_cur, rlim_t{kDescriptorsWanted}));
}

int connections_within(std::int64_t descriptors) {
    return static_cast<int>(std::clamp<std::int64_t>(descriptors - kDescriptorsKept, kConnectionsMin,
                                                     api::ServerLimits{}.connections_max));
}

}  // namespace vitrina::app

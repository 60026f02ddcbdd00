#include "base/bounded_queue.h"

#include <atomic>
#include <memory>
#include <numeric>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace vitrina {
namespace {

TEST(BoundedQueue, KeepsTheOrder) {
    BoundedQueue<int> queue(3);
    for (int i = 0; i < 3; ++i)
        EXPECT_TRUE(queue.push(i));
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(queue.pop(), i);
}

TEST(BoundedQueue, AfterCloseGivesWhatIsLeftAndTakesNothing) {
    BoundedQueue<std::unique_ptr<int>> queue(3);
    EXPECT_TRUE(queue.push(std::make_unique<int>(7)));
    queue.close();
    queue.close();
    EXPECT_FALSE(queue.push(std::make_unique<int>(8)));
    const auto item = queue.pop();
    ASSERT_TRUE(item);
    EXPECT_EQ(**item, 7);
    EXPECT_FALSE(queue.pop());
    EXPECT_FALSE(queue.pop());
}

TEST(BoundedQueue, CloseWakesWhoWaits) {
    BoundedQueue<int> full(1);
    ASSERT_TRUE(full.push(1));
    BoundedQueue<int> empty(1);
    std::thread pusher([&] { EXPECT_FALSE(full.push(2)); });
    std::thread popper([&] { EXPECT_FALSE(empty.pop()); });
    full.close();
    empty.close();
    pusher.join();
    popper.join();
}

TEST(BoundedQueue, ManyThreadsLoseNothing) {
    constexpr int kEach = 5000;
    constexpr int kThreads = 3;
    BoundedQueue<int> queue(4);
    std::atomic<std::int64_t> sum = 0;
    std::vector<std::thread> pushers;
    std::vector<std::thread> poppers;
    for (int t = 0; t < kThreads; ++t) {
        pushers.emplace_back([&] {
            for (int i = 1; i <= kEach; ++i)
                EXPECT_TRUE(queue.push(i));
        });
        poppers.emplace_back([&] {
            while (const auto item = queue.pop())
                sum += *item;
        });
    }
    for (std::thread& thread : pushers)
        thread.join();
    queue.close();
    for (std::thread& thread : poppers)
        thread.join();
    EXPECT_EQ(sum, static_cast<std::int64_t>(kThreads) * kEach * (kEach + 1) / 2);
}

}  // namespace
}  // namespace vitrina

#include "pipeline/listeners.h"

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include <gtest/gtest.h>

namespace vitrina::pipeline {
namespace {

using namespace std::chrono_literals;

TEST(Listeners, AreToldUntilTheyGo) {
    Listeners<std::string> listeners;
    std::string heard;
    auto handle = listeners.add([&](const std::string& word) { heard += word; });
    listeners.tell("a");
    handle.reset();
    listeners.tell("b");
    EXPECT_EQ(heard, "a");
}

TEST(Listeners, WhoLetsGoWaitsForTheCallThatRuns) {
    Listeners<> listeners;
    std::atomic<bool> is_called = false;
    std::atomic<bool> has_returned = false;
    auto handle = listeners.add([&] {
        is_called = true;
        std::this_thread::sleep_for(100ms);
        has_returned = true;
    });
    std::thread teller([&] { listeners.tell(); });
    while (!is_called)
        std::this_thread::sleep_for(1ms);
    handle.reset();
    EXPECT_TRUE(has_returned) << "what the function uses may go now";
    teller.join();
}

TEST(Listeners, ComeAndGoWhileTwoThreadsTell) {
    Listeners<int> listeners;
    std::atomic<bool> is_over = false;
    const auto tell = [&] {
        while (!is_over)
            listeners.tell(1);
    };
    std::thread first(tell);
    std::thread second(tell);
    for (int i = 0; i < 200; ++i) {
        auto inside = std::make_unique<int>(0);  // not atomic: one call at a time
        const auto handle = listeners.add([count = inside.get()](int one) { *count += one; });
        std::this_thread::sleep_for(100us);
    }
    is_over = true;
    first.join();
    second.join();
}

}  // namespace
}  // namespace vitrina::pipeline

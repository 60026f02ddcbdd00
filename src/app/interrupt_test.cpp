#include "app/interrupt.h"

#include <csignal>
#include <thread>

#include <gtest/gtest.h>

namespace vitrina::app {
namespace {

// What block_interrupts() blocks, on a thread whose mask goes with it.
sigset_t blocked() {
    sigset_t mask;
    sigemptyset(&mask);
    std::thread([&mask] {
        block_interrupts();
        pthread_sigmask(SIG_SETMASK, nullptr, &mask);
    }).join();
    return mask;
}

class Interrupts : public testing::Test {
  protected:
    void SetUp() override { before_ = std::signal(SIGHUP, SIG_DFL); }
    void TearDown() override { static_cast<void>(std::signal(SIGHUP, before_)); }

  private:
    void (*before_)(int) = SIG_DFL;
};

TEST_F(Interrupts, AreTaken) {
    const sigset_t mask = blocked();
    EXPECT_EQ(sigismember(&mask, SIGTERM), 1);
    EXPECT_EQ(sigismember(&mask, SIGHUP), 1);
}

TEST_F(Interrupts, ThatAreIgnoredStaySo) {
    ASSERT_NE(std::signal(SIGHUP, SIG_IGN), SIG_ERR);
    const sigset_t mask = blocked();
    EXPECT_EQ(sigismember(&mask, SIGHUP), 0);
    EXPECT_EQ(sigismember(&mask, SIGTERM), 1);
}

}  // namespace
}  // namespace vitrina::app

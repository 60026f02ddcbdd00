#include "app/progress.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace vitrina::app {
namespace {

constexpr auto kDrawEvery = std::chrono::milliseconds(200);
constexpr auto kSpeedWindow = std::chrono::seconds(5);
constexpr int kBarMax = 40;

std::string clock_text(double seconds) {
    const auto whole = static_cast<std::int64_t>(std::lround(seconds));
    if (whole >= 3600) return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
    return fmt::format("{}:{:02}", whole / 60, whole % 60);
}

int terminal_width() {
    winsize size{};
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
    return 80;
}

}  // namespace

std::string progress_line(std::int64_t frames, std::optional<double> share, double frames_per_second,
                          std::optional<double> seconds_left, int width) {
    std::string text = fmt::format("{} frames  {:.1f} frames/s", frames, frames_per_second);
    if (seconds_left) text += fmt::format("  {} left", clock_text(*seconds_left));
    if (share) {
        const double known = std::clamp(*share, 0.0, 1.0);
        const std::string percent = fmt::format("{:3.0f} %  ", std::floor(known * 100));
        const int room = width - static_cast<int>(text.size() + percent.size()) - 4;
        text.insert(0, percent);
        if (const int length = std::min(room, kBarMax); length >= 5) {
            const int done = static_cast<int>(std::lround(known * length));
            text.insert(0, fmt::format("[{}{}] ", std::string(done, '#'), std::string(length - done, '.')));
        }
    }
    if (static_cast<int>(text.size()) > width) text.resize(static_cast<std::size_t>(std::max(width, 0)));
    return text;
}

Progress::Progress(std::optional<Duration> duration)
    : duration_(duration), terminal_(isatty(STDERR_FILENO) == 1) {
    if (terminal_) marks_.push_back({Clock::now(), 0, SourceTime{}});
}

Progress::~Progress() {
    if (drawn_) std::fputs("\r\033[K", stderr);
}

void Progress::show(std::int64_t frames, SourceTime at) {
    if (!terminal_) return;
    const Mark now{Clock::now(), frames, at};
    if (now.when - marks_.back().when < kDrawEvery) return;
    draw(now);
    marks_.push_back(now);
    while (now.when - marks_.front().when > kSpeedWindow)
        marks_.pop_front();
}

void Progress::draw(const Mark& now) {
    const Mark& then = marks_.front();
    const double seconds = std::chrono::duration<double>(now.when - then.when).count();
    const double frames_per_second = static_cast<double>(now.frames - then.frames) / seconds;
    std::optional<double> share;
    std::optional<double> left;
    if (duration_ && duration_->count() > 0) {
        share = to_seconds(now.at) / to_seconds(*duration_);
        const double speed = to_seconds(now.at - then.at) / seconds;  // seconds of video in a second
        if (speed > 0) left = std::max(0.0, (to_seconds(*duration_) - to_seconds(now.at)) / speed);
    }
    const std::string line = progress_line(now.frames, share, frames_per_second, left, terminal_width() - 1);
    fmt::print(stderr, "\r\033[K{}", line);
    std::fflush(stderr);
    drawn_ = true;
}

}  // namespace vitrina::app

// A progress bar on the terminal, or nothing at all where there is none. One thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "base/time.h"

namespace vitrina::app {

/// One line of text for a state of the work, `width` characters at most: share done, frames, frames a second,
/// time left. `share` is 0..1; empty when nobody knows how long the source is.
[[nodiscard]] std::string progress_line(std::int64_t frames, std::optional<double> share,
                                        double frames_per_second, std::optional<double> seconds_left,
                                        int width);

class Progress {
  public:
    /// `duration` is an estimate. Draws on stderr if that is a terminal.
    explicit Progress(std::optional<Duration> duration);
    /// Removes the bar.
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    /// After each frame; draws a few times a second.
    void show(std::int64_t frames, SourceTime at);

  private:
    using Clock = std::chrono::steady_clock;
    struct Mark {
        Clock::time_point when;
        std::int64_t frames;
        SourceTime at;
    };

    void draw(const Mark& now);

    std::optional<Duration> duration_;
    bool terminal_;
    bool drawn_ = false;
    std::deque<Mark> marks_;  // of the last seconds, for the present speed
};

}  // namespace vitrina::app

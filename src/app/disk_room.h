// What is done about a disk that gets full: what became of the reserve goes to the log as it changes, and
// while it is used, what is worth less than facts makes room for them: evidence pictures first, then old
// paths, while the reserve's room is still there to do it in. Where there never was room for a reserve
// nothing is removed: such a disk is small, not full. One thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

#include "base/result.h"
#include "records/database.h"

namespace vitrina::app {

class DiskRoom {
  public:
    struct Options {
        /// Removes the oldest evidence pictures, some at a time. Whether there were some: then it is asked
        /// again.
        std::function<Result<bool>()> forget_evidence;
        /// Whether the oldest paths are to go, from now on: who writes them does it.
        std::function<void(bool wanted)> forget_paths;
        std::function<void(const std::string&)> log;
        /// Bytes of the records that hold nothing: with so many nothing more is removed. Leave alone outside
        /// of tests: who removes paths has the same limit.
        std::int64_t room = records::kRoomForFacts;
    };

    /// Borrows the database.
    DiskRoom(records::Database& database, Options options);

    /// Looks at the disk, and removes some of it where that is needed. To be called every second or so.
    void step();

  private:
    using Clock = std::chrono::steady_clock;
    /// How far it had to go since the disk is full.
    enum class Removed : std::uint8_t { kNothing, kEvidence, kPaths };

    void see(records::ReserveState state);
    void make_room();
    /// Once for each problem.
    void complain(const std::string& problem);
    void tell(Removed removed);

    records::Database& database_;
    const Options options_;
    records::ReserveState state_ = records::ReserveState::kKept;
    Removed told_ = Removed::kNothing;
    Clock::time_point next_try_;  // to set the reserve aside again
    std::string complaint_;
};

/// What is said where the reserve can't be set aside.
[[nodiscard]] std::string no_reserve_words();

}  // namespace vitrina::app

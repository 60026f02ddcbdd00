#include "app/disk_room.h"

#include <utility>

namespace vitrina::app {
namespace {

constexpr std::chrono::seconds kReserveEvery{60};
// In one step: whoever fills the disk may be quick, and a watchdog waits for who calls.
constexpr std::chrono::milliseconds kRemovingMax{500};

}  // namespace

std::string no_reserve_words() {
    return "the disk has too little room to set any aside for when it is full (reserve_mb): free some space, "
           "or set less aside; a disk that gets full takes no facts";
}

DiskRoom::DiskRoom(records::Database& database, Options options)
    : database_(database), options_(std::move(options)) {}

void DiskRoom::step() {
    records::ReserveState state = database_.reserve();
    const bool is_missing = state != records::ReserveState::kKept;
    if (is_missing && (state != state_ || Clock::now() >= next_try_)) {
        next_try_ = Clock::now() + kReserveEvery;
        database_.restore_reserve();
        state = database_.reserve();
    }
    see(state);
    if (state_ == records::ReserveState::kUsed)
        make_room();
    else
        options_.forget_paths(false);
}

void DiskRoom::see(records::ReserveState state) {
    if (std::exchange(state_, state) == state) return;
    told_ = Removed::kNothing;
    switch (state) {
        case records::ReserveState::kKept:
            return options_.log("disk space is set aside again");
        case records::ReserveState::kNotTaken:
            return options_.log(no_reserve_words());
        case records::ReserveState::kUsed:
            return options_.log(
                "the disk is full: what was set aside is being used (reserve_mb); free some space");
    }
}

void DiskRoom::make_room() {
    if (const auto free = database_.free_bytes(); free && *free >= options_.room)
        return options_.forget_paths(false);
    const auto until = Clock::now() + kRemovingMax;
    bool is_left = true;
    while (Clock::now() < until) {
        const auto forgotten = options_.forget_evidence();
        if (!forgotten) complain(forgotten.error().message);
        is_left = forgotten && *forgotten;
        if (!is_left) break;
        tell(Removed::kEvidence);
        next_try_ = {};  // there may be enough room for the reserve now
    }
    if (!is_left) tell(Removed::kPaths);
    options_.forget_paths(!is_left);
}

void DiskRoom::complain(const std::string& problem) {
    if (std::exchange(complaint_, problem) != problem) options_.log(problem);
}

void DiskRoom::tell(Removed removed) {
    if (removed <= told_) return;
    told_ = removed;
    options_.log(removed == Removed::kEvidence
                     ? "the disk is full: pictures of audits and alarms are removed, the oldest first"
                     : "the disk is full: paths are removed, the oldest first; those of the last day stay");
}

}  // namespace vitrina::app

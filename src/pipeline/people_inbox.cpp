#include "pipeline/people_inbox.h"

#include <utility>

namespace vitrina::pipeline {
namespace {

/// How many had to go for it.
template <typename T>
std::int64_t put_newest(std::deque<T>& queue, T newest, std::size_t max) {
    queue.push_back(std::move(newest));
    if (queue.size() <= max) return 0;
    queue.pop_front();
    return 1;
}

}  // namespace

void PeopleInbox::put(std::shared_ptr<const LiveTracks> tracks) {
    const MutexLock lock(mutex_);
    contents_.dropped += put_newest(contents_.tracks, std::move(tracks), kTracksMax);
}

void PeopleInbox::put(BodyLook look) {
    const MutexLock lock(mutex_);
    contents_.dropped += put_newest(contents_.looks, std::move(look), kLooksMax);
}

PeopleInbox::Contents PeopleInbox::take() {
    const MutexLock lock(mutex_);
    return std::exchange(contents_, Contents());
}

bool PeopleInbox::has_looks() const {
    const MutexLock lock(mutex_);
    return !contents_.looks.empty();
}

}  // namespace vitrina::pipeline

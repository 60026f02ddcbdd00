// What the routes work with where people are known by face. Everything in it outlives the server. Plain
// values.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <utility>

#include "base/mutex.h"
#include "domain/face_look.h"
#include "pipeline/recognition_watch.h"
#include "privacy/gallery.h"
#include "privacy/look_log.h"
#include "records/gallery_store.h"

namespace vitrina::api {

/// Which lists were shown to whom last, so that a screen that asks again and again is noted once. Any thread.
class ListsSeen {
  public:
    /// Whether it is another than he saw last.
    [[nodiscard]] bool is_new(const std::string& who, const std::string& shown) {
        const MutexLock lock(mutex_);
        if (seen_.size() >= kPeopleMax && !seen_.contains(who)) seen_.clear();
        const std::size_t hash = std::hash<std::string>()(shown);
        const auto [place, is_first] = seen_.try_emplace(who, hash);
        return is_first || std::exchange(place->second, hash) != hash;
    }
    /// It could not be noted: he has not seen it.
    void forget(const std::string& who) {
        const MutexLock lock(mutex_);
        seen_.erase(who);
    }

  private:
    static constexpr std::size_t kPeopleMax = 1000;  // who may sign in
    Mutex mutex_;
    std::map<std::string, std::size_t> seen_ GUARDED_BY(mutex_);
};

struct RecognitionServices {
    privacy::Gallery& gallery;
    const records::GalleryStore& records;
    privacy::LookLog& looks;
    pipeline::RecognitionWatch& watch;
    FacePhotographs* photographs = nullptr;  // null: the networks are not on this computer
    mutable ListsSeen lists_seen{};          // of matches of the watchlist
};

}  // namespace vitrina::api

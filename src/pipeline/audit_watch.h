// Audits at work: while one is open, keeps the last seconds of the cameras it needs (audit_film.h), offers
// each window of time of each line and zone to be picked, and keeps the pictures of those that were, sealed,
// in a folder of their own. Which windows are picked follows from the audit's seed alone. Nobody's pictures
// are kept but while an audit is open, and they go with it, or after kKeptDays.
//
// Any thread may call anything. A thread of its own makes pictures small, hides faces and writes files;
// cameras only hand pictures over.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "base/mutex.h"
#include "base/result.h"
#include "pipeline/audit_film.h"
#include "pipeline/audit_places.h"
#include "pipeline/film_frame.h"
#include "pipeline/shop.h"
#include "privacy/sealer.h"
#include "records/audit_store.h"

namespace vitrina::pipeline {

/// Places of one audit: each costs a question to the records every window.
inline constexpr std::size_t kAuditPlacesMax = 60;
/// Pictures of all clips, as sealed files. A window that is picked beyond it has no pictures, and no answer.
inline constexpr std::int64_t kAuditBytesMax = std::int64_t{1} << 30;
/// Pictures that wait for the thread, each of some megabytes; more are left out, which is a gap in the film.
inline constexpr std::size_t kFilmWaitingMax = 40;
/// Pictures of an audit that was closed so long ago go.
inline constexpr std::chrono::hours kAuditKept{24 * 14};
/// What happened in a window is known so long after it: facts of the floor plan come latest.
inline constexpr std::chrono::seconds kAuditSettles{12};
static_assert(AuditFilm::kKept > kAuditSettles + std::chrono::seconds(30));

class AuditWatch {
  public:
    struct Options {
        std::filesystem::path folder;  // of the pictures; made when it is needed
        std::function<UtcTime()> now;
        std::function<void(bool wanted)> want_film;   // from the cameras; may be empty
        std::function<bool()> has_room;               // the disk, for pictures; empty: always
        std::function<void(const std::string&)> log;  // may be empty
        enum class Thread : std::uint8_t { kOwn, kNone };
        Thread thread = Thread::kOwn;  // kNone: only step() does anything, for tests
    };

    /// Borrows everything but the options. Starts its thread.
    AuditWatch(records::AuditStore& audits, const privacy::Sealer& sealer, const Shop& shop, Options options);
    /// Calls stop().
    ~AuditWatch();
    AuditWatch(const AuditWatch&) = delete;
    AuditWatch& operator=(const AuditWatch&) = delete;

    /// Before the shop goes.
    void stop();

    /// From the networks' threads: doesn't wait.
    void film(const FilmFrame& frame);

    /// Looks after audits at once rather than in a second: one was opened, closed or removed.
    void poke();

    /// Of a clip, in the order of time; nothing when they are gone. Fails when they can't be read.
    [[nodiscard]] Result<std::vector<FilmPicture>> pictures(const records::AuditClip& clip) const;
    /// Keeps them, sealed.
    [[nodiscard]] Result<void> keep(const records::AuditClip& clip,
                                    std::span<const FilmPicture> pictures) const;
    /// The audit and its pictures.
    [[nodiscard]] Result<bool> remove(std::int64_t audit);
    /// The disk is full: the pictures of the oldest clip go, whatever the audit; the clip stays. Whether
    /// there were some.
    [[nodiscard]] Result<bool> forget_oldest_film();
    /// Lines and zones that no camera shows whole: they can't be audited.
    [[nodiscard]] std::vector<records::AuditPlace> unseen() const;

    /// One round of its thread, for tests: takes what was filmed and decides on windows that are over.
    void step();

  private:
    void run();
    [[nodiscard]] bool wait();
    void take_film() REQUIRES(mutex_);
    void look_at_audits() REQUIRES(mutex_);
    void decide(const records::Audit& audit) REQUIRES(mutex_);
    void offer(const records::Audit& audit, const FilmedPlace& place, UtcTime begin, UtcTime end)
        REQUIRES(mutex_);
    [[nodiscard]] std::vector<FilmedPlace> places() const;
    [[nodiscard]] std::filesystem::path file_of(const records::AuditClip& clip) const;
    [[nodiscard]] std::filesystem::path folder_of(std::int64_t audit) const;
    void tidy(const std::vector<records::Audit>& audits) REQUIRES(mutex_);
    void complain(const std::string& message) REQUIRES(mutex_);

    records::AuditStore& audits_;
    const privacy::Sealer& sealer_;
    const Shop& shop_;
    const Options options_;

    mutable Mutex inbox_mutex_;  // nothing else is asked for under it
    Condition changed_;
    std::deque<FilmFrame> inbox_ GUARDED_BY(inbox_mutex_);
    bool wants_film_ GUARDED_BY(inbox_mutex_) = false;
    bool poked_ GUARDED_BY(inbox_mutex_) = false;
    bool stopping_ GUARDED_BY(inbox_mutex_) = false;

    mutable Mutex mutex_;  // of steps
    std::optional<records::Audit> open_ GUARDED_BY(mutex_);
    std::vector<FilmedPlace> places_ GUARDED_BY(mutex_);
    std::map<std::string, AuditFilm> films_ GUARDED_BY(mutex_);
    std::int64_t next_window_ GUARDED_BY(mutex_) = 0;  // since 1970; 0: none yet
    UtcTime looked_ GUARDED_BY(mutex_);                // at audits and places
    UtcTime tidied_ GUARDED_BY(mutex_);
    std::string complaint_ GUARDED_BY(mutex_);
    std::thread thread_;  // last: it uses the others
};

/// A number in [0, 1) for a window of a place: the same for the same seed.
[[nodiscard]] double draw_of(std::int64_t seed, const records::AuditPlace& place, std::int64_t window);

}  // namespace vitrina::pipeline

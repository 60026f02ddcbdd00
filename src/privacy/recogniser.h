// Who it is that was just seen: looks at faces in, decisions out. Looks of one visitor are taken together, so
// that a visitor is told of once. Nothing of anybody who is not in the gallery is kept for longer than a
// visit, and in the mode of a day for longer than that day; none of it ever leaves memory.
//
// One thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "domain/face_look.h"
#include "privacy/gallery.h"
#include "privacy/mode.h"

namespace vitrina::privacy {

/// A look that tells less than this decides nothing.
inline constexpr double kWorthMin = 0.25;
/// Somebody who was not seen for so long has gone: what was known of his face goes too.
inline constexpr std::chrono::minutes kVisitPause{10};
inline constexpr std::size_t kVisitorsMax = 5'000;  // at once; beyond it the one not seen for longest goes
inline constexpr std::size_t kOfTodayMax = 20'000;  // visitors of a day who are told again
/// Looks at somebody unknown before he is taken in, where all are recognised.
inline constexpr int kLooksToKnow = 3;
/// Looks that must take him for the same person of the gallery before he is known: more of them than take him
/// for anybody else by as many, and half of his looks at least. It is taken back when fewer than a quarter
/// say so, or more for another; of whom was taken in from these very looks, only by more for another.
inline constexpr int kLooksToAgree = 2;

class Recogniser {
  public:
    struct Options {
        Mode mode = Mode::kAnonymous;
        Whom whom = Whom::kEnrolledAndWatchlist;
        /// The likeness that is enough, for a network: the shop chose how rare a false match must be. None:
        /// the network was not measured, and nobody is told by it.
        std::function<std::optional<double>(const std::string& made_by)> threshold;
        /// The same where each look is compared to so many pictures at once: the more there are, the liker
        /// somebody must be. Empty: `threshold`.
        std::function<std::optional<double>(const std::string& made_by, std::size_t pictures)>
            threshold_among;
        /// Which day an instant is of, by the shop's clock.
        std::function<std::int64_t(UtcTime)> day_of;
    };

    /// Somebody whom a visitor was taken for, and what was kept of it.
    struct Mistaken {
        std::int64_t person = 0;
        std::int64_t stay = 0;  // as kept() was told; 0: none
    };
    struct Outcome {
        std::optional<Likeness> watched;   // once for each visitor and entry
        std::optional<Likeness> known;     // once for each visitor, unless it is taken back
        std::optional<Mistaken> mistaken;  // he is not whom he was taken for
        bool is_newcomer = false;          // not known, and to be taken in
        bool was_here_today = false;       // once for each visitor
    };

    Recogniser(const Gallery& gallery, Options options);

    [[nodiscard]] Outcome look(const FaceLook& look);
    /// Nobody was told that he looks like this entry: the next look says it again.
    void not_told(const FaceLook& look, std::int64_t entry);
    /// That he came is kept under this number.
    void kept(const FaceLook& look, std::int64_t stay);
    /// He is in the gallery now, as this person.
    void took_in(const FaceLook& look, std::int64_t person);
    /// Whoever has not been seen for kVisitPause, and a day that is over.
    void forget(UtcTime now);

    [[nodiscard]] std::size_t visitors() const { return visitors_.size(); }
    [[nodiscard]] std::size_t of_today() const { return today_.size(); }
    /// Since the start: visitors before a camera, and looks at them that were compared.
    struct Compared {
        std::int64_t visitors = 0;
        std::int64_t looks = 0;
    };
    [[nodiscard]] const Compared& compared() const { return compared_; }

  private:
    struct Visitor {
        UtcTime last;
        int looks = 0;
        std::set<std::int64_t> watched;     // entries that he was taken for
        std::map<std::int64_t, int> taken;  // people of the gallery: looks that took him for them
        std::optional<std::int64_t> known;
        bool is_of_his_looks = false;      // `known` was taken in from them: they can't say that it is not he
        std::int64_t stay = 0;             // that was kept of it
        std::optional<std::size_t> today;  // his place in today_
        bool was_told_today = false;
    };
    struct OfToday {
        std::string made_by;
        std::vector<float> descriptor;
    };
    void look_for_watched(const FaceLook& look, double threshold, Visitor& visitor, Outcome& outcome) const;
    void look_for_known(const FaceLook& look, double threshold, Visitor& visitor, Outcome& outcome) const;
    [[nodiscard]] std::optional<Likeness> likest_known(const FaceLook& look, double threshold) const;
    void look_for_today(const FaceLook& look, double threshold, Visitor& visitor, Outcome& outcome);

    const Gallery& gallery_;
    const Options options_;
    std::map<std::pair<std::string, PersonId>, Visitor> visitors_;
    std::vector<OfToday> today_;
    std::int64_t day_ = 0;
    Compared compared_;
};

}  // namespace vitrina::privacy

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

class Recogniser {
  public:
    struct Options {
        Mode mode = Mode::kAnonymous;
        Whom whom = Whom::kEnrolledAndWatchlist;
        /// The likeness that is enough, for a network: the shop chose how rare a false match must be. None:
        /// the network was not measured, and nobody is told by it.
        std::function<std::optional<double>(const std::string& made_by)> threshold;
        /// Which day an instant is of, by the shop's clock.
        std::function<std::int64_t(UtcTime)> day_of;
    };

    struct Outcome {
        std::optional<Likeness> watched;  // once for each visitor and entry
        std::optional<Likeness> known;    // once for each visitor
        bool is_newcomer = false;         // not known, and to be taken in
        bool was_here_today = false;      // once for each visitor
    };

    Recogniser(const Gallery& gallery, Options options);

    [[nodiscard]] Outcome look(const FaceLook& look);
    /// Nobody was told that he looks like this entry: the next look says it again.
    void not_told(const FaceLook& look, std::int64_t entry);
    /// He is in the gallery now, as this person.
    void took_in(const FaceLook& look, std::int64_t person);
    /// Whoever has not been seen for kVisitPause, and a day that is over.
    void forget(UtcTime now);

    [[nodiscard]] std::size_t visitors() const { return visitors_.size(); }
    [[nodiscard]] std::size_t of_today() const { return today_.size(); }

  private:
    struct Visitor {
        UtcTime last;
        int looks = 0;
        std::set<std::int64_t> watched;  // entries that he was taken for
        std::optional<std::int64_t> known;
        std::optional<std::size_t> today;  // his place in today_
        bool was_told_today = false;
    };
    struct OfToday {
        std::string made_by;
        std::vector<float> descriptor;
    };
    void look_for_watched(const FaceLook& look, double threshold, Visitor& visitor, Outcome& outcome) const;
    void look_for_known(const FaceLook& look, double threshold, Visitor& visitor, Outcome& outcome) const;
    void look_for_today(const FaceLook& look, double threshold, Visitor& visitor, Outcome& outcome);

    const Gallery& gallery_;
    const Options options_;
    std::map<std::pair<std::string, PersonId>, Visitor> visitors_;
    std::vector<OfToday> today_;
    std::int64_t day_ = 0;
};

}  // namespace vitrina::privacy

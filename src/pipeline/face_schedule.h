// Which head of a picture is worth a look for a face now: big enough, turned this way as far as is known,
// seldom looked at so far; those who came last and those who came nearer first. A deterministic function of
// what it takes. One thread at a time.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "base/geometry.h"
#include "base/time.h"
#include "domain/frame.h"
#include "pipeline/shop.h"

namespace vitrina::pipeline {

/// Where a face is sought.
struct HeadPlace {
    Point center;        // pixels of the picture
    double length = 0;   // of the square's side
    double eyes_px = 0;  // that may be expected between the eyes, of a face that looks this way
};

/// By the person's pose where it is known, by the box else. Nothing for a box without size.
[[nodiscard]] std::optional<HeadPlace> head_of(const LivePerson& person, const Picture& picture);

class FaceSchedule {
  public:
    /// Good looks at one person, from the one before: most is known after the first three.
    static constexpr std::array<std::chrono::milliseconds, 6> kPauses = {
        std::chrono::milliseconds(300),    std::chrono::milliseconds(600),
        std::chrono::milliseconds(2'000),  std::chrono::milliseconds(6'000),
        std::chrono::milliseconds(15'000), std::chrono::milliseconds(30'000)};
    /// Where no face was found: it may turn this way any moment.
    static constexpr std::chrono::milliseconds kAgain{250};
    /// After so many looks that found none in a row, so much more seldom.
    static constexpr int kPatience = 12;
    static constexpr std::chrono::milliseconds kAgainSeldom{1'000};
    /// A face that has become so much bigger is worth another look at once.
    static constexpr double kBigger = 1.25;

    struct Choice {
        std::size_t person = 0;  // place among `people`
        HeadPlace head;
    };
    /// Whom to look at in this picture, the most urgent first, `count` at most; nobody most of the time.
    [[nodiscard]] std::vector<Choice> choose(SourceTime now, const Picture& picture,
                                             std::span<const LivePerson> people, std::size_t count);
    /// What came of a look: `worth` of the face (FaceQuality), 0 where none was found.
    void looked(PersonId person, SourceTime now, const HeadPlace& head, double worth);

    /// A look of this worth is a good one.
    static constexpr double kGood = 0.35;

  private:
    struct Known {
        SourceTime seen;
        std::optional<SourceTime> looked;
        std::size_t good = 0;     // looks
        int missed = 0;           // in a row
        double eyes_px_good = 0;  // the most that a good look had to be expected
    };
    [[nodiscard]] static double urgency(const Known& known, const HeadPlace& head, SourceTime now);

    std::map<PersonId, Known> known_;
};

}  // namespace vitrina::pipeline

// Which person of a camera is worth a look at his body now, for telling staff from customers: soon after he
// is seen first, then ever more rarely; big, whole, uncovered and sharp rather than small, cut off, hidden
// and blurred. At most one in each picture, so that detection keeps its rate. A deterministic function of
// what it takes. One thread at a time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/geometry.h"
#include "base/time.h"
#include "domain/frame.h"
#include "pipeline/shop.h"

namespace vitrina::pipeline {

/// What somebody looked like at a moment. Personal data: lives in memory only (people_watch.h).
struct BodyLook {
    std::string camera;
    PersonId person = 0;
    UtcTime at;
    double quality = 0;  // 0..1
    std::vector<float> description;
    std::vector<std::uint8_t> jpeg;  // of the body
};

class BodyWatch {
  public:
    /// Looks at one person, from the one before: three within the first two seconds, for an answer near the
    /// door; then it is known better only slowly. After the last, always as long.
    static constexpr std::array<std::chrono::milliseconds, 7> kPauses = {
        std::chrono::milliseconds(400),   std::chrono::milliseconds(700),   std::chrono::milliseconds(1'500),
        std::chrono::milliseconds(4'000), std::chrono::milliseconds(8'000), std::chrono::milliseconds(15'000),
        std::chrono::milliseconds(30'000)};
    /// A first look that is not good waits this long for a better one.
    static constexpr std::chrono::milliseconds kWaitsForGood{600};
    static constexpr double kGood = 0.5;
    /// Lower bodies are specks of colour, pixels of the picture.
    static constexpr double kBodyMinPx = 48;
    /// A body of this height is as good as a larger one.
    static constexpr double kBodyFullPx = 160;

    /// Whom to look at in this picture, by his place among `people`; nobody most of the time. Remembers that
    /// he was looked at.
    [[nodiscard]] std::optional<std::size_t> choose(SourceTime now, const Picture& picture,
                                                    std::span<const LivePerson> people);

  private:
    struct Known {
        SourceTime first;
        SourceTime seen;
        SourceTime looked;
        std::size_t looks = 0;
    };
    std::map<PersonId, Known> known_;
};

/// How much a body's box is worth, 0..1: by its size, whether it is whole, and what of it others cover.
[[nodiscard]] double worth_of(const Picture& picture, std::span<const LivePerson> people, std::size_t which);
/// 1: edges are as sharp as pixels; 0: nothing is.
[[nodiscard]] double sharpness_of(const Picture& picture, const Box& box);

/// The body with a little around it, at most `height_max` pixels high; empty when it is outside the picture.
[[nodiscard]] Picture body_picture(const Picture& picture, const Box& box, int height_max);

}  // namespace vitrina::pipeline

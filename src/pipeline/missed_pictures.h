// Pictures of one camera that the floor plan goes on without: counted, and whether so many are missed that
// somebody should know. A plain value; one thread at a time.
#pragma once

#include <cstdint>
#include <optional>

#include "base/time.h"
#include "domain/picture_trouble.h"

namespace vitrina::pipeline {

class MissedPictures {
  public:
    /// Judged in spans of this length.
    static constexpr Duration kSpan = std::chrono::seconds(10);
    /// So many of a span's pictures are missed where something is wrong: people are lost between them then.
    static constexpr double kShareMax = 0.2;
    /// Fewer say nothing of a span.
    static constexpr std::int64_t kPicturesMin = 5;

    enum class Why : std::uint8_t {
        kLate,      // it was looked at too late
        kClock,     // its moment is far from what others say of now
        kOverflow,  // there was no time for it
    };

    /// One came, missed or not.
    void came(SourceTime now);
    /// Of those that came; those of kOverflow come by it.
    void missed(Why why, SourceTime now, std::int64_t pictures = 1);

    /// Since the begin.
    [[nodiscard]] std::int64_t count(Why why) const;

    struct Trouble {
        PictureTrouble trouble = PictureTrouble::kLate;
        SourceTime since;
    };
    /// After one whole span in which too many were missed, until one in which they were not.
    [[nodiscard]] std::optional<Trouble> trouble(SourceTime now);

  private:
    void come_to(SourceTime now);

    std::int64_t late_ = 0;
    std::int64_t clock_ = 0;
    std::int64_t overflow_ = 0;
    struct Span {
        SourceTime begin;
        std::int64_t came = 0;
        std::int64_t late = 0;
        std::int64_t clock = 0;
    };
    Span span_;
    std::optional<Trouble> trouble_;
};

}  // namespace vitrina::pipeline

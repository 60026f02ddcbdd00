#include "pipeline/missed_pictures.h"

#include <utility>

namespace vitrina::pipeline {

void MissedPictures::come_to(SourceTime now) {
    if (now - span_.begin < kSpan && now >= span_.begin) return;
    const Span span = std::exchange(span_, Span{now, 0, 0, 0});
    const std::int64_t missed = span.late + span.clock;
    if (span.came < kPicturesMin ||
        static_cast<double>(missed) < kShareMax * static_cast<double>(span.came)) {
        trouble_.reset();
        return;
    }
    const auto kind = span.clock > span.late ? PictureTrouble::kClockApart : PictureTrouble::kLate;
    if (!trouble_ || trouble_->trouble != kind) trouble_ = Trouble{kind, span.begin};
}

void MissedPictures::came(SourceTime now) {
    come_to(now);
    ++span_.came;
}

void MissedPictures::missed(Why why, SourceTime now, std::int64_t pictures) {
    come_to(now);
    if (why == Why::kOverflow) span_.came += pictures;  // nobody took them, so nobody said that they came
    (why == Why::kClock ? span_.clock : span_.late) += pictures;
    (why == Why::kClock ? clock_ : why == Why::kLate ? late_ : overflow_) += pictures;
}

std::int64_t MissedPictures::count(Why why) const {
    return why == Why::kClock ? clock_ : why == Why::kLate ? late_ : overflow_;
}

std::optional<MissedPictures::Trouble> MissedPictures::trouble(SourceTime now) {
    come_to(now);
    return trouble_;
}

}  // namespace vitrina::pipeline

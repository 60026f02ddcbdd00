#include "video/picture_watch.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <utility>

namespace vitrina::video {
namespace {

// A black picture of limited range decodes to 0, one of a covered sensor to some noise above it.
constexpr double kBlackMean = 12;
constexpr double kBlackShare = 0.97;

// A white wall in the sun is 190 to 200 on the mean; what is overexposed has lost a quarter of the picture.
constexpr double kOverMean = 225;
constexpr double kOverMeanAbove = 25;  // the mean when all is well
constexpr double kOverShare = 0.25;

// Blurring with a spread of 2 px of 640 leaves a third of the sharpness, hard compression (crf 42) four
// fifths.
constexpr double kBlurRatio = 0.5;
// Noise of the night is sharp; a picture without it that is sharper than this is sharp.
constexpr double kBlurredMax = 0.045;
// So blurred that nothing need be known of the camera: a spread of some 7 px of 640.
constexpr double kBlurredEver = 0.010;
constexpr double kSameScene = 0.6;  // correlation of coarse brightness

constexpr double kCoveredEmptyShare = 0.6;
constexpr double kCoveredMatchedMax = 0.3;
constexpr double kCoveredContrast = 4;  // levels a pixel, of a camera of which nothing is known

// Shares of changed pixels.
constexpr double kNearlySame = 0.003;

// How far points of the view must have moved, in pixels of the small picture: 1.25 % of the longer side.
constexpr double kMovedMin = 1.6;
constexpr double kMovedOver = 1.2;  // and how near they are again when it is over: some tenths are not seen
constexpr double kSureMatch = 0.9;  // of blocks: the view is where it was
constexpr Duration kSearchEvery = std::chrono::seconds(3);
constexpr Duration kDriftEvery = std::chrono::seconds(10);  // 10 ms of work
constexpr double kOtherViewMatchedMax = 0.15;
constexpr double kStandsStill = 0.6;
constexpr std::size_t kRecentMax = 8;

constexpr int kLooksToKnow = 5;
constexpr int kLooksToKeep = 30;
constexpr double kForgetLooks = 600;     // the view that was learnt follows the scene within ten minutes
constexpr double kSharperSlowly = 1e-5;  // the reference rises within a day, so that a night's noise doesn't

/// How far a shift moves the points of the picture, at the most: seen at four points towards its corners.
double reach_of(const ViewShift& shift, int width, int height) {
    double reach = 0;
    for (const double x : {-width / 3.0, width / 3.0}) {
        for (const double y : {-height / 3.0, height / 3.0}) {
            const double cosine = shift.zoom * std::cos(shift.rotation_rad);
            const double sine = shift.zoom * std::sin(shift.rotation_rad);
            reach = std::max(reach, std::hypot(cosine * x - sine * y + shift.dx - x,
                                               sine * x + cosine * y + shift.dy - y));
        }
    }
    return reach;
}

double correlation(std::span<const float> a, std::span<const float> b) {
    double sum_a = 0;
    double sum_b = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        sum_a += a[i];
        sum_b += b[i];
    }
    const auto count = static_cast<double>(a.size());
    double product = 0;
    double square_a = 0;
    double square_b = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        const double off_a = a[i] - sum_a / count;
        const double off_b = b[i] - sum_b / count;
        product += off_a * off_b;
        square_a += off_a * off_a;
        square_b += off_b * off_b;
    }
    return product / std::sqrt(std::max(1e-9, square_a * square_b));
}

}  // namespace

PictureWatch::Coarse PictureWatch::coarse_of(const SmallPicture& small) {
    constexpr int kSide = 16;
    Coarse coarse{};
    for (int row = 0; row < kSide; ++row) {
        for (int column = 0; column < kSide; ++column) {
            double sum = 0;
            int count = 0;
            for (int y = row * small.height / kSide; y < (row + 1) * small.height / kSide; ++y) {
                for (int x = column * small.width / kSide; x < (column + 1) * small.width / kSide; ++x) {
                    sum += small.grey[static_cast<std::size_t>(y) * static_cast<std::size_t>(small.width) +
                                      static_cast<std::size_t>(x)];
                    ++count;
                }
            }
            coarse.at(static_cast<std::size_t>(row * kSide + column)) =
                count == 0 ? 0 : static_cast<float>(sum / count);
        }
    }
    return coarse;
}

bool PictureWatch::see(const Picture& picture, SourceTime time) {
    if (last_look_ && time >= *last_look_ && time - *last_look_ < kLookEvery) return false;
    last_look_ = time;
    PictureLook look = look_at(picture);
    if (look.small.grey.empty()) return false;  // too small to tell
    scale_ = static_cast<double>(picture.width) / look.small.width;
    if (reference_.looks > 0 &&
        (reference_.edges.width != look.edges.width || reference_.edges.height != look.edges.height))
        accept_view();  // another form of picture
    const Findings findings = judge(look, time);
    const bool is_well = std::none_of(findings.has.begin(), findings.has.end(), [](bool has) { return has; });
    if (is_well) learn(look);
    note(findings, time);
    recent_.push_back(look.edges);
    if (recent_.size() > kRecentMax) recent_.pop_front();
    previous_ = std::move(look);
    return true;
}

PictureWatch::Findings PictureWatch::judge(const PictureLook& look, SourceTime time) {
    using enum PictureTrouble;
    Findings found;
    const bool knows = reference_.looks >= kLooksToKnow;
    const bool frozen = is_frozen(look, time);
    if (look.mean <= kBlackMean && look.dark_share >= kBlackShare) {
        found[kBlack] = true;
        return found;
    }
    if (look.burnt_share >= kOverShare && look.mean >= kOverMean &&
        (!knows || look.mean >= reference_.mean + kOverMeanAbove)) {
        found[kOverexposed] = true;
        return found;
    }
    if (!knows) {
        found[kCovered] = look.contrast < kCoveredContrast;
        found[kBlurred] = !found[kCovered] && look.sharpness < kBlurredEver;
        found[kFrozen] = frozen && !found[kCovered];
        return found;
    }
    const BlockMatch match = match_blocks(reference_.edges, look.edges, {});
    const bool is_soft = look.sharpness < kBlurRatio * reference_.sharpness && look.sharpness < kBlurredMax;
    const bool same_scene =
        agrees(match) || correlation(reference_.coarse, coarse_of(look.small)) >= kSameScene;
    if (is_soft && same_scene) {
        found[kBlurred] = true;
        found[kFrozen] = frozen;
        return found;
    }
    const bool is_emptied = match.blocks > 0 && match.empty >= kCoveredEmptyShare * match.blocks &&
                            match.matched <= kCoveredMatchedMax * match.blocks;
    if (is_emptied || (is_soft && !agrees(match))) {
        found[kCovered] = true;
        return found;
    }
    found[kFrozen] = frozen;
    found[kMoved] = is_moved(look, match, time);
    return found;
}

bool PictureWatch::is_frozen(const PictureLook& look, SourceTime time) {
    if (!previous_) return false;
    const bool same = look.fingerprint == previous_->fingerprint;
    const bool nearly = same || changed_share(look, *previous_) < kNearlySame;
    if (!same) same_since_.reset();
    if (!nearly) nearly_since_.reset();
    if (same && !same_since_) same_since_ = time - kLookEvery;
    if (nearly && !nearly_since_) nearly_since_ = time - kLookEvery;
    // A still picture that is coded anew changes with each key frame; it moves again when it goes on
    // changing.
    if (spells_.at(static_cast<std::size_t>(PictureTrouble::kFrozen)).told && nearly) return true;
    return (same_since_ && time - *same_since_ >= kFrozenAfter) ||
           (nearly_since_ && time - *nearly_since_ >= kNearlyFrozenAfter);
}

bool PictureWatch::is_moved(const PictureLook& look, const BlockMatch& match, SourceTime time) {
    has_left_ = has_left(look, match, time);
    const bool is_told = spells_.at(static_cast<std::size_t>(PictureTrouble::kMoved)).told;
    const Duration every = has_left_ || is_told ? kSearchEvery : kDriftEvery;
    if (!anchored_ || time - *anchored_ >= every) {
        anchored_ = time;
        find_drift(look);
    }
    // One that is put right again may be off what was learnt while it sagged.
    if (has_left_) return !is_home_;
    return drift_ &&
           reach_of(*drift_, look.edges.width, look.edges.height) >= (is_told ? kMovedOver : kMovedMin);
}

void PictureWatch::find_drift(const PictureLook& look) {
    is_home_ = false;
    if (anchor_.edges.empty()) return;
    ViewShift found = refine(anchor_, look.edges, drift_.value_or(ViewShift()));
    BlockMatch match = match_blocks(anchor_, look.edges, found);
    if (drift_ && !agrees(match)) {
        found = refine(anchor_, look.edges, {});
        match = match_blocks(anchor_, look.edges, found);
    }
    if (!agrees(match)) return;  // another scene by now, or people before it
    drift_ = found;
    is_home_ = reach_of(found, look.edges.width, look.edges.height) < kMovedMin &&
               match.matched >= kSureMatch * match.blocks;
}

bool PictureWatch::has_left(const PictureLook& look, const BlockMatch& match, SourceTime time) {
    if (match.blocks == 0 || match.matched >= kSureMatch * match.blocks) {
        shift_.reset();
        return false;
    }
    const bool is_due = !searched_ || time - *searched_ >= kSearchEvery;
    if (is_due) {
        searched_ = time;
        find_move(look);
    }
    if (shift_) return reach_of(*shift_, look.edges.width, look.edges.height) >= kMovedMin;
    // Nothing is where it was: another view, if it stands still, and otherwise people everywhere.
    if (match.matched > kOtherViewMatchedMax * match.blocks || recent_.size() < kRecentMax) return false;
    const BlockMatch still = match_blocks(recent_.front(), look.edges, {});
    return still.matched >= kStandsStill * still.blocks && still.blocks > 0;
}

void PictureWatch::find_move(const PictureLook& look) {
    // Where it was found last time it is likely to be still.
    if (shift_ && agrees(match_blocks(reference_.edges, look.edges, *shift_))) {
        shift_ = refine(reference_.edges, look.edges, *shift_);
        return;
    }
    const ViewShift near = refine(reference_.edges, look.edges, {});
    if (agrees(match_blocks(reference_.edges, look.edges, near)))
        shift_ = near;
    else
        shift_ = find_shift(reference_.edges, look.edges);
}

void PictureWatch::learn(const PictureLook& look) {
    if (reference_.looks == 0) {
        reference_ = {look.edges, coarse_of(look.small), look.sharpness, look.mean, 1};
        return;
    }
    const auto part = static_cast<float>(1 / std::min(kForgetLooks, reference_.looks + 1.0));
    for (std::size_t i = 0; i < look.edges.edges.size(); ++i)
        reference_.edges.edges[i] += part * (look.edges.edges[i] - reference_.edges.edges[i]);
    const Coarse coarse = coarse_of(look.small);
    for (std::size_t i = 0; i < coarse.size(); ++i)
        reference_.coarse.at(i) += part * (coarse.at(i) - reference_.coarse.at(i));
    reference_.mean += part * (look.mean - reference_.mean);
    const bool learns_slowly = reference_.looks >= kLooksToKeep && look.sharpness > reference_.sharpness;
    reference_.sharpness += (learns_slowly ? kSharperSlowly : static_cast<double>(part)) *
                            (look.sharpness - reference_.sharpness);
    ++reference_.looks;
    if (anchor_.edges.empty() && reference_.looks >= kLooksToKeep) anchor_ = reference_.edges;
}

void PictureWatch::note(const Findings& findings, SourceTime time) {
    for (std::size_t i = 0; i < kKinds; ++i) {
        Spell& spell = spells_.at(i);
        if (findings.has.at(i)) {
            const bool waits =
                static_cast<PictureTrouble>(i) != PictureTrouble::kFrozen;  // which has waited already
            if (!spell.since) spell.since = waits ? time : time - kFrozenAfter;
            spell.last = time;
            spell.told = spell.told || !waits || time - *spell.since >= kTroubleAfter;
        } else if (spell.since && time - spell.last >= (spell.told ? kTroubleOverAfter : 3 * kLookEvery)) {
            spell = {};
        }
    }
}

void PictureWatch::lost() {
    spells_ = {};
    previous_.reset();
    same_since_.reset();
    nearly_since_.reset();
    recent_.clear();
}

std::vector<TroubleState> PictureWatch::troubles() const {
    std::vector<TroubleState> result;
    for (std::size_t i = 0; i < kKinds; ++i) {
        if (!spells_.at(i).told) continue;
        result.push_back({static_cast<PictureTrouble>(i), *spells_.at(i).since, ViewMove{}});
        TroubleState& state = result.back();
        const ViewShift* const by = moved_by();
        if (state.trouble == PictureTrouble::kMoved && by != nullptr)
            state.move = {true, by->dx * scale_, by->dy * scale_, by->rotation_rad * 180 / std::numbers::pi,
                          by->zoom};
    }
    return result;
}

const ViewShift* PictureWatch::moved_by() const {
    const std::optional<ViewShift>& by = has_left_ ? shift_ : drift_;
    return by ? &*by : nullptr;
}

void PictureWatch::accept_view() {
    reference_ = {};
    shift_.reset();
    anchor_ = {};
    drift_.reset();
    is_home_ = false;
    has_left_ = false;
    anchored_.reset();
    spells_ = {};
}

// The kept view: "VV2", width, height, then per pixel the edge's two parts, the coarse brightness, sharpness
// and mean as thousandths in four bytes each, and the edges of the anchor; "VV1" had none. No picture can be
// made of it again.
std::optional<std::vector<std::uint8_t>> PictureWatch::view() const {
    if (reference_.looks < kLooksToKeep) return std::nullopt;
    std::vector<std::uint8_t> bytes = {'V', 'V', '2', static_cast<std::uint8_t>(reference_.edges.width),
                                       static_cast<std::uint8_t>(reference_.edges.height)};
    bytes.reserve(bytes.size() + reference_.edges.edges.size() * 4 + reference_.coarse.size() + 8);
    constexpr float kWhole = 127;
    const auto put = [&](const EdgeField& field) {
        for (const std::complex<float>& edge : field.edges)
            for (const float part : {edge.real(), edge.imag()})
                bytes.push_back(
                    static_cast<std::uint8_t>(std::lround(std::clamp(part, -1.0F, 1.0F) * kWhole) + 127));
    };
    put(reference_.edges);
    for (const float grey : reference_.coarse)
        bytes.push_back(static_cast<std::uint8_t>(std::clamp(std::lround(grey), 0L, 255L)));
    for (const double value : {reference_.sharpness, reference_.mean}) {
        const auto thousandths = static_cast<std::uint32_t>(std::lround(std::clamp(value, 0.0, 1e6) * 1e3));
        for (int shift = 0; shift < 32; shift += 8)
            bytes.push_back(static_cast<std::uint8_t>(thousandths >> shift));
    }
    put(anchor_);
    return bytes;
}

Result<void> PictureWatch::set_view(std::span<const std::uint8_t> bytes) {
    constexpr std::size_t kHead = 5;
    if (bytes.size() < kHead || bytes[0] != 'V' || bytes[1] != 'V' || (bytes[2] != '1' && bytes[2] != '2'))
        return failed("the camera's kept view is not one");
    Reference kept;
    kept.edges.width = bytes[3];
    kept.edges.height = bytes[4];
    const std::size_t pixels = static_cast<std::size_t>(bytes[3]) * bytes[4];
    const bool has_anchor = bytes[2] == '2';
    const std::size_t fields = has_anchor ? 2 : 1;
    if (pixels == 0 || bytes.size() != kHead + fields * 2 * pixels + kept.coarse.size() + 8)
        return failed("the camera's kept view has another size than it says");
    constexpr float kWhole = 127;
    const std::uint8_t* at = bytes.data() + kHead;
    const auto part = [&] { return (static_cast<float>(*at++) - kWhole) / kWhole; };
    const auto take = [&](EdgeField& field) {
        field.edges.reserve(pixels);
        for (std::size_t i = 0; i < pixels; ++i) {
            const float real = part();
            field.edges.emplace_back(real, part());
        }
    };
    take(kept.edges);
    for (float& grey : kept.coarse)
        grey = *at++;
    for (double* const value : {&kept.sharpness, &kept.mean}) {
        std::uint32_t thousandths = 0;
        for (int shift = 0; shift < 32; shift += 8)
            thousandths |= static_cast<std::uint32_t>(*at++) << shift;
        *value = thousandths / 1e3;
    }
    kept.looks = static_cast<int>(kForgetLooks);
    accept_view();
    anchor_ = {kept.edges.width, kept.edges.height, {}};
    if (has_anchor)
        take(anchor_);
    else
        anchor_ = kept.edges;
    reference_ = std::move(kept);
    return {};
}

}  // namespace vitrina::video

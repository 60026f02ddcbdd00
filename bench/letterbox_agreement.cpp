// Does CenterNet see the same people when only the rows and columns that hold picture are computed, instead
// of the whole square it was trained on? Runs both on every tenth frame of the given videos and compares
// their boxes.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/geometry.h"
#include "perceive/centernet.h"
#include "perceive/model_store.h"
#include "video/source.h"

namespace {

using vitrina::Detection;
using vitrina::Frame;
using vitrina::Result;

constexpr int kEvery = 10;           // frames: neighbours say the same
constexpr double kScoreMin = 0.4;    // what the tracker calls a confident detection
constexpr double kSameBoxIou = 0.5;  // the usual threshold for "the same object"

struct Agreement {
    int frames = 0;
    int whole = 0;    // boxes that the whole square gives
    int cropped = 0;  // boxes that the rows with picture give
    int both = 0;     // of them, those that match one to one
    double iou_sum = 0;
    double score_change_sum = 0;  // cropped minus whole
    double score_distance_sum = 0;
};

std::vector<Detection> confident(std::vector<Detection> detections) {
    std::erase_if(detections, [](const Detection& detection) { return detection.score < kScoreMin; });
    return detections;
}

// Weak boxes of the other side may match, so that a score that moves over the threshold is no lost person.
void compare(const std::vector<Detection>& whole, std::vector<Detection> cropped, Agreement& agreement) {
    ++agreement.frames;
    agreement.cropped += static_cast<int>(confident(cropped).size());
    for (const Detection& wanted : confident(whole)) {
        ++agreement.whole;
        const auto overlap = [&](const Detection& other) { return vitrina::iou(wanted.box, other.box); };
        const auto best = std::max_element(cropped.begin(), cropped.end(), [&](const auto& a, const auto& b) {
            return overlap(a) < overlap(b);
        });
        if (best == cropped.end() || overlap(*best) < kSameBoxIou) continue;
        ++agreement.both;
        agreement.iou_sum += overlap(*best);
        agreement.score_change_sum += best->score - wanted.score;
        agreement.score_distance_sum += std::abs(best->score - wanted.score);
        cropped.erase(best);
    }
}

Result<Agreement> measure(const std::string& clip) {
    TRY_ASSIGN(const auto model, vitrina::perceive::find_model("centernet"));
    TRY_ASSIGN(const auto path, vitrina::perceive::verified_model(model));
    vitrina::perceive::CenterNetOptions whole_square;
    whole_square.whole_square = true;
    TRY_ASSIGN(const auto source, vitrina::video::Source::open(clip));
    const int width = source->info().width;
    const int height = source->info().height;
    TRY_ASSIGN(const auto whole, vitrina::perceive::CenterNet::create(path, width, height, whole_square));
    TRY_ASSIGN(const auto cropped, vitrina::perceive::CenterNet::create(path, width, height));
    Agreement agreement;
    while (true) {
        TRY_ASSIGN(const std::optional<Frame> frame, source->next());
        if (!frame) return agreement;
        if (frame->index % kEvery != 0) continue;
        TRY_ASSIGN(const auto of_whole, whole->detect(frame->picture));
        TRY_ASSIGN(const auto of_cropped, cropped->detect(frame->picture));
        compare(of_whole, of_cropped, agreement);
    }
}

}  // namespace

int main(int argc, char** argv) {
    const std::vector<std::string> clips(argv + 1, argv + argc);
    if (clips.empty()) {
        fmt::print(stderr, "usage: letterbox_agreement VIDEO...\n");
        return 2;
    }
    fmt::print("boxes with a score of {} or more; matched at an IoU of {}\n", kScoreMin, kSameBoxIou);
    for (const std::string& clip : clips) {
        const auto agreement = measure(clip);
        if (!agreement) {
            fmt::print(stderr, "letterbox_agreement: {}\n", agreement.error().message);
            return 1;
        }
        const double both = std::max(1, agreement->both);
        fmt::print(
            "{}: {} frames, {} boxes of the whole square, {} of the rows with picture, {} matched, "
            "mean IoU {:.3f}, score {:+.4f} on the mean, {:.4f} apart\n",
            clip, agreement->frames, agreement->whole, agreement->cropped, agreement->both,
            agreement->iou_sum / both, agreement->score_change_sum / both,
            agreement->score_distance_sum / both);
    }
    return 0;
}

#include "evaluate/comparison.h"

#include <algorithm>
#include <span>
#include <unordered_map>

#include "base/assignment.h"

namespace vitrina::evaluate {
namespace {

// Whoever overlaps a neutral box by as much is on it: the challenge's own threshold.
constexpr double kNeutralOverlap = 0.5;

/// Numbers from 0 in the order of first appearance.
class Numbers {
  public:
    int of(std::int64_t id) { return numbers_.emplace(id, static_cast<int>(numbers_.size())).first->second; }
    [[nodiscard]] int count() const { return static_cast<int>(numbers_.size()); }

  private:
    std::unordered_map<std::int64_t, int> numbers_;
};

/// The boxes of one frame, of a list that is by frame; takes them off it.
template <typename T>
std::span<const T> take_frame(std::span<const T>& rest, std::int64_t frame) {
    const auto end = std::find_if(rest.begin(), rest.end(), [&](const T& box) { return box.frame != frame; });
    const auto taken = rest.first(static_cast<std::size_t>(end - rest.begin()));
    rest = rest.subspan(taken.size());
    return taken;
}

/// Which results are on a neutral box and not rather on somebody.
std::vector<bool> on_neutral(std::span<const TruthBox> truth, std::span<const TruthBox> neutral,
                             std::span<const MotRow> result) {
    std::vector<bool> found(result.size(), false);
    if (neutral.empty()) return found;
    std::vector<Candidate> candidates;
    const auto add = [&](std::span<const TruthBox> boxes, std::size_t first) {
        for (std::size_t i = 0; i < boxes.size(); ++i)
            for (std::size_t j = 0; j < result.size(); ++j)
                if (const double overlap = iou(boxes[i].box, result[j].box); overlap >= kNeutralOverlap)
                    candidates.push_back({static_cast<int>(first + i), static_cast<int>(j), overlap});
    };
    add(truth, 0);
    add(neutral, truth.size());
    const std::vector<int> chosen =
        assign(static_cast<int>(truth.size() + neutral.size()), static_cast<int>(result.size()), candidates);
    for (std::size_t i = truth.size(); i < chosen.size(); ++i)
        if (chosen[i] != kUnassigned) found[chosen[i]] = true;
    return found;
}

}  // namespace

Comparison compare(const Truth& truth, const std::vector<MotRow>& result) {
    Comparison comparison;
    Numbers truth_numbers;
    Numbers result_numbers;
    std::span<const TruthBox> truth_rest(truth.boxes);
    std::span<const TruthBox> neutral_rest(truth.neutral);
    std::span<const MotRow> result_rest(result);
    while (!truth_rest.empty() || !result_rest.empty()) {
        std::int64_t frame = truth_rest.empty() ? result_rest.front().frame : truth_rest.front().frame;
        if (!result_rest.empty()) frame = std::min(frame, result_rest.front().frame);
        const auto people = take_frame(truth_rest, frame);
        while (!neutral_rest.empty() && neutral_rest.front().frame < frame)
            neutral_rest = neutral_rest.subspan(1);
        const auto neutral = take_frame(neutral_rest, frame);
        const auto boxes = take_frame(result_rest, frame);
        if (frame < truth.first_frame || (frame - truth.first_frame) % truth.frame_step != 0) {
            comparison.result_unjudged += std::ssize(boxes);
            continue;
        }
        const std::vector<bool> left_out = on_neutral(people, neutral, boxes);
        ComparedFrame& compared = comparison.frames.emplace_back();
        compared.frame = frame;
        compared.truth.reserve(people.size());
        for (const TruthBox& person : people)
            compared.truth.push_back(truth_numbers.of(person.id));
        compared.result.reserve(boxes.size());
        for (std::size_t j = 0; j < boxes.size(); ++j) {
            if (left_out[j]) {
                ++comparison.result_neutral;
                continue;
            }
            const int place = static_cast<int>(compared.result.size());
            compared.result.push_back(result_numbers.of(boxes[j].id));
            for (std::size_t i = 0; i < people.size(); ++i)
                if (const double overlap = iou(people[i].box, boxes[j].box); overlap > 0)
                    compared.overlaps.push_back({static_cast<int>(i), place, overlap});
        }
        comparison.truth_boxes += std::ssize(compared.truth);
        comparison.result_boxes += std::ssize(compared.result);
    }
    comparison.truth_ids = truth_numbers.count();
    comparison.result_ids = result_numbers.count();
    return comparison;
}

}  // namespace vitrina::evaluate

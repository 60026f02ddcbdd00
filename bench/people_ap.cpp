// How well does CenterNet find people that are marked? Reads labels in COCO's format with the photographs
// beside them and prints the average precision of the boxes of people, as COCO defines it: over thresholds of
// overlap from 0.5 to 0.95, and at 0.5 and 0.75.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <map>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/geometry.h"
#include "base/processor_time.h"
#include "judged_network.h"
#include "perceive/centernet.h"
#include "perceive/model_store.h"
#include "video/source.h"

namespace {

using vitrina::Box;
using vitrina::Picture;
using vitrina::Result;

constexpr double kScoreMin = 0.01;         // weak boxes count too, after all the others
constexpr std::size_t kBoxesMax = 100;     // of a picture, as in COCO
constexpr int kPerson = 1;                 // of COCO's categories
constexpr std::size_t kRecallSteps = 101;  // at which COCO reads the precision

struct Photograph {
    std::filesystem::path path;
    std::vector<Box> people;
    std::vector<Box> crowds;  // neither right nor wrong
};

struct Found {
    std::size_t photograph = 0;
    Box box;
    double score = 0;
};

Result<std::vector<Photograph>> read_labels(const std::filesystem::path& labels) {
    std::ifstream file(labels);
    const auto json = nlohmann::json::parse(file, nullptr, false);
    if (json.is_discarded()) return vitrina::failed(labels.string() + ": can't be read");
    std::map<std::int64_t, Photograph> photographs;
    for (const auto& image : json.at("images")) {
        photographs[image.at("id").get<std::int64_t>()].path =
            labels.parent_path() / image.at("file_name").get<std::string>();
    }
    for (const auto& label : json.at("annotations")) {
        if (label.value("category_id", kPerson) != kPerson) continue;
        const auto numbers = label.at("bbox").get<std::vector<double>>();
        Photograph& photograph = photographs.at(label.at("image_id").get<std::int64_t>());
        auto& boxes = label.value("iscrowd", 0) != 0 ? photograph.crowds : photograph.people;
        boxes.push_back({numbers.at(0), numbers.at(1), numbers.at(2), numbers.at(3)});
    }
    std::vector<Photograph> result;
    result.reserve(photographs.size());
    for (auto& [id, photograph] : photographs)
        result.push_back(std::move(photograph));
    return result;
}

struct Seen {
    std::vector<Found> found;  // best first
    double milliseconds = 0;   // processor time
};

Result<Seen> look_at_all(const std::vector<Photograph>& photographs, const judged::Arguments& arguments) {
    TRY_ASSIGN(const auto model, vitrina::perceive::find_model(vitrina::perceive::kPeopleNetwork));
    TRY_ASSIGN(const auto path, vitrina::perceive::verified_model(model));
    vitrina::perceive::CenterNetOptions options;
    options.score_min = kScoreMin;
    options.precision = arguments.precision;
    options.calibration = arguments.calibration;
    Seen seen;
    for (std::size_t i = 0; i < photographs.size(); ++i) {
        TRY_ASSIGN(const auto source, vitrina::video::Source::open(photographs[i].path.string()));
        TRY_ASSIGN(const auto frame, source->next());
        if (!frame) return vitrina::failed(photographs[i].path.string() + ": no picture");
        const Picture& picture = frame->picture;
        TRY_ASSIGN(const auto detector,
                   vitrina::perceive::CenterNet::create(path, picture.width, picture.height, options));
        const auto begin = vitrina::thread_processor_time();
        TRY_ASSIGN(auto detections, detector->detect(picture));
        seen.milliseconds +=
            std::chrono::duration<double, std::milli>(vitrina::thread_processor_time() - begin).count();
        detections.resize(std::min(detections.size(), kBoxesMax));
        for (const auto& detection : detections)
            seen.found.push_back({i, detection.box, detection.score});
    }
    std::stable_sort(seen.found.begin(), seen.found.end(),
                     [](const Found& a, const Found& b) { return a.score > b.score; });
    return seen;
}

// Of the box, how much lies in the crowd.
double share_in(const Box& box, const Box& crowd) {
    const double width = std::min(box.right(), crowd.right()) - std::max(box.x, crowd.x);
    const double height = std::min(box.bottom(), crowd.bottom()) - std::max(box.y, crowd.y);
    return width <= 0 || height <= 0 || box.area() <= 0 ? 0 : width * height / box.area();
}

/// Right or wrong, best score first; who lies in a crowd is left out.
std::vector<bool> judge(const std::vector<Photograph>& photographs, const std::vector<Found>& found,
                        double overlap_min) {
    std::vector<std::vector<bool>> taken;
    taken.reserve(photographs.size());
    for (const Photograph& photograph : photographs)
        taken.emplace_back(photograph.people.size(), false);
    std::vector<bool> right;
    for (const Found& one : found) {
        const Photograph& photograph = photographs[one.photograph];
        std::size_t best = photograph.people.size();
        double best_overlap = overlap_min;
        for (std::size_t i = 0; i < photograph.people.size(); ++i) {
            const double overlap = vitrina::iou(one.box, photograph.people[i]);
            if (taken[one.photograph][i] || overlap < best_overlap) continue;
            best = i;
            best_overlap = overlap;
        }
        if (best < photograph.people.size()) {
            taken[one.photograph][best] = true;
            right.push_back(true);
        } else if (std::none_of(photograph.crowds.begin(), photograph.crowds.end(),
                                [&](const Box& crowd) { return share_in(one.box, crowd) >= overlap_min; })) {
            right.push_back(false);
        }
    }
    return right;
}

// The mean over 101 steps of recall of the best precision from there on.
double average_precision(const std::vector<bool>& right, std::size_t people) {
    std::array<double, kRecallSteps> precisions{};
    std::size_t hits = 0;
    for (std::size_t i = 0; i < right.size(); ++i) {
        hits += right[i] ? 1 : 0;
        const double precision = static_cast<double>(hits) / static_cast<double>(i + 1);
        for (std::size_t step = 0; step < kRecallSteps; ++step) {
            // hits / people >= step / 100, without rounding
            if (hits * (kRecallSteps - 1) < step * people) break;
            precisions.at(step) = std::max(precisions.at(step), precision);
        }
    }
    return std::accumulate(precisions.begin(), precisions.end(), 0.0) / kRecallSteps;
}

Result<void> run(const std::filesystem::path& labels, const judged::Arguments& arguments) {
    TRY_ASSIGN(const auto photographs, read_labels(labels));
    TRY_ASSIGN(const Seen seen, look_at_all(photographs, arguments));
    std::size_t people = 0;
    for (const Photograph& photograph : photographs)
        people += photograph.people.size();
    if (people == 0) return vitrina::failed(labels.string() + ": marks nobody");
    const auto at = [&](double overlap) {
        return average_precision(judge(photographs, seen.found, overlap), people);
    };
    constexpr int kThresholds = 10;
    double sum = 0;
    for (int i = 0; i < kThresholds; ++i)
        sum += at(0.5 + 0.05 * i);
    fmt::print("CenterNet: {} people in {} photographs: AP {:.3f}, AP50 {:.3f}, AP75 {:.3f}  {:.1f} ms\n",
               people, photographs.size(), sum / kThresholds, at(0.5), at(0.75),
               seen.milliseconds / static_cast<double>(photographs.size()));
    return {};
}

}  // namespace

int main(int argc, char** argv) {
    try {
        const auto arguments = judged::parse(argc, argv);
        if (!arguments || arguments->plain.size() != 1) {
            fmt::print(stderr,
                       "usage: people_ap LABELS.json [--precision fp32|bf16|int8] [--calibration FILE]\n");
            return 2;
        }
        const auto done = run(arguments->plain[0], *arguments);
        if (done) return 0;
        fmt::print(stderr, "people_ap: {}\n", done.error().message);
    } catch (const std::exception& exception) {  // labels that are not what they should be
        std::fprintf(stderr, "people_ap: %s\n", exception.what());
    }
    return 1;
}

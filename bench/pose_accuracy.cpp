// How often do the joints that a pose network finds lie where people marked them? Reads labels in COCO's
// format with the photographs beside them, gives each network the labelled boxes and then those that the
// detector of people finds, and prints the share of joints within a fifth of the torso (PCK at 0.2), how far
// they are off on the mean and the time of one look. With --network one network alone, which may compute with
// fewer bits.
#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <mosaic/session.h>

#include "base/processor_time.h"
#include "judged_network.h"
#include "perceive/centernet.h"
#include "perceive/crop.h"
#include "perceive/model_store.h"
#include "perceive/movenet.h"
#include "video/source.h"

namespace {

using vitrina::Box;
using vitrina::Joint;
using vitrina::Picture;
using vitrina::Pose;
using vitrina::Result;

constexpr double kNear = 0.2;  // of the torso: left shoulder to right hip
constexpr std::array kMargins = {1.0, 1.15, 1.3, 1.45};

struct Person {
    std::shared_ptr<const Picture> picture;
    Box box;
    Pose truth;  // score 0 where nothing is marked
};

using Look = std::function<Result<Pose>(const Picture&, const Box&)>;

Result<std::shared_ptr<const Picture>> read_picture(const std::filesystem::path& path) {
    TRY_ASSIGN(const auto source, vitrina::video::Source::open(path.string()));
    TRY_ASSIGN(auto frame, source->next());
    if (!frame) return vitrina::failed(path.string() + ": no picture");
    return std::make_shared<const Picture>(std::move(frame->picture));
}

Result<std::vector<Person>> read_people(const std::filesystem::path& labels) {
    std::ifstream file(labels);
    const auto json = nlohmann::json::parse(file, nullptr, false);
    if (json.is_discarded()) return vitrina::failed(labels.string() + ": can't be read");
    std::map<std::int64_t, std::shared_ptr<const Picture>> pictures;
    for (const auto& image : json.at("images")) {
        TRY_ASSIGN(pictures[image.at("id").get<std::int64_t>()],
                   read_picture(labels.parent_path() / image.at("file_name").get<std::string>()));
    }
    std::vector<Person> people;
    people.reserve(json.at("annotations").size());
    for (const auto& label : json.at("annotations")) {
        const auto numbers = label.at("keypoints").get<std::vector<double>>();
        if (label.value("iscrowd", 0) != 0 || numbers.size() != 3 * vitrina::kJointCount) continue;
        const auto box = label.at("bbox").get<std::vector<double>>();
        Person person{pictures.at(label.at("image_id").get<std::int64_t>()),
                      {box.at(0), box.at(1), box.at(2), box.at(3)},
                      {}};
        for (std::size_t i = 0; i < vitrina::kJointCount; ++i)
            person.truth.joints[i] = {{numbers[3 * i], numbers[3 * i + 1]},
                                      numbers[3 * i + 2] > 0 ? 1.0 : 0.0};
        people.push_back(std::move(person));
    }
    return people;
}

// The same people in the boxes that CenterNet finds; those whom it misses are left out.
Result<std::vector<Person>> as_detected(const std::vector<Person>& people) {
    constexpr double kSameBox = 0.5;
    TRY_ASSIGN(const auto model, vitrina::perceive::find_model(vitrina::perceive::kPeopleNetwork));
    TRY_ASSIGN(const auto path, vitrina::perceive::verified_model(model));
    std::vector<Person> result;
    result.reserve(people.size());
    for (const Person& person : people) {
        const Picture& picture = *person.picture;
        TRY_ASSIGN(const auto detector,
                   vitrina::perceive::CenterNet::create(path, picture.width, picture.height));
        TRY_ASSIGN(const auto found, detector->detect(picture));
        const auto best = std::max_element(found.begin(), found.end(), [&](const auto& a, const auto& b) {
            return vitrina::iou(a.box, person.box) < vitrina::iou(b.box, person.box);
        });
        if (best == found.end() || vitrina::iou(best->box, person.box) < kSameBox) continue;
        result.push_back({person.picture, best->box, person.truth});
    }
    return result;
}

struct Tally {
    int near = 0;
    int all = 0;
    [[nodiscard]] double share() const { return all == 0 ? 0.0 : static_cast<double>(near) / all; }
};

struct Score {
    Tally joints;
    Tally wrists;
    Tally body;  // shoulders to ankles
    int people = 0;
    double torsos = 0;        // from where joints are marked to where they were found, all together
    double milliseconds = 0;  // processor time

    [[nodiscard]] double mean_torsos() const { return joints.all == 0 ? 0.0 : torsos / joints.all; }
};

bool is_wrist(std::size_t joint) {
    return joint == static_cast<std::size_t>(Joint::kLeftWrist) ||
           joint == static_cast<std::size_t>(Joint::kRightWrist);
}

void count(Tally& tally, bool near) {
    ++tally.all;
    tally.near += near ? 1 : 0;
}

Result<Score> measure(const std::vector<Person>& people, const Look& look) {
    Score score;
    for (const Person& person : people) {
        const auto& shoulder = person.truth[Joint::kLeftShoulder];
        const auto& hip = person.truth[Joint::kRightHip];
        if (shoulder.score == 0 || hip.score == 0) continue;  // no torso to measure by
        const double torso = std::hypot(shoulder.place.x - hip.place.x, shoulder.place.y - hip.place.y);
        const auto begin = vitrina::thread_processor_time();
        TRY_ASSIGN(const Pose pose, look(*person.picture, person.box));
        score.milliseconds +=
            std::chrono::duration<double, std::milli>(vitrina::thread_processor_time() - begin).count();
        ++score.people;
        for (std::size_t i = 0; i < vitrina::kJointCount; ++i) {
            const auto& truth = person.truth.joints[i];
            if (truth.score == 0) continue;
            const vitrina::Point& found = pose.joints[i].place;
            const double torsos = std::hypot(found.x - truth.place.x, found.y - truth.place.y) / torso;
            const bool near = torsos <= kNear;
            score.torsos += torsos;
            count(score.joints, near);
            if (is_wrist(i)) count(score.wrists, near);
            if (i >= static_cast<std::size_t>(Joint::kLeftShoulder)) count(score.body, near);
        }
    }
    return score;
}

// BlazePose is measured only: its 33 points in the order of COCO, in a square like MoveNet's.
constexpr std::array<std::size_t, vitrina::kJointCount> kBlazePoints = {0,  2,  5,  7,  8,  11, 12, 13, 14,
                                                                        15, 16, 23, 24, 25, 26, 27, 28};

Result<Look> blazepose(const std::filesystem::path& model, double margin) {
    constexpr int kSide = 256;
    constexpr std::size_t kNumbers = 5;
    mosaic::Options options;
    options.input_shapes["input_1"] = {1, kSide, kSide, 3};
    options.outputs = {"Identity_2"};
    auto session = mosaic::Session::load(model, options);
    if (!session) return vitrina::failed(session.error().message);
    auto shared = std::make_shared<mosaic::Session>(std::move(*session));
    return [shared, margin](const Picture& picture, const Box& box) -> Result<Pose> {
        const auto crop = vitrina::perceive::cut_square(picture, box.center(),
                                                        margin * std::max(box.width, box.height), kSide);
        std::vector<float> input(crop.rgb.begin(), crop.rgb.end());
        for (float& value : input)
            value /= 255;
        if (auto done = shared->run(mosaic::TensorView({1, kSide, kSide, 3}, std::span<const float>(input)));
            !done)
            return vitrina::failed(done.error().message);
        const auto numbers = shared->output(0).elements<float>();
        Pose pose;
        for (std::size_t i = 0; i < vitrina::kJointCount; ++i) {
            const std::size_t at = kNumbers * kBlazePoints[i];
            pose.joints[i] = {crop.to_picture(numbers[at], numbers[at + 1]), 1};
        }
        return pose;
    };
}

Result<Look> movenet(const std::filesystem::path& model, double margin, const judged::Arguments& arguments) {
    vitrina::perceive::MoveNetOptions options;
    options.margin = margin;
    options.precision = arguments.precision;
    options.calibration = arguments.calibration;
    TRY_ASSIGN(auto made, vitrina::perceive::MoveNet::create(model, options));
    std::shared_ptr<vitrina::perceive::MoveNet> network = std::move(made);
    return [network](const Picture& picture, const Box& box) { return network->estimate(picture, box); };
}

// The squares around labelled boxes, as networks see them.
Result<void> write_crops(const std::vector<std::string>& files, const std::filesystem::path& folder) {
    constexpr int kSide = 256;
    for (const std::string& file : files) {
        TRY_ASSIGN(const auto people, read_people(file));
        const std::string name = std::filesystem::path(file).stem().string();
        for (std::size_t i = 0; i < people.size(); ++i) {
            const Box& box = people[i].box;
            for (const double margin : kMargins) {
                const auto crop = vitrina::perceive::cut_square(
                    *people[i].picture, box.center(), margin * std::max(box.width, box.height), kSide);
                TRY(judged::write_picture(folder / fmt::format("{}_{:03}_{:.2f}.ppm", name, i, margin), kSide,
                                          kSide, crop.rgb));
            }
        }
    }
    return {};
}

Result<void> run(const judged::Arguments& arguments) {
    const std::filesystem::path models = arguments.plain[0];
    const std::vector<std::string> files(arguments.plain.begin() + 1, arguments.plain.end());
    if (const std::string crops = arguments.value("--crops"); !crops.empty())
        return write_crops(files, crops);
    const std::string only = arguments.value("--network");
    std::vector<std::vector<Person>> sets;
    sets.reserve(2 * files.size());
    std::vector<std::string> names;
    for (const std::string& file : files) {
        TRY_ASSIGN(const auto people, read_people(file));
        TRY_ASSIGN(auto detected, as_detected(people));
        const std::string name = std::filesystem::path(file).stem().string();
        sets.push_back(people);
        names.push_back(name + ", labelled boxes");
        sets.push_back(std::move(detected));
        names.push_back(name + ", detected boxes");
    }
    constexpr std::array kNames = {"movenet-lightning", "movenet-thunder", "blazepose-lite",
                                   "blazepose-full"};
    if (!only.empty() && std::find(kNames.begin(), kNames.end(), only) == kNames.end())
        return vitrina::failed("no network is called " + only);
    for (const char* name : kNames) {
        if (!only.empty() && only != name) continue;
        const auto model = models / (std::string(name) + ".json");
        if (!std::filesystem::exists(model)) {
            fmt::print("{}: not in {}\n", name, models.string());
            continue;
        }
        for (const double margin : kMargins) {
            TRY_ASSIGN(const Look look,
                       name[0] == 'm' ? movenet(model, margin, arguments) : blazepose(model, margin));
            for (std::size_t i = 0; i < sets.size(); ++i) {
                TRY_ASSIGN(const Score score, measure(sets[i], look));
                fmt::print(
                    "{:18} margin {:.2f}  {:29} {:3} people  PCK@0.2 {:.3f} (n {})  shoulders to ankles "
                    "{:.3f}  wrists {:.3f} (n {})  off by {:.3f} torsos  {:.1f} ms\n",
                    name, margin, names[i], score.people, score.joints.share(), score.joints.all,
                    score.body.share(), score.wrists.share(), score.wrists.all, score.mean_torsos(),
                    score.milliseconds / std::max(1, score.people));
            }
        }
    }
    return {};
}

}  // namespace

int main(int argc, char** argv) {
    try {
        const auto arguments = judged::parse(argc, argv, {"--network", "--crops"});
        // BlazePose, which is only measured, computes in float; a calibration is of one network.
        const bool is_wrong = !arguments || arguments->plain.size() < 2 ||
                              (arguments->precision != judged::Precision::kFloat32 &&
                               !arguments->value("--network").starts_with("movenet"));
        if (is_wrong) {
            fmt::print(stderr,
                       "usage: pose_accuracy MODELS LABELS.json... [--crops FOLDER] [--network NAME]\n"
                       "       ... --network movenet-lightning|movenet-thunder --precision fp32|bf16|int8 "
                       "[--calibration FILE]\n");
            return 2;
        }
        const auto done = run(*arguments);
        if (done) return 0;
        fmt::print(stderr, "pose_accuracy: {}\n", done.error().message);
    } catch (const std::exception& exception) {  // labels that are not what they should be
        std::fprintf(stderr, "pose_accuracy: %s\n", exception.what());
    }
    return 1;
}

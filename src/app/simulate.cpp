#include "app/simulate.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "app/sim_file.h"
#include "app/simulate_days.h"
#include "app/text_output.h"
#include "base/processor_time.h"
#include "domain/plan_file.h"
#include "pipeline/floor_tracking.h"
#include "sim/simulation.h"

namespace vitrina::app {
namespace {

namespace fs = std::filesystem;

constexpr double kCounts = 0.5;                   // of a body: who is seen less need not be found
constexpr std::int64_t kFramesApart = 1'000'000;  // of two cameras in the files of all cameras
constexpr double kOriginS = 10;                   // a camera's clock may be before the shop's

std::int64_t frame_of_all(std::size_t camera, std::int64_t frame) {
    return static_cast<std::int64_t>(camera) * kFramesApart + frame + 1;
}

/// What the shop's cameras and people did, as files.
class Truth {
  public:
    Truth(const fs::path& out, const sim::Shop& shop)
        : boxes_(out / "truth.mot.txt"), people_(out / "people.csv"), passages_(out / "passages.csv") {
        people_.line("at_s,person,x_m,y_m,staff");
        passages_.line("at_s,person,door,direction,staff,again");
        for (const PlacedCamera& camera : shop.plan.cameras) {
            if (!camera.calibration) continue;
            detections_.push_back(std::make_unique<TextOutput>(out / (camera.camera + ".detections.txt")));
            frames_.push_back(std::make_unique<TextOutput>(out / (camera.camera + ".frames.csv")));
            frames_.back()->line("frame,at_s,stamped_s");
        }
    }

    void view(std::size_t index, std::size_t camera, const sim::View& view) {
        frames_[index]->line("{},{:.3f},{:.3f}", view.frame + 1, view.at_s, view.stamped_s);
        for (const sim::Seen& seen : view.seen) {
            const Box& box = seen.detection.box;
            detections_[index]->line("{},-1,{:.2f},{:.2f},{:.2f},{:.2f},{:.4f},-1,-1,-1", view.frame + 1,
                                     box.x, box.y, box.width, box.height, seen.detection.score);
        }
        for (const sim::Truth& truth : view.truth) {
            if (truth.visible >= kCounts) seen_.insert(truth.person);
            // Who is hidden more is neither missed nor a false alarm: a distractor, in the challenge's words.
            const bool counts = truth.visible >= kCounts;
            boxes_.line("{},{},{:.2f},{:.2f},{:.2f},{:.2f},{},{},{:.3f}", frame_of_all(camera, view.frame),
                        truth.person, truth.box.x, truth.box.y, truth.box.width, truth.box.height,
                        counts ? 1 : 0, counts ? 1 : 8, truth.visible);
        }
    }
    void bodies(double at_s, const std::vector<sim::Body>& bodies) {
        for (const sim::Body& body : bodies)
            people_.line("{:.2f},{},{:.3f},{:.3f},{}", at_s, body.person, body.place.x, body.place.y,
                         body.is_staff ? 1 : 0);
    }
    void passage(const sim::Passage& passage) {
        passages_.line("{:.2f},{},{},{},{},{}", passage.at_s, passage.person, passage.door,
                       passage.in ? "in" : "out", passage.is_staff ? 1 : 0, passage.again ? 1 : 0);
        if (passage.is_staff || !passage.in) return;
        ++(passage.again ? returns : entries);
        visitors_.insert(passage.person);
    }
    /// Of the visitors, those whom some camera saw.
    [[nodiscard]] std::int64_t seen() const {
        return std::count_if(visitors_.begin(), visitors_.end(),
                             [&](std::int64_t person) { return seen_.contains(person); });
    }
    [[nodiscard]] Result<void> close() {
        for (auto& file : detections_)
            TRY(file->close());
        for (auto& file : frames_)
            TRY(file->close());
        TRY(boxes_.close());
        TRY(people_.close());
        return passages_.close();
    }

    std::int64_t entries = 0;
    std::int64_t returns = 0;

  private:
    std::set<std::int64_t> visitors_;
    std::set<std::int64_t> seen_;
    TextOutput boxes_;
    TextOutput people_;
    TextOutput passages_;
    std::vector<std::unique_ptr<TextOutput>> detections_;
    std::vector<std::unique_ptr<TextOutput>> frames_;
};

/// Joins what the simulated cameras see, and knows in the end who was who.
class Joined {
  public:
    explicit Joined(std::unique_ptr<scene::FloorTracker> tracker) : tracker_(std::move(tracker)) {}

    void view(std::size_t camera, const sim::View& view) {
        ++pictures_[camera];
        const SourceTime time = instant_at(kOriginS + view.stamped_s);
        std::vector<Detection> detections;
        std::vector<Appearance> looks;
        detections.reserve(view.seen.size());
        looks.reserve(view.seen.size());
        for (const sim::Seen& seen : view.seen) {
            detections.push_back(seen.detection);
            looks.push_back({seen.looks, 1});
        }
        const auto before = process_processor_time();
        tracker_->see(camera, view.frame, time, detections, looks);
        spent_ += process_processor_time() - before;
    }
    void advance(double at_s) {
        const auto before = process_processor_time();
        const scene::FloorOutput output = tracker_->advance(instant_at(kOriginS + at_s));
        spent_ += process_processor_time() - before;
        boxes_.insert(boxes_.end(), output.boxes.begin(), output.boxes.end());
        for (const scene::Belonging& belonging : output.belongings)
            owners_[belonging.tracklet][belonging.since] = belonging.person;
        for (const PersonId person : output.entered)
            entered_[person] = true;
        for (const PersonId person : output.not_entered)
            entered_.erase(person);
    }
    /// joined.mot.txt: the boxes of all cameras with the person that they belong to by what is known in the
    /// end. Boxes of nobody are left out, and of two of one person in one picture, the weaker.
    [[nodiscard]] Result<void> write(const fs::path& out) const {
        std::map<std::pair<std::int64_t, PersonId>, const scene::FloorBox*> told;
        for (const scene::FloorBox& it : boxes_) {
            const PersonId person = person_of(it.sighting.tracklet, it.sighting.at);
            if (person == 0) continue;
            const auto camera = static_cast<std::size_t>(it.sighting.camera);
            const scene::FloorBox*& box = told[{frame_of_all(camera, it.frame), person}];
            if (box == nullptr || box->sighting.score < it.sighting.score) box = &it;
        }
        TextOutput file(out / "joined.mot.txt");
        for (const auto& [key, it] : told)
            file.line("{},{},{:.2f},{:.2f},{:.2f},{:.2f},{:.4f},-1,-1,-1", key.first, key.second, it->box.x,
                      it->box.y, it->box.width, it->box.height, it->sighting.score);
        return file.close();
    }
    [[nodiscard]] std::size_t entries() const { return entered_.size(); }
    /// An error where clocks are so far apart that most pictures of a camera could not be joined.
    [[nodiscard]] Result<void> check_clocks(const Plan& plan) {
        std::string apart;
        for (const auto& [camera, passed] : tracker_->take_passed_over()) {
            const std::int64_t left_out = passed.late + passed.ahead;
            if (2 * left_out <= pictures_[camera]) continue;
            apart += fmt::format("{}{}'s clock is {:.1f} s {} the others': {} of its {} pictures",
                                 apart.empty() ? "" : "; ", plan.cameras.at(camera).camera,
                                 std::abs(passed.apart_s), passed.apart_s < 0 ? "behind" : "ahead of",
                                 left_out, pictures_[camera]);
        }
        if (apart.empty()) return {};
        return misconfigured("what cameras see could not be joined, because their clocks are apart: " +
                             apart);
    }
    [[nodiscard]] double spent_s() const { return std::chrono::duration<double>(spent_).count(); }

  private:
    [[nodiscard]] PersonId person_of(TrackletId tracklet, SourceTime time) const {
        const auto owners = owners_.find(tracklet);
        if (owners == owners_.end()) return 0;
        auto since = owners->second.upper_bound(time);
        if (since != owners->second.begin()) --since;
        return since->second;
    }

    std::unique_ptr<scene::FloorTracker> tracker_;
    std::vector<scene::FloorBox> boxes_;
    std::map<TrackletId, std::map<SourceTime, PersonId>> owners_;
    std::map<PersonId, bool> entered_;
    std::map<std::size_t, std::int64_t> pictures_;  // by camera
    std::chrono::nanoseconds spent_{};
};

Result<void> write_plan(const fs::path& out, const Plan& plan) {
    TextOutput file(out / "plan.json");
    file.line("{}", to_json(plan));
    return file.close();
}

}  // namespace

Result<void> simulate(const SimulateRequest& request) {
    TRY_ASSIGN(const sim::Shop shop, load_sim_shop(request.shop));
    std::error_code error;
    fs::create_directories(request.out, error);
    if (error) return failed(request.out.string() + ": can't be made: " + error.message());
    TRY(write_plan(request.out, shop.plan));
    if (shop.behaviour) {
        if (request.join)
            return misconfigured(request.shop.string() +
                                 ": has a behaviour, and no cameras whose people could be joined");
        return simulate_days(shop, request.seed, request.out);
    }
    std::optional<Joined> joined;
    if (request.join) {
        TRY_ASSIGN(auto tracker, pipeline::make_floor_tracker(shop.plan, {}));
        joined.emplace(std::move(tracker));
    }
    std::map<std::size_t, std::size_t> index_of;
    for (std::size_t i = 0; i < shop.plan.cameras.size(); ++i)
        if (shop.plan.cameras[i].calibration) index_of.emplace(i, index_of.size());
    Truth truth(request.out, shop);
    sim::Listeners listeners;
    listeners.view = [&](std::size_t camera, const sim::View& view) {
        truth.view(index_of.at(camera), camera, view);
        if (joined) joined->view(camera, view);
    };
    listeners.passage = [&](const sim::Passage& passage) { truth.passage(passage); };
    listeners.bodies = [&](double at_s, const std::vector<sim::Body>& bodies) {
        truth.bodies(at_s, bodies);
        if (joined) joined->advance(at_s);
    };
    sim::simulate(shop, request.seed, listeners);
    TRY(truth.close());
    fmt::print("{} cameras, {:.0f} s, {} visitors came, {} of them were seen, {} times somebody came back\n",
               index_of.size(), shop.life.seconds, truth.entries, truth.seen(), truth.returns);
    if (!joined) return {};
    joined->advance(shop.life.seconds + 60);
    TRY(joined->write(request.out));
    if (auto apart = joined->check_clocks(shop.plan); !apart)
        return misconfigured(request.shop.string() + ": " + apart.error().message);
    fmt::print(
        "joined: {} visitors were given a number as they came in; {:.3f} ms of processor time for each "
        "camera and second\n",
        joined->entries(),
        1000 * joined->spent_s() / shop.life.seconds / static_cast<double>(index_of.size()));
    return {};
}

}  // namespace vitrina::app

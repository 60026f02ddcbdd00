#include "pipeline/audit_report.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>
#include <optional>
#include <utility>

#include "domain/plan.h"
#include "pipeline/audit_places.h"
#include "pipeline/fact_stream.h"

namespace vitrina::pipeline {
namespace {

struct Strata {
    std::vector<evaluate::AuditStratum> in;
    std::vector<evaluate::AuditStratum> out;
    UtcTime first = UtcTime::max();
    UtcTime last = UtcTime::min();
};

/// The count is of all the time between the first window and the last; where some of it was not on film, it
/// is taken to be as wrong there as where it was.
void fill_gaps(Strata& strata, std::int64_t offered, std::chrono::seconds window) {
    if (offered <= 0) return;
    const double spanned = std::chrono::duration<double>(strata.last - strata.first) / window;
    const double scale = std::max(1.0, spanned / static_cast<double>(offered));
    for (auto* const side : {&strata.in, &strata.out})
        for (evaluate::AuditStratum& stratum : *side)
            stratum.windows = std::llround(scale * static_cast<double>(stratum.windows));
}

Result<records::AuditedCount> counted(const records::AuditStore& audits, const records::Audit& audit,
                                      const records::AuditPlace& place, UtcTime from, UtcTime to) {
    return place.kind == records::AuditKind::kStay ? audits.stays(place, from, to, audit.window)
                                                   : audits.crossings(place, from, to);
}

template <typename Drawn>
const Drawn* named(const std::vector<Drawn>& all, const std::string& name) {
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const Drawn& drawn) { return drawn.name == name; });
    return found == all.end() ? nullptr : &*found;
}

/// Whether the place lies alike in both.
bool is_alike(const records::AuditPlace& place, const Layout& before, const Layout& now) {
    if (place.kind == records::AuditKind::kCrossing) {
        const Line* const was = named(before.lines, place.place);
        const Line* const is = named(now.lines, place.place);
        return was != nullptr && is != nullptr && was->from == is->from && was->to == is->to;
    }
    const Zone* const was = named(before.zones, place.place);
    const Zone* const is = named(now.zones, place.place);
    return was != nullptr && is != nullptr && was->polygon == is->polygon;
}

/// What is drawn now, and whether it is what clips were filmed of. Reads each drawing once.
class Drawings {
  public:
    Drawings(const records::ShopStore& shop, UtcTime now) : shop_(shop), now_(now) {}

    [[nodiscard]] Result<bool> holds(const records::AuditClip& clip) {
        if (clip.place.camera == kPlanCamera) return holds_on_plan(clip);
        const std::string& camera = clip.place.camera;
        if (!places_.contains(camera)) {
            TRY_ASSIGN(const auto drawn, shop_.layout_at(camera, now_));
            std::optional<std::vector<FilmedPlace>> places;
            if (drawn) places = places_of(camera, with_zone(drawn->layout));
            places_[camera] = std::move(places);
        }
        const auto& places = places_.at(camera);
        if (!places) return true;  // as configured
        return std::any_of(places->begin(), places->end(), [&](const FilmedPlace& place) {
            return place.place == clip.place && to_json(place.drawing) == clip.drawing;
        });
    }

  private:
    /// A clip's drawing lies in the picture of a camera, so the plan that was drawn then is asked.
    [[nodiscard]] Result<bool> holds_on_plan(const records::AuditClip& clip) {
        if (!has_plan_) {
            TRY_ASSIGN(plan_, shop_.plan_at(now_));
            has_plan_ = true;
        }
        if (!plan_ || plan_->saved <= clip.begin) return true;
        if (plans_.empty()) {
            TRY_ASSIGN(plans_, shop_.plans());
        }
        const auto then =
            std::find_if(plans_.begin(), plans_.end(),
                         [&](const records::PlanVersion& version) { return version.saved <= clip.begin; });
        if (then == plans_.end()) return true;
        return is_alike(clip.place, with_zone(floor_layout(then->plan), Ground::kPlan),
                        with_zone(floor_layout(plan_->plan), Ground::kPlan));
    }

    const records::ShopStore& shop_;
    const UtcTime now_;
    std::map<std::string, std::optional<std::vector<FilmedPlace>>> places_;  // none: never drawn
    bool has_plan_ = false;
    std::optional<records::PlanVersion> plan_;
    std::vector<records::PlanVersion> plans_;  // the newest first
};

}  // namespace

Result<records::AuditedCount> counted_in(const records::AuditStore& audits, const records::Audit& audit,
                                         const records::AuditClip& clip) {
    return counted(audits, audit, clip.place, clip.begin, clip.end);
}

Result<std::vector<AuditedPlace>> audit_report(const records::AuditStore& audits,
                                               const records::ShopStore& shop, const records::Audit& audit,
                                               UtcTime now) {
    TRY_ASSIGN(const auto strata, audits.strata(audit.id));
    TRY_ASSIGN(const auto clips, audits.clips(audit.id));
    std::map<records::AuditPlace, AuditedPlace> places;
    std::map<records::AuditPlace, Strata> answers;
    std::map<std::pair<records::AuditPlace, bool>, std::size_t> index;
    Drawings drawings(shop, now);
    for (const records::AuditStratum& stratum : strata) {
        AuditedPlace& place = places[stratum.place];
        place.place = stratum.place;
        place.windows += stratum.windows;
        Strata& of_place = answers[stratum.place];
        index[{stratum.place, stratum.is_busy}] = of_place.in.size();
        of_place.in.push_back({stratum.windows, {}});
        of_place.out.push_back({stratum.windows, {}});
        of_place.first = std::min(of_place.first, stratum.first);
        of_place.last = std::max(of_place.last, stratum.last);
    }
    for (const records::AuditClip& clip : clips) {
        const auto known = index.find({clip.place, clip.is_busy});
        if (known == index.end()) continue;
        AuditedPlace& place = places.at(clip.place);
        TRY_ASSIGN(const bool is_drawn_so, drawings.holds(clip));
        place.is_outdated = place.is_outdated || !is_drawn_so;
        if (clip.frames > 0 || clip.answer.is_given()) ++place.clips;
        if (clip.answer.is_unclear) ++place.unclear;
        if (!clip.answer.in) continue;
        ++place.answered;
        TRY_ASSIGN(const auto count, counted_in(audits, audit, clip));
        Strata& of_place = answers.at(clip.place);
        of_place.in[known->second].differences.push_back(*clip.answer.in - static_cast<double>(count.in));
        of_place.out[known->second].differences.push_back(clip.answer.out.value_or(0) -
                                                          static_cast<double>(count.out));
    }
    std::vector<AuditedPlace> report;
    report.reserve(places.size());
    for (auto& [key, place] : places) {
        Strata& of_place = answers.at(key);
        if (place.is_outdated) {
            report.push_back(std::move(place));
            continue;
        }
        fill_gaps(of_place, place.windows, audit.window);
        TRY_ASSIGN(const auto all, counted(audits, audit, key, of_place.first, of_place.last));
        place.in = evaluate::count_error(static_cast<double>(all.in), of_place.in);
        if (key.kind == records::AuditKind::kCrossing)
            place.out = evaluate::count_error(static_cast<double>(all.out), of_place.out);
        place.answers_in = std::move(of_place.in);
        place.answers_out = std::move(of_place.out);
        report.push_back(std::move(place));
    }
    return report;
}

std::vector<AuditedCamera> audit_by_camera(std::span<const AuditedPlace> places) {
    struct Sum {
        double in = 0;
        double out = 0;
        std::int64_t places = 0;
        std::vector<evaluate::AuditStratum> answers_in;
        std::vector<evaluate::AuditStratum> answers_out;
    };
    std::map<std::pair<std::string, records::AuditKind>, Sum> sums;
    for (const AuditedPlace& place : places) {
        if (!place.in) continue;
        Sum& sum = sums[{place.place.camera, place.place.kind}];
        ++sum.places;
        sum.in += place.in->counted;
        if (place.out) sum.out += place.out->counted;
        sum.answers_in.insert(sum.answers_in.end(), place.answers_in.begin(), place.answers_in.end());
        sum.answers_out.insert(sum.answers_out.end(), place.answers_out.begin(), place.answers_out.end());
    }
    std::vector<AuditedCamera> cameras;
    cameras.reserve(sums.size());
    for (const auto& [key, sum] : sums) {
        AuditedCamera& camera = cameras.emplace_back();
        camera.camera = key.first;
        camera.kind = key.second;
        camera.places = sum.places;
        camera.in = evaluate::count_error(sum.in, sum.answers_in);
        if (camera.kind == records::AuditKind::kCrossing)
            camera.out = evaluate::count_error(sum.out, sum.answers_out);
    }
    return cameras;
}

}  // namespace vitrina::pipeline

#include "pipeline/replay.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <iterator>
#include <map>
#include <memory>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

#include "domain/plan.h"
#include "pipeline/analysis.h"
#include "pipeline/fact_stream.h"
#include "pipeline/followed_walks.h"
#include "pipeline/live_analysis.h"
#include "pipeline/shop_clock.h"

namespace vitrina::pipeline {
namespace {

// With nobody seen for this long nothing is open or undecided: what comes after is a matter of its own.
constexpr std::chrono::seconds kQuiet{20};
// Before the period: whoever is in a zone then may have come long before, but not before it was quiet.
constexpr std::chrono::hours kBeforeMax{24};
// Clocks go on in steps, and a point is settled a moment after it was seen.
constexpr std::chrono::seconds kSteps{3};
// Paths of a camera at work are stored this often, and a little.
constexpr std::chrono::seconds kStoredWithin{15};

struct Collected final : EventSink {
    [[nodiscard]] Result<void> accept(const Event& event) override {
        events.push_back(event);
        return {};
    }
    std::vector<Event> events;
};

/// Something that happens to a camera's facts, in the order of time.
struct Step {
    enum class Kind : std::uint8_t { kBegin, kLayout, kPoint, kLeft, kEnd };
    SourceTime at;
    Kind kind = Kind::kPoint;
    PersonId person = 0;  // on the floor plan the walk, until it is known whose it is
    PathPoint point;
    const Layout* layout = nullptr;
};

/// Whose walks are: in place of walks their owners, without what is nobody's and what doesn't count.
/// `steps` in the order of time.
void name_walks(const std::vector<records::WalkOwner>& owners, std::vector<Step>& steps) {
    std::map<std::int64_t, std::map<UtcTime, PersonId>> known;
    for (const records::WalkOwner& owner : owners)
        known[owner.walk][owner.since] = owner.person;
    const auto owner_of = [&](const Step& step) -> PersonId {
        const auto walk = known.find(step.person);
        if (walk == known.end()) return 0;
        const auto after = walk->second.upper_bound(to_utc(step.at));
        return after == walk->second.begin() ? 0 : std::prev(after)->second;
    };
    std::vector<OwnedPoint> points;
    points.reserve(steps.size());
    for (const Step& step : steps)
        points.push_back(step.kind == Step::Kind::kPoint
                             ? OwnedPoint{step.point.tick, step.person, owner_of(step)}
                             : OwnedPoint{});
    const std::vector<char> counts = follow(points);
    std::vector<Step> named;
    named.reserve(steps.size());
    for (std::size_t i = 0; i < steps.size(); ++i) {
        if (steps[i].kind == Step::Kind::kPoint && counts[i] == 0) continue;
        named.push_back(steps[i]);
        if (steps[i].kind == Step::Kind::kPoint) named.back().person = points[i].person;
    }
    steps = std::move(named);
}

/// What lies between two quiet times.
struct Stretch {
    std::size_t first = 0;  // of the spans
    std::size_t last = 0;   // one after
    UtcTime begin;
    UtcTime end;
};

class Replayer {
  public:
    Replayer(const records::ShopStore& shop, const records::PathStore& paths, const ReplayOptions& options)
        : shop_(shop),
          paths_(paths),
          options_(options),
          ground_(options.camera == kPlanCamera ? Ground::kPlan : Ground::kPicture) {}

    /// The events of the period, and what is settled of it.
    [[nodiscard]] Result<std::vector<Event>> run(ReplayReport& report) {
        TRY(read());
        std::vector<Collected> collected(stretches_.size());
        std::vector<Result<std::int64_t>> results(stretches_.size(), Result<std::int64_t>(0));
        std::atomic<std::size_t> next = 0;
        const auto work = [&] {
            for (std::size_t i = next++; i < stretches_.size(); i = next++)
                results[i] = options_.goes_on && !options_.goes_on() ? failed("interrupted")
                                                                     : run(stretches_[i], collected[i]);
        };
        std::vector<std::thread> threads;
        threads.reserve(static_cast<std::size_t>(options_.threads));
        for (int i = 1; i < options_.threads; ++i)
            threads.emplace_back(work);
        work();
        for (std::thread& thread : threads)
            thread.join();
        std::vector<Event> events;
        for (std::size_t i = 0; i < stretches_.size(); ++i) {
            TRY_ASSIGN(const std::int64_t points, results[i]);
            report.points += points;
            std::move(collected[i].events.begin(), collected[i].events.end(), std::back_inserter(events));
        }
        report.pieces = static_cast<std::int64_t>(spans_.size());
        return events;
    }

    /// Facts that begin at or after it, and end before the other, are known from paths.
    [[nodiscard]] UtcTime known_from() const { return known_from_; }
    [[nodiscard]] UtcTime known_to() const { return known_to_; }

  private:
    [[nodiscard]] Result<void> read() {
        const std::string& camera = options_.camera;
        TRY_ASSIGN(sessions_, paths_.sessions(camera, options_.from - kBeforeMax, options_.to));
        TRY_ASSIGN(spans_, paths_.spans(camera, options_.from - kBeforeMax, options_.to));
        TRY_ASSIGN(const auto forgotten, paths_.forgotten_until(camera));
        if (sessions_.empty()) return {};
        TRY(read_layouts());
        known_from_ = std::max(options_.from, sessions_.front().began);
        UtcTime last{};
        for (const records::PathSpan& span : spans_)
            last = std::max(last, span.end);
        const UtcTime quiet = options_.now - kQuiet - kStoredWithin - whole_milliseconds(lag());
        is_somebody_there_ = !sessions_.back().ended && last > quiet;
        known_to_ = options_.to;
        if (is_somebody_there_)
            known_to_ = std::min(known_to_, last - unsettled());
        else if (!sessions_.back().ended)
            known_to_ = std::min(known_to_, quiet);
        const std::vector<UtcTime> changes = changes_of_camera();
        auto change = changes.begin();
        const auto pass_changes = [&](UtcTime until, std::size_t at) {
            for (; change != changes.end() && *change <= until; ++change)
                extend(at, at, *change, *change);
        };
        for (std::size_t i = 0; i < spans_.size(); ++i) {
            pass_changes(spans_[i].begin, i);
            extend(i, i + 1, spans_[i].begin, spans_[i].end);
        }
        pass_changes(UtcTime::max(), spans_.size());
        if (forgotten) forget_until(*forgotten);
        // What is over before the period begins need not be computed.
        std::erase_if(stretches_, [&](const Stretch& stretch) { return stretch.end < options_.from; });
        return {};
    }

    [[nodiscard]] static std::chrono::milliseconds whole_milliseconds(Duration duration) {
        return std::chrono::ceil<std::chrono::milliseconds>(duration);
    }
    [[nodiscard]] Duration lag() const { return ground_ == Ground::kPlan ? kFloorFactLag : kFactLag; }

    /// The end of paths that go on, of which more may become known: whoever vanished is waited for, and is
    /// only known to be gone when paths go on for so long after he was seen.
    [[nodiscard]] std::chrono::milliseconds unsettled() const {
        return whole_milliseconds(options_.insight.unseen_grace + lag() + kPathPointEvery + kSteps);
    }

    /// When sessions began, and when one that went on got another layout: nobody need have been there.
    [[nodiscard]] std::vector<UtcTime> changes_of_camera() const {
        std::vector<UtcTime> changes;
        changes.reserve(sessions_.size() + layouts_.size());
        for (const records::CameraSession& session : sessions_)
            changes.push_back(session.began);
        for (const auto& [begin, layout] : layouts_)
            if (is_in_session(begin)) changes.push_back(begin);
        std::sort(changes.begin(), changes.end());
        return changes;
    }

    [[nodiscard]] bool is_in_session(UtcTime instant) const {
        const records::CameraSession& session = session_at(instant);
        return session.began < instant && (!session.ended || instant < *session.ended);
    }

    /// Another span or change, in the order in which they begin.
    void extend(std::size_t first, std::size_t last, UtcTime begin, UtcTime end) {
        if (stretches_.empty() || begin > stretches_.back().end + kQuiet)
            stretches_.push_back({first, last, begin, end});
        stretches_.back().last = last;
        stretches_.back().end = std::max(stretches_.back().end, end);
    }

    /// Of what goes on while paths are forgotten, the begin is not known.
    void forget_until(UtcTime end) {
        known_from_ = std::max(known_from_, end + kQuiet);
        std::erase_if(stretches_, [&](const Stretch& stretch) {
            if (stretch.begin > end + kQuiet) return false;
            known_from_ = std::max(known_from_, stretch.end + kQuiet);
            return true;
        });
    }

    [[nodiscard]] Result<void> read_layouts() {
        TRY_ASSIGN(const auto drawn, ground_ == Ground::kPlan ? drawn_plans() : drawn_layouts());
        TRY_ASSIGN(const auto starts, paths_.layout_starts(options_.camera));
        for (const auto& [begin, layout] : drawn) {
            const auto start = starts.find(begin);
            layouts_[start == starts.end() ? begin : start->second] = wanted_of(with_zone(layout, ground_));
        }
        for (const records::CameraSession& session : sessions_) {
            Layout undrawn = whole_picture(session.width, session.height);
            undrawn.zones.clear();
            pictures_.try_emplace({session.width, session.height},
                                  wanted_of(with_zone(std::move(undrawn), ground_)));
        }
        return {};
    }

    using Drawn = std::map<UtcTime, Layout>;  // by when it is valid from

    /// One that another replaced from an earlier moment on is valid nowhere.
    [[nodiscard]] Result<Drawn> drawn_layouts() const {
        TRY_ASSIGN(const auto versions, shop_.layouts(options_.camera));
        Drawn drawn;
        for (const records::LayoutVersion& version : versions) {
            TRY_ASSIGN(const auto valid, shop_.layout_at(options_.camera, version.valid_from));
            if (valid && valid->valid_from == version.valid_from) drawn[version.valid_from] = valid->layout;
        }
        return drawn;
    }
    [[nodiscard]] Result<Drawn> drawn_plans() const {
        TRY_ASSIGN(const auto versions, shop_.plans());
        Drawn drawn;
        for (const records::PlanVersion& version : versions) {
            TRY_ASSIGN(const auto valid, shop_.plan_at(version.valid_from));
            if (valid && valid->valid_from == version.valid_from)
                drawn[version.valid_from] = floor_layout(valid->plan);
        }
        return drawn;
    }

    /// Without the places whose facts stay as they are: each counts by itself.
    [[nodiscard]] Layout wanted_of(Layout layout) const {
        if (!options_.places) return layout;
        const auto unwanted = [&](const auto& place) { return !options_.places->contains(place.name); };
        std::erase_if(layout.zones, unwanted);
        std::erase_if(layout.lines, unwanted);
        return layout;
    }

    [[nodiscard]] const Layout& layout_at(UtcTime instant, const records::CameraSession& session) const {
        const auto after = layouts_.upper_bound(instant);
        const Layout& whole = pictures_.at({session.width, session.height});
        if (after == layouts_.begin()) return whole;
        // As it was counted: what was drawn on pictures of another shape says nothing of these.
        const Layout& drawn = std::prev(after)->second;
        if (ground_ == Ground::kPlan) return drawn;  // in metres, whatever the plan's size was then
        return have_same_shape(session.width, session.height, drawn.width, drawn.height) ? drawn : whole;
    }

    [[nodiscard]] const records::CameraSession& session_at(UtcTime instant) const {
        const auto after = std::upper_bound(
            sessions_.begin(), sessions_.end(), instant,
            [](UtcTime at, const records::CameraSession& session) { return at < session.began; });
        return after == sessions_.begin() ? sessions_.front() : *std::prev(after);
    }

    [[nodiscard]] Result<std::int64_t> run(const Stretch& stretch, Collected& collected) const {
        const auto stretch_spans = std::span(spans_).subspan(stretch.first, stretch.last - stretch.first);
        TRY_ASSIGN(const auto pieces, paths_.pieces(stretch_spans));
        std::vector<Step> steps;
        std::size_t count = 0;
        for (const records::PathPiece& piece : pieces)
            count += piece.points.size();
        steps.reserve(count + pieces.size());
        for (const records::PathPiece& piece : pieces) {
            for (const PathPoint& point : piece.points)
                steps.push_back({SourceTime(Duration(kPathTick) * point.tick), Step::Kind::kPoint,
                                 piece.person, point, nullptr});
            if (piece.left)
                steps.push_back({from_utc(*piece.left), Step::Kind::kLeft, piece.person, {}, nullptr});
        }
        add_changes(stretch, steps);
        std::stable_sort(steps.begin(), steps.end(), [](const Step& a, const Step& b) {
            return std::tie(a.at, a.kind, a.person) < std::tie(b.at, b.kind, b.person);
        });
        if (ground_ == Ground::kPlan) {
            TRY_ASSIGN(const auto owners, paths_.owners(stretch_spans));
            name_walks(owners, steps);
        }
        TRY(feed(stretch, steps, collected));
        return static_cast<std::int64_t>(count);
    }

    /// What happened to the camera meanwhile.
    void add_changes(const Stretch& stretch, std::vector<Step>& steps) const {
        for (const auto& [begin, layout] : layouts_)
            if (begin >= stretch.begin && begin <= stretch.end && is_in_session(begin))
                steps.push_back({from_utc(begin), Step::Kind::kLayout, 0, {}, &layout});
        for (const records::CameraSession& session : sessions_) {
            if (session.began >= stretch.begin && session.began <= stretch.end)
                steps.push_back({from_utc(session.began), Step::Kind::kBegin, 0, {}, nullptr});
            if (session.ended && *session.ended > stretch.begin && *session.ended <= stretch.end)
                steps.push_back({from_utc(*session.ended), Step::Kind::kEnd, 0, {}, nullptr});
        }
    }

    [[nodiscard]] Result<void> feed(const Stretch& stretch, const std::vector<Step>& steps,
                                    Collected& collected) const {
        const insight::EventIdentity identity{options_.shop, options_.camera};
        const auto make = [&](const Layout& layout) {
            return std::make_unique<FactStream>(layout, identity, options_.insight, collected, ground_);
        };
        auto stream = make(layout_at(stretch.begin, session_at(stretch.begin)));
        SourceTime last = from_utc(stretch.begin);
        std::size_t fed = 0;
        for (const Step& step : steps) {
            if (++fed % 4096 == 0 && options_.goes_on && !options_.goes_on()) return failed("interrupted");
            switch (step.kind) {
                case Step::Kind::kPoint:
                    TRY(stream->take(step.person, step.point));
                    break;
                case Step::Kind::kLeft:
                    TRY(stream->person_left(step.person, step.at));
                    break;
                case Step::Kind::kLayout:
                    TRY(stream->change_layout(*step.layout, step.at));
                    break;
                case Step::Kind::kEnd:
                    TRY(stream->finish(step.at));
                    stream = make(layout_at(to_utc(step.at), session_at(to_utc(step.at))));
                    break;
                case Step::Kind::kBegin: {
                    // After a kill, whoever was there goes on with his visit.
                    const auto open = step.at - last <= kResumeWithin ? stream->open_visits()
                                                                      : std::vector<insight::OpenVisit>();
                    if (open.empty()) TRY(stream->finish(last));
                    stream = make(layout_at(to_utc(step.at), session_at(to_utc(step.at))));
                    TRY(stream->begin(open, step.at));
                    break;
                }
            }
            last = step.at;
        }
        // Of a camera that is at work what is open stays open. The time goes on by walks of nobody too.
        return is_somebody_there_ && &stretch == &stretches_.back()
                   ? stream->advance(std::max(last, from_utc(stretch.end)))
                   : stream->finish(last + kQuiet);
    }

    const records::ShopStore& shop_;
    const records::PathStore& paths_;
    const ReplayOptions& options_;
    const Ground ground_;
    std::vector<records::CameraSession> sessions_;
    std::vector<records::PathSpan> spans_;
    std::vector<Stretch> stretches_;
    std::map<UtcTime, Layout> layouts_;
    std::map<std::pair<int, int>, Layout> pictures_;  // without a layout
    bool is_somebody_there_ = false;                  // at the end, before a camera that is at work
    UtcTime known_from_ = UtcTime::max();
    UtcTime known_to_;
};

/// Others (of queues, of hands) depend on more than paths, and stay as they were counted.
bool comes_from_paths(const Fact& fact) {
    return std::holds_alternative<Visit>(fact) || std::holds_alternative<Crossing>(fact) ||
           std::holds_alternative<Occupancy>(fact);
}

/// Of a fact that comes from paths.
const std::string& place_of(const Fact& fact) {
    if (const auto* visit = std::get_if<Visit>(&fact)) return visit->zone;
    if (const auto* crossing = std::get_if<Crossing>(&fact)) return crossing->line;
    return std::get<Occupancy>(fact).zone;
}

/// Whether they say the same; versions of layouts apart.
bool same(const LiveEvent& a, const LiveEvent& b) {
    const auto* occupancy = std::get_if<Occupancy>(&a.event.fact);
    const auto* other = std::get_if<Occupancy>(&b.event.fact);
    const bool as_many = occupancy == nullptr || (other != nullptr && occupancy->people == other->people);
    const auto* crossing = std::get_if<Crossing>(&a.event.fact);
    const auto* other_crossing = std::get_if<Crossing>(&b.event.fact);
    const bool same_way = crossing == nullptr ||
                          (other_crossing != nullptr && crossing->direction == other_crossing->direction);
    constexpr double kRounding = 1e-6;
    return as_many && same_way && a.begin == b.begin && a.end == b.end &&
           std::abs(a.event.confidence - b.event.confidence) < kRounding;
}

}  // namespace

Result<ReplayReport> replay(records::FactStore& facts, const records::ShopStore& shop,
                            const records::PathStore& paths, const ReplayOptions& options) {
    ReplayReport report;
    const auto began = std::chrono::steady_clock::now();
    // Before the paths are read, so that whatever closes meanwhile is not taken for wrong.
    TRY_ASSIGN(const auto known, paths.facts(options.camera, options.from, options.to));
    Replayer replayer(shop, paths, options);
    TRY_ASSIGN(auto events, replayer.run(report));
    const auto counts = [&](const LiveEvent& event) {
        return comes_from_paths(event.event.fact) && event.begin >= replayer.known_from() &&
               event.begin < options.to && event.end < replayer.known_to() &&
               (!options.places || options.places->contains(place_of(event.event.fact)));
    };
    std::map<std::string, const records::KnownFact*> before;
    for (const records::KnownFact& fact : known)
        if (comes_from_paths(fact.event.event.fact)) before.emplace(fact.event.event.id, &fact);

    std::vector<LiveEvent> changes;
    std::set<std::string> seen;
    for (Event& event : events) {
        LiveEvent live = live_event(std::move(event));
        // One that now ends later than what is settled is not gone.
        const bool is_first = seen.insert(live.event.id).second;
        if (!is_first || !counts(live)) continue;
        ++report.facts;
        const auto found = before.find(live.event.id);
        if (found == before.end()) {
            ++report.added;
        } else if (found->second->retracted) {
            live.event.revision = found->second->event.event.revision + 1;
            ++report.added;
        } else if (same(live, found->second->event)) {
            ++report.unchanged;
            continue;
        } else {
            live.event.revision = found->second->event.event.revision + 1;
            ++report.amended;
        }
        changes.push_back(std::move(live));
    }
    std::vector<std::string> gone;
    for (const auto& [id, fact] : before)
        if (!fact->retracted && !seen.contains(id) && counts(fact->event)) gone.push_back(id);
    report.retracted = static_cast<std::int64_t>(gone.size());
    TRY(facts.reissue(changes, gone));
    report.took = std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now() - began);
    return report;
}

}  // namespace vitrina::pipeline

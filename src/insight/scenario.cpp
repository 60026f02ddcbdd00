#include "insight/scenario.h"

#include <algorithm>
#include <cmath>
#include <random>
#include <sstream>

#include <fmt/format.h>

namespace vitrina::insight {
namespace {

double uniform(std::mt19937& random) {  // std distributions differ between libraries
    return static_cast<double>(random()) / 4294967296.0;
}

class Parser {
  public:
    explicit Parser(double rate) : rate_(rate) {}

    Result<Scenario> parse(std::string_view text) {
        std::istringstream lines{std::string(text)};
        std::string line;
        for (int number = 1; std::getline(lines, line); ++number) {
            scenario_.input += line + "\n";
            if (line == "expect") break;
            std::istringstream words(line);
            std::string word;
            if (!(words >> word) || word.front() == '#') continue;
            if (!command(word, words)) return failed(fmt::format("line {}: can't read: {}", number, line));
        }
        std::ostringstream rest;
        rest << lines.rdbuf();
        scenario_.expected = rest.str();
        std::stable_sort(scenario_.sightings.begin(), scenario_.sightings.end(),
                         [](const Sighting& a, const Sighting& b) {
                             return a.at != b.at ? a.at < b.at : a.person < b.person;
                         });
        std::stable_sort(scenario_.reaches.begin(), scenario_.reaches.end(),
                         [](const Reach& a, const Reach& b) { return a.at < b.at; });
        return std::move(scenario_);
    }

  private:
    bool command(const std::string& word, std::istream& words) {
        if (word == "picture")
            return static_cast<bool>(words >> scenario_.layout.width >> scenario_.layout.height);
        if (word == "zone") return zone(words);
        if (word == "line") return line(words);
        if (word == "rates") return rates(words);
        if (word == "lag") return duration(words, scenario_.options.lag);
        if (word == "person") return person(words);
        if (word == "walk") return walk(words);
        if (word == "stand") return stand(words);
        if (word == "shelf") return shelf(words);
        if (word == "section") return section(words);
        if (word == "reach") return reach(words);
        if (word == "jitter") return jitter(words);
        if (word == "bad") return bad(words);
        if (word == "score") return static_cast<bool>(words >> now_.score);
        if (word == "visible") return static_cast<bool>(words >> now_.visible);
        if (word == "uneven") return static_cast<bool>(words >> uneven_seed_);
        if (word == "left") return scenario_.left.push_back(now_.person), true;
        if (word == "end") return time(words, scenario_.end);
        return false;
    }

    static bool time(std::istream& words, SourceTime& result) {
        double seconds = 0;
        if (!(words >> seconds)) return false;
        result = instant_at(seconds);
        return true;
    }

    static bool duration(std::istream& words, Duration& result) {
        double seconds = 0;
        if (!(words >> seconds)) return false;
        result = from_seconds(seconds);
        return true;
    }

    static bool point(std::istream& words, Point& result) {
        char comma = 0;
        return static_cast<bool>(words >> result.x >> comma >> result.y) && comma == ',';
    }

    bool zone(std::istream& words) {
        Zone zone;
        if (!(words >> zone.name)) return false;
        for (Point corner; point(words, corner);)
            zone.polygon.push_back(corner);
        scenario_.layout.zones.push_back(zone);
        return !why_invalid(zone.polygon);
    }

    static Polygon corners(std::istream& words) {
        Polygon polygon;
        for (Point corner; point(words, corner);)
            polygon.push_back(corner);
        return polygon;
    }

    bool shelf(std::istream& words) {
        Shelf shelf;
        if (!(words >> shelf.name)) return false;
        shelf.polygon = corners(words);
        scenario_.layout.shelves.push_back(shelf);
        return !why_invalid(shelf.polygon);
    }

    bool section(std::istream& words) {
        Zone section;
        if (scenario_.layout.shelves.empty() || !(words >> section.name)) return false;
        section.polygon = corners(words);
        scenario_.layout.shelves.back().sections.push_back(section);
        return !why_invalid(section.polygon);
    }

    /// A hand is at a place; the other one hangs. In looks of the same moment both may reach.
    bool reach(std::istream& words) {
        std::string side;
        Point place;
        SourceTime begin;
        SourceTime end;
        if (!(words >> side) || !point(words, place) || !time(words, begin) || !time(words, end))
            return false;
        if (side != "left" && side != "right") return false;
        Hand hand{place, now_.score, 90, 1};
        words >> hand.raised_deg >> hand.away;
        return at_frames(begin, end,
                         [&](SourceTime at, double) { look(at).hands[side == "left" ? 0 : 1] = hand; });
    }

    /// The look at the person at this moment.
    Reach& look(SourceTime at) {
        for (Reach& known : scenario_.reaches)
            if (known.person == now_.person && known.at == at) return known;
        Reach& made = scenario_.reaches.emplace_back();
        made.person = now_.person;
        made.at = at;
        made.torso = 0.3 * now_.body_height;
        for (Hand& hand : made.hands)
            hand = {{}, now_.score, 5, 0.4};
        return made;
    }

    bool line(std::istream& words) {
        Line line;
        if (!(words >> line.name) || !point(words, line.from) || !point(words, line.to)) return false;
        scenario_.layout.lines.push_back(line);
        return true;
    }

    bool rates(std::istream& words) {
        std::string word;
        while (words >> word && word != "within")
            scenario_.rates.push_back(std::stod(word));
        if (word == "within") words >> scenario_.tolerance_s;
        return !scenario_.rates.empty();
    }

    bool person(std::istream& words) {
        now_ = Sighting{0, {}, {}, 100, 0.9, 1};
        if (!(words >> now_.person)) return false;
        words >> now_.body_height;
        return true;
    }

    bool walk(std::istream& words) {
        Point from;
        Point to;
        SourceTime begin;
        SourceTime end;
        if (!point(words, from) || !point(words, to) || !time(words, begin) || !time(words, end))
            return false;
        return add(begin, end, [&](double share) {
            return Point{from.x + share * (to.x - from.x), from.y + share * (to.y - from.y)};
        });
    }

    bool stand(std::istream& words) {
        Point place;
        SourceTime begin;
        SourceTime end;
        if (!point(words, place) || !time(words, begin) || !time(words, end)) return false;
        return add(begin, end, [&](double) { return place; });
    }

    bool jitter(std::istream& words) {
        Point place;
        SourceTime begin;
        SourceTime end;
        double size = 0;
        unsigned seed = 0;
        if (!point(words, place) || !time(words, begin) || !time(words, end) || !(words >> size >> seed))
            return false;
        std::mt19937 random(seed);
        return add(begin, end, [&](double) {
            const double x = place.x + size * (2 * uniform(random) - 1);
            return Point{x, place.y + size * (2 * uniform(random) - 1)};
        });
    }

    /// The sighting nearest to a moment is somewhere else.
    bool bad(std::istream& words) {
        SourceTime at;
        Point place;
        if (!time(words, at) || !point(words, place)) return false;
        Sighting* nearest = nullptr;
        for (Sighting& sighting : scenario_.sightings)
            if (sighting.person == now_.person &&
                (nearest == nullptr ||
                 std::chrono::abs(sighting.at - at) < std::chrono::abs(nearest->at - at)))
                nearest = &sighting;
        if (nearest == nullptr) return false;
        nearest->place = place;
        return true;
    }

    /// Sightings at the frames from `begin` up to, without, `end`.
    template <typename Place>
    bool add(SourceTime begin, SourceTime end, Place place) {
        return at_frames(begin, end, [&](SourceTime at, double share) {
            Sighting sighting = now_;
            sighting.at = at;
            sighting.place = place(share);
            scenario_.sightings.push_back(sighting);
        });
    }

    template <typename Action>
    bool at_frames(SourceTime begin, SourceTime end, Action action) {
        if (end <= begin || now_.person == 0) return false;
        std::mt19937 random(uneven_seed_);
        for (std::int64_t frame = 0;; ++frame) {
            double index = static_cast<double>(frame);
            if (uneven_seed_ != 0) index += 0.9 * uniform(random);
            const double ms = std::round(index * 1000 / rate_);
            const SourceTime at = SourceTime(std::chrono::milliseconds(static_cast<std::int64_t>(ms)));
            if (at >= end) return true;
            if (at < begin) continue;
            action(at, to_seconds(at - begin) / to_seconds(end - begin));
        }
    }

    double rate_;
    Scenario scenario_;
    Sighting now_;
    unsigned uneven_seed_ = 0;
};

}  // namespace

std::vector<double> rates_of(std::string_view text) {
    auto scenario = parse_scenario(text, 10);
    return scenario ? scenario->rates : std::vector<double>{};
}

Result<Scenario> parse_scenario(std::string_view text, double rate) {
    return Parser(rate).parse(text);
}

std::string to_line(const Event& event) {
    const std::string confidence = fmt::format("{:.2f}", event.confidence);
    if (const auto* visit = std::get_if<Visit>(&event.fact))
        return fmt::format("visit {} {} {:.3f} {:.3f} {}", visit->person, visit->zone,
                           to_seconds(visit->begin), to_seconds(visit->end), confidence);
    if (const auto* crossing = std::get_if<Crossing>(&event.fact))
        return fmt::format("crossing {} {} {} {:.3f} {}", crossing->person, crossing->line,
                           crossing->direction == Direction::kIn ? "in" : "out", to_seconds(crossing->at),
                           confidence);
    if (const auto* touch = std::get_if<Touch>(&event.fact))
        return fmt::format("touch {} {} {} {} {:.3f} {:.3f} {}", touch->person, touch->shelf,
                           touch->section.empty() ? "-" : touch->section, to_text(touch->hand),
                           to_seconds(touch->begin), to_seconds(touch->end), confidence);
    const auto& occupancy = std::get<Occupancy>(event.fact);
    return fmt::format("occupancy {} {} {:.3f} {}", occupancy.zone, occupancy.people,
                       to_seconds(occupancy.at), confidence);
}

std::string to_lines(const Summary& summary) {
    std::string result;
    for (const ZoneSummary& zone : summary.zones)
        result += fmt::format(
            "zone {} visits {} dwell total {:.3f} median {:.3f} mean {:.3f} people peak {} mean {:.3f}\n",
            zone.zone, zone.visits, to_seconds(zone.dwell_total), to_seconds(zone.dwell_median),
            to_seconds(zone.dwell_mean), zone.occupancy_peak, zone.occupancy_mean);
    for (const LineSummary& line : summary.lines)
        result += fmt::format("line {} in {} out {}\n", line.line, line.in, line.out);
    return result + fmt::format("people {}\n", summary.people);
}

}  // namespace vitrina::insight

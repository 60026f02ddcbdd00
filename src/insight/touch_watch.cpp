#include "insight/touch_watch.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "domain/event_json.h"

namespace vitrina::insight {
namespace {

constexpr std::array<Side, 2> kSides = {Side::kLeft, Side::kRight};

std::size_t index_of(Side side) {
    return static_cast<std::size_t>(side);
}

bool usable(const Hand& hand) {
    return std::isfinite(hand.place.x) && std::isfinite(hand.place.y) && std::isfinite(hand.score) &&
           std::isfinite(hand.raised_deg) && std::isfinite(hand.away);
}

}  // namespace

TouchWatch::TouchWatch(Layout layout, EventIdentity identity, const TouchOptions& options, EventSink& sink)
    : layout_(std::move(layout)), identity_(std::move(identity)), options_(options), sink_(sink) {}

bool TouchWatch::is_reaching(const Hand& hand) const {
    return hand.score >= options_.score_min && hand.raised_deg >= options_.raised_min_deg &&
           hand.away >= options_.away_min;
}

std::optional<std::size_t> TouchWatch::shelf_at(Point place) const {
    for (std::size_t i = 0; i < layout_.shelves.size(); ++i)
        if (contains(layout_.shelves[i].polygon, place)) return i;
    return std::nullopt;
}

Result<void> TouchWatch::observe(const Reach& reach) {
    if (!usable(reach.hands[0]) || !usable(reach.hands[1]) || !std::isfinite(reach.torso) || reach.torso <= 0)
        return failed(fmt::format("look at person {} at {:.3f} s: a hand or the torso is not usable",
                                  reach.person, to_seconds(reach.at)));
    if (layout_.shelves.empty()) return {};
    TRY(advance(reach.at));
    std::vector<Contact>& contacts = people_[reach.person];
    std::array<bool, 2> taken{};  // hands that are in a shelf
    for (const Side side : kSides)
        if (is_reaching(reach.hands[index_of(side)])) taken[index_of(side)] = takes(contacts, reach, side);
    TRY(see_outside(reach.person, contacts, reach, taken));
    if (contacts.empty()) people_.erase(reach.person);
    return {};
}

// Whether the hand is in a shelf: of a touch that goes on or that begins.
bool TouchWatch::takes(std::vector<Contact>& contacts, const Reach& reach, Side side) {
    const Point place = reach.hands[index_of(side)].place;
    const auto shelf = shelf_at(place);
    if (!shelf) return false;
    const auto distance = [&](const Contact& contact) {
        return std::hypot(contact.place.x - place.x, contact.place.y - place.y) / reach.torso;
    };
    Contact* nearest = nullptr;
    for (Contact& contact : contacts) {
        // Of two hands of one look each goes on with a touch of its own.
        const bool is_free = contact.shelf == *shelf && contact.last < reach.at;
        if (is_free && distance(contact) <= options_.same_place &&
            (nearest == nullptr || distance(contact) < distance(*nearest)))
            nearest = &contact;
    }
    if (nearest == nullptr) {
        Contact contact;
        contact.shelf = *shelf;
        contact.begin = reach.at;
        contact.sections.resize(layout_.shelves[*shelf].sections.size());
        nearest = &contacts.emplace_back(std::move(contact));
    }
    add(*nearest, reach, side);
    return true;
}

void TouchWatch::add(Contact& contact, const Reach& reach, Side side) const {
    const Hand& hand = reach.hands[index_of(side)];
    contact.last = reach.at;
    contact.outside_since.reset();
    contact.place = hand.place;
    ++contact.looks;
    contact.score_sum += hand.score;
    contact.sides[index_of(side)] += hand.score;
    const std::vector<Zone>& sections = layout_.shelves[contact.shelf].sections;
    for (std::size_t i = 0; i < sections.size(); ++i)
        if (contains(sections[i].polygon, hand.place)) contact.sections[i] += hand.score;
}

// A touch has lost its hand when the hand of its side is seen elsewhere. What is not seen says nothing.
Result<void> TouchWatch::see_outside(PersonId person, std::vector<Contact>& contacts, const Reach& reach,
                                     const std::array<bool, 2>& taken) {
    for (auto contact = contacts.begin(); contact != contacts.end();) {
        const std::size_t side = contact->sides[0] >= contact->sides[1] ? 0 : 1;
        const bool is_seen = taken[side] || reach.hands[side].score >= options_.score_min;
        if (contact->last < reach.at && is_seen && !contact->outside_since) contact->outside_since = reach.at;
        if (!contact->outside_since || reach.at - *contact->outside_since < options_.leave_after) {
            ++contact;
            continue;
        }
        const Contact ended = std::move(*contact);
        contact = contacts.erase(contact);
        TRY(end(person, ended));
    }
    return {};
}

Result<void> TouchWatch::end(PersonId person, const Contact& contact) {
    if (contact.looks < options_.looks_min || contact.last - contact.begin < options_.touch_min) return {};
    const Shelf& shelf = layout_.shelves[contact.shelf];
    Touch touch{.person = person,
                .shelf = shelf.name,
                .section = {},
                .hand = contact.sides[0] >= contact.sides[1] ? Side::kLeft : Side::kRight,
                .begin = contact.begin,
                .end = contact.last};
    const auto best = std::max_element(contact.sections.begin(), contact.sections.end());
    if (best != contact.sections.end() && *best > 0)
        touch.section = shelf.sections[static_cast<std::size_t>(best - contact.sections.begin())].name;
    std::string id = event_id(identity_.shop, identity_.camera, touch);
    return sink_.accept({std::move(id), 1, identity_.shop, identity_.camera, layout_.version,
                         contact.score_sum / contact.looks, std::move(touch)});
}

Result<void> TouchWatch::person_left(PersonId person) {
    const auto found = people_.find(person);
    if (found == people_.end()) return {};
    const std::vector<Contact> contacts = std::move(found->second);
    people_.erase(found);
    for (const Contact& contact : contacts)
        TRY(end(person, contact));
    return {};
}

Result<void> TouchWatch::advance(SourceTime now) {
    for (auto& [person, contacts] : people_) {
        for (auto contact = contacts.begin(); contact != contacts.end();) {
            if (now - contact->last <= options_.unseen_grace) {
                ++contact;
                continue;
            }
            const Contact ended = std::move(*contact);
            contact = contacts.erase(contact);
            TRY(end(person, ended));
        }
    }
    std::erase_if(people_, [](const auto& entry) { return entry.second.empty(); });
    return {};
}

Result<void> TouchWatch::finish() {
    while (!people_.empty())
        TRY(person_left(people_.begin()->first));
    return {};
}

}  // namespace vitrina::insight

// How a simulated shop lives day by day: who comes when, what they look at, what they buy, how tills and
// staff work, and how well the shop sees them. All of it comes from a file (docs/simulation.md); the defaults
// here are what a file that leaves something out gets. Plain data.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace vitrina::sim {

inline constexpr int kHours = 24;
inline constexpr int kWeekdays = 7;
inline constexpr double kHourS = 3600;
inline constexpr double kDayS = 24 * kHourS;

/// Something that is sold.
struct Goods {
    std::string sku;
    std::string name;
    std::int64_t price_minor = 100;  // kopecks, cents
    double weight = 1;               // how often it is chosen at its shelf
};

/// What people do at a fixture.
struct Interest {
    std::string fixture;
    double weight = 1;           // how many want to go there
    double stop_s_median = 20;   // how long they stay, log-normal
    double stop_s_spread = 0.6;  // of the logarithm
    double touch = 0.4;          // of the stops: a hand at the goods without taking them
    double buy = 0.25;           // of the stops, without a consultation
    double put_back = 0.5;       // of those who touched and don't buy: took and put back
    std::vector<Goods> goods;
};

struct Arrivals {
    double visits_per_day = 1000;  // people, on the mean over the week
    std::array<double, kHours> hours{};
    std::array<double, kWeekdays> weekdays{1, 1, 1, 1, 1, 1, 1};  // from Monday
    double pair_share = 0.2;                                      // of the parties: two who stay together
    double family_share = 0.1;                                    // two grown-ups and one or two children
    double female_share = 0.55;
    double young_share = 0.25;  // of the grown-ups
    double senior_share = 0.2;
};

struct Visiting {
    double speed_m_s = 1.1;
    double speed_spread = 0.15;  // of the logarithm
    double stops = 4;            // on the mean, one at least
    double intent_spread = 0.5;  // how differently keen people are: who is keener looks longer and buys more
};

struct TillHours {
    std::string till;
    double opens_h = 0;
    double closes_h = 24;
    double clock_offset_s = 0;         // of its clock, beside Checkout::clock_offset_s: on the first midnight
    double clock_drift_s_per_day = 0;  // by which it goes too fast
};

struct Checkout {
    std::vector<TillHours> tills;  // in the order in which cashiers are given to them
    double service_base_s = 20;
    double service_item_s = 6;
    double service_spread = 0.35;  // of the logarithm
    int balk_length = 8;           // parties at the shortest till from which some give up at once
    double balk_share = 0.3;
    double patience_s = 900;    // of those who wait, on the mean
    int jockey_gain = 2;        // places won that make one change the queue
    double jockey_share = 0.4;  // of those who could, every ten seconds
    double clock_offset_s = 0;  // of all tills' clocks
};

enum class Role : std::uint8_t { kCashier, kConsultant };

struct StaffMember {
    std::string name;
    Role role = Role::kConsultant;
    double from_h = 9;
    double to_h = 21;
    double break_h = 13;
    double break_minutes = 30;
    std::array<double, kWeekdays> works{1, 1, 1, 1, 1, 1, 1};  // not 0: works on that weekday
};

struct Consulting {
    double approach_after_s = 15;  // of a customer's stop
    double approach_share = 0.4;   // of the stops that are long enough; keen people ask more often
    double talk_s_median = 40;
    double talk_s_spread = 0.5;
    double raises = 1.5;  // the chance to buy there, truly
    double round_stop_s = 30;
};

struct Loyalty {
    int holders = 3000;
    double visits_share = 0.3;  // of the parties that come
    double shows_card = 0.9;    // of the holders' receipts
};

struct Campaign {
    std::string name;
    int from_day = 1;  // counted from 1
    int days = 7;
    double audience_share = 0.3;  // of the card holders
    double frequent_bias = 0;     // above 0, those who come often are chosen more often
    double brings = 0.5;          // visits more, as a share of what the audience would make anyway
    std::int64_t cost_minor = 0;  // for the comparison with what it brought
};

/// How well the shop sees its people.
struct Seeing {
    double rate_hz = 5;
    double place_m = 0.08;  // standard deviation of the feet
    double place_memory_s = 0.5;
    double miss = 0.02;             // of the looks
    double gaps_per_minute = 0.05;  // somebody is hidden
    double gap_s = 3;               // on the mean
    double breaks_per_hour = 0;     // somebody gets another number
    double staff_unknown = 0;       // of the staff, each day: taken for customers
    double reach_seen = 0.9;        // of the looks at a hand at a shelf
    double traits_wrong = 0.05;     // of the people: sex or age group
};

struct Behaviour {
    std::string start = "2026-03-02";  // the first day; local midnight is second 0
    int weekday = 0;                   // of it, 0 is Monday
    std::int64_t start_utc_ms = 0;     // its midnight
    int days = 1;
    std::string currency = "EUR";
    Arrivals arrivals;
    Visiting visiting;
    std::vector<Interest> interests;
    Checkout checkout;
    std::vector<StaffMember> staff;
    Consulting consulting;
    Loyalty loyalty;
    std::vector<Campaign> campaigns;
    Seeing seeing;
};

}  // namespace vitrina::sim

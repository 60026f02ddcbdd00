// What became of a campaign: of each customer who was addressed, and of all together beside what was to be
// expected. Pure functions; any thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "report/brought.h"
#include "report/buyers.h"

namespace vitrina::report {

/// Whether somebody on a campaign's list really got to see it.
enum class Exposure : std::uint8_t { kUnknown, kYes, kNo };
/// "unknown", "yes", "no".
[[nodiscard]] std::string_view to_text(Exposure exposure);

struct Addressed {
    std::size_t customer = 0;  // as in Purchase
    Exposure exposure = Exposure::kUnknown;
    std::optional<UtcTime> at;  // when
    bool consents = false;      // to being looked at alone
};

struct CampaignTime {
    UtcTime before;  // since when all purchases with cards are known; whole weeks, where it is one at least
    UtcTime begin;
    UtcTime end;  // or now, while it goes on
};

/// One who agreed to it.
struct CampaignCustomer {
    std::size_t customer = 0;
    Exposure exposure = Exposure::kUnknown;
    /// First purchase since he was addressed; who showed no card may have come all the same.
    std::optional<UtcTime> bought;
    std::optional<std::chrono::seconds> after;  // of it, since he saw it, or since the campaign began
    std::int64_t purchases = 0;
    std::int64_t spent_minor = 0;
};

enum class Controls : std::uint8_t {
    kHeldBack,  // on the list, and not exposed
    kOthers,    // card holders who are not on the list
};
/// "held_back", "others".
[[nodiscard]] std::string_view to_text(Controls controls);

/// Which purchases before a campaign those of its days are compared with. Whoever is chosen because he
/// bought little of late buys more afterwards without any campaign, and the other way round; what he did
/// before the time by which he was chosen shows how often he comes.
enum class ComparedWith : std::uint8_t {
    kRecent,  // the last eight weeks before, or as much as is known
    kOlder,   // up to eight weeks that ended eight weeks before
};
/// "recent", "older".
[[nodiscard]] std::string_view to_text(ComparedWith compared);

struct CampaignFigures {
    std::int64_t addressed = 0;
    std::int64_t exposed = 0;  // known to be
    std::int64_t held_back = 0;
    std::int64_t buyers = 0;  // of the exposed (all on the list, where exposure is unknown): bought meanwhile
    Controls controls = Controls::kOthers;
    std::int64_t control_customers = 0;
    std::int64_t new_customers = 0;  // of the exposed: too new to be compared, and in none of what follows
    ComparedWith compared_with = ComparedWith::kRecent;
    /// What the list's customers bought of late differs from what they used to by more than chance. Where
    /// nothing older is known, it can't be told then what was brought (Known::kNoControls).
    bool chosen_by_purchases = false;
    Brought purchases;                                 // of the exposed, and not new
    Brought spent_minor;                               // by them
    std::optional<std::chrono::seconds> after_median;  // of the first purchases
    std::vector<CampaignCustomer> customers;           // in the list's order
};

/// `customers` is how many there are in `purchases` and `addressed`; whoever is addressed twice is taken as
/// the last time.
[[nodiscard]] CampaignFigures campaign_of(std::span<const Purchase> purchases, std::size_t customers,
                                          std::span<const Addressed> addressed, const CampaignTime& time);

}  // namespace vitrina::report

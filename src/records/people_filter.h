// Who counts: everybody, or only those who don't work here as far as is known; and of them only those whose
// face said that they are of a sex and an age. Plain values.
#pragma once

#include <cstdint>
#include <string>

#include "domain/sighting.h"

namespace vitrina::records {

struct People {
    enum class Who : std::uint8_t { kAll, kCustomers };
    using enum Who;
    static constexpr int kAgeMax = 120;

    // Where only the first is asked about, which is most often, it stands for the whole.
    constexpr People() = default;
    constexpr People(Who asked) : who(asked) {}  // NOLINT(google-explicit-constructor)

    Who who = kAll;
    Sex sex = Sex::kUnknown;  // unknown: whoever
    int age_min = 0;          // years, as they were estimated
    int age_max = kAgeMax;    // included

    [[nodiscard]] bool asks_for_traits() const {
        return sex != Sex::kUnknown || age_min > 0 || age_max < kAgeMax;
    }
    friend bool operator==(const People&, const People&) = default;
};

/// For a condition on rows of `facts`, each answered from an index; empty when everybody counts.
[[nodiscard]] std::string only(const People& people);
/// For a condition on rows of `receipts`: was matched to somebody of that sex and age; empty when it is not
/// asked for.
[[nodiscard]] std::string of_buyers(const People& people);

/// Pairs of a receipt and its buyer below it are not counted: they are rather wrong than right.
inline constexpr double kMatchProbabilityMin = 0.5;

}  // namespace vitrina::records

#include "records/people_filter.h"

#include <fmt/format.h>

#include "domain/event.h"

namespace vitrina::records {

std::string only(const People& people) {
    std::string sql;
    // Not of somebody whose label says staff.
    if (people.who == People::kCustomers)
        sql +=
            " AND NOT EXISTS (SELECT 1 FROM facts AS label WHERE label.kind = 'label' AND "
            "label.retracted = 0 AND label.person = facts.person AND label.place = 'staff')";
    if (!people.asks_for_traits()) return sql;
    sql +=
        " AND EXISTS (SELECT 1 FROM facts AS traits WHERE traits.kind = 'traits' AND traits.retracted = 0 "
        "AND traits.person = facts.person";
    if (people.sex != Sex::kUnknown) sql += fmt::format(" AND traits.place = '{}'", to_text(people.sex));
    if (people.age_min > 0 || people.age_max < People::kAgeMax)
        sql += fmt::format(" AND traits.people BETWEEN {} AND {}", people.age_min, people.age_max);
    return sql + ")";
}

std::string of_buyers(const People& people) {
    if (!people.asks_for_traits()) return "";
    return fmt::format(
        " AND EXISTS (SELECT 1 FROM receipt_matches AS facts WHERE facts.receipt = receipts.number AND "
        "facts.probability >= {}{})",
        kMatchProbabilityMin, only(people));
}

}  // namespace vitrina::records

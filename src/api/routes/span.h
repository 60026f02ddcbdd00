// The span of time that a query asks about. Pure functions; any thread.
#pragma once

#include <chrono>

#include "api/fields.h"
#include "api/services.h"
#include "base/time.h"
#include "records/people_filter.h"

namespace vitrina::api {

struct Span {
    UtcTime from;
    UtcTime to;
};

/// from= and to=; without them from the begin of the shop's day, or that of the day so many days before,
/// until now. A span that ends before it begins is a problem of `fields`.
[[nodiscard]] Span span_of(QueryFields& fields, const Services& services, std::chrono::days days_before = {});

/// who=: "all" or "customers", without those who are known to be staff; and of them
/// only those whose face said that they are sex= and from age_min= to age_max= years old. `usual` is what it
/// is without.
[[nodiscard]] records::People people_of(QueryFields& fields, const char* usual = "all");
/// The same where customers alone are asked about, without who=.
[[nodiscard]] records::People customers_with_traits(QueryFields& fields);

}  // namespace vitrina::api

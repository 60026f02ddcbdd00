#include "api/routes/span.h"

#include "api/shop_zone.h"

namespace vitrina::api {

Span span_of(QueryFields& fields, const Services& services, std::chrono::days days_before) {
    const UtcTime to = fields.instant("to").value_or(services.now());
    const auto from = fields.instant("from");
    const Span span = {from ? *from : services.zone->begin_of(Bucket::kDay, to - days_before), to};
    if (span.to < span.from) fields.problem("to", "is before from=");
    return span;
}

records::People people_of(QueryFields& fields, const char* usual) {
    const std::string who = fields.text("who").value_or(usual);
    if (who != "all" && who != "customers") fields.problem("who", "is all or customers");
    records::People people = customers_with_traits(fields);
    if (who == "all") people.who = records::People::kAll;
    return people;
}

records::People customers_with_traits(QueryFields& fields) {
    records::People people = records::People::kCustomers;
    if (const auto sex = fields.text("sex")) {
        if (*sex != "female" && *sex != "male") fields.problem("sex", "is female or male");
        people.sex = *sex == "female" ? Sex::kFemale : Sex::kMale;
    }
    constexpr int kMax = records::People::kAgeMax;
    people.age_min = static_cast<int>(fields.whole_number("age_min", 0, kMax).value_or(0));
    people.age_max = static_cast<int>(fields.whole_number("age_max", 0, kMax).value_or(kMax));
    if (people.age_max < people.age_min) fields.problem("age_max", "is below age_min=");
    return people;
}

}  // namespace vitrina::api

#include "api/routes/span.h"

#include "api/shop_zone.h"

namespace vitrina::api {

Span span_of(QueryFields& fields, const Services& services) {
    const UtcTime to = fields.instant("to").value_or(services.now());
    const auto from = fields.instant("from");
    const Span span = {from ? *from : services.zone->begin_of(Bucket::kDay, to), to};
    if (span.to < span.from) fields.problem("to", "is before from=");
    return span;
}

records::People people_of(QueryFields& fields) {
    const std::string who = fields.text("who").value_or("all");
    if (who != "all" && who != "customers") fields.problem("who", "is all or customers");
    return who == "customers" ? records::People::kCustomers : records::People::kAll;
}

}  // namespace vitrina::api

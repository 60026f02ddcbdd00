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

}  // namespace vitrina::api

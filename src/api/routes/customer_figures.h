// What the records say of customers, as report takes it: customers and goods by numbers. Any thread.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "api/routes/span.h"
#include "api/services.h"
#include "base/result.h"
#include "records/buyer_store.h"
#include "report/buyers.h"

namespace vitrina::api {

/// Customers by the numbers that `cards` gives their pseudonyms.
[[nodiscard]] Result<std::vector<report::Purchase>> purchases_of(const Services& services, const Span& span,
                                                                 records::NameTable& cards);

/// Begins of days, weeks (from Monday) or months of the shop that have a part in the span, and the end of the
/// last one, cut to the span; empty where there are more than `most`.
[[nodiscard]] std::vector<UtcTime> edges_of(const Services& services, const Span& span,
                                            const std::string& bucket, std::size_t most);

/// A part of a list of customers.
struct CustomerPage {
    std::size_t offset = 0;
    std::size_t limit = 0;
};
/// offset= and limit=.
[[nodiscard]] CustomerPage page_of(QueryFields& fields);

/// Five digits behind the point: what is shown of a share.
[[nodiscard]] double shown_share(double value);

/// How goods are bought by some customers beside all of them.
struct GoodsShare {
    std::string sku;
    std::string name;
    std::int64_t customers = 0;     // who bought it
    std::int64_t amount_minor = 0;  // by them
    double share = 0;               // of these customers
    double share_of_all = 0;
};

/// The goods that most customers of each group bought, `most` of each; `group_of` customers by number, -1 for
/// none.
[[nodiscard]] std::vector<std::vector<GoodsShare>> goods_by_group(const std::vector<records::CardLine>& lines,
                                                                  const records::NameTable& goods,
                                                                  const std::vector<int>& group_of,
                                                                  std::size_t groups, std::size_t most);
[[nodiscard]] Result<void> name_goods(const Services& services, std::vector<std::vector<GoodsShare>>& groups);
[[nodiscard]] nlohmann::ordered_json json_of(const std::vector<GoodsShare>& goods);

}  // namespace vitrina::api

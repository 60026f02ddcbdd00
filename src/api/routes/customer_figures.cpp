#include "api/routes/customer_figures.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>
#include <utility>

#include "api/shop_zone.h"
#include "base/local_clock.h"

namespace vitrina::api {
namespace {

constexpr std::size_t kDaysMax = 4000;  // ten years
constexpr std::int64_t kCustomersAtOnceMax = 1000;
constexpr std::int64_t kCustomersUsual = 100;

bool begins(const std::string& bucket, const LocalClock& clock, UtcTime day_begin) {
    // By noon: a midnight may be left out.
    const SourceTime at(day_begin.time_since_epoch() + std::chrono::hours(12));
    if (bucket == "week") return clock.weekday(at) == 0;
    if (bucket != "month") return true;
    const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(clock.day(at)))};
    return date.day() == std::chrono::day(1);
}

}  // namespace

CustomerPage page_of(QueryFields& fields) {
    CustomerPage page;
    page.offset = static_cast<std::size_t>(fields.whole_number("offset", 0, kOffsetMax).value_or(0));
    page.limit = static_cast<std::size_t>(
        fields.whole_number("limit", 1, kCustomersAtOnceMax).value_or(kCustomersUsual));
    return page;
}

Result<std::vector<report::Purchase>> purchases_of(const Services& services, const Span& span,
                                                   records::NameTable& cards) {
    TRY_ASSIGN(const auto receipts, services.buyers.receipts(span.from, span.to, cards));
    std::vector<report::Purchase> purchases;
    purchases.reserve(receipts.size());
    for (const records::CardReceipt& receipt : receipts)
        purchases.push_back({receipt.card, receipt.at, receipt.total_minor, receipt.is_sale});
    return purchases;
}

std::vector<UtcTime> edges_of(const Services& services, const Span& span, const std::string& bucket,
                              std::size_t most) {
    const std::vector<UtcTime> days = services.zone->edges(Bucket::kDay, span.from, span.to, kDaysMax);
    if (days.empty()) return {};
    const LocalClock clock = services.zone->clock(days.front(), days.back());
    std::vector<UtcTime> edges = {span.from};
    for (std::size_t i = 1; i + 1 < days.size(); ++i)
        if (begins(bucket, clock, days[i])) edges.push_back(days[i]);
    edges.push_back(std::max(span.to, edges.back()));
    return edges.size() > most + 1 ? std::vector<UtcTime>() : edges;
}

double shown_share(double value) {
    return std::round(value * 1e5) / 1e5;
}

std::vector<std::vector<GoodsShare>> goods_by_group(const std::vector<records::CardLine>& lines,
                                                    const records::NameTable& goods,
                                                    const std::vector<int>& group_of, std::size_t groups,
                                                    std::size_t most) {
    struct Sums {
        std::int64_t customers = 0;
        std::int64_t amount_minor = 0;
    };
    // Each customer once for each goods.
    std::map<std::pair<std::size_t, std::size_t>, std::int64_t> by_customer;
    for (const records::CardLine& line : lines)
        if (line.card < group_of.size()) by_customer[{line.card, line.goods}] += line.amount_minor;
    std::vector<std::map<std::size_t, Sums>> sums(groups);
    std::vector<std::int64_t> of_all(goods.size());
    for (const auto& [key, amount] : by_customer) {
        if (group_of[key.first] < 0) continue;
        ++of_all[key.second];
        Sums& sum = sums[static_cast<std::size_t>(group_of[key.first])][key.second];
        ++sum.customers;
        sum.amount_minor += amount;
    }
    std::vector<std::int64_t> sizes(groups);
    std::int64_t everybody = 0;
    for (const int group : group_of) {
        if (group < 0) continue;
        ++sizes[static_cast<std::size_t>(group)];
        ++everybody;
    }
    std::vector<std::vector<GoodsShare>> result(groups);
    for (std::size_t group = 0; group < groups; ++group) {
        for (const auto& [number, sum] : sums[group])
            result[group].push_back({goods.name(number), "", sum.customers, sum.amount_minor,
                                     static_cast<double>(sum.customers) / static_cast<double>(sizes[group]),
                                     static_cast<double>(of_all[number]) / static_cast<double>(everybody)});
        std::stable_sort(result[group].begin(), result[group].end(),
                         [](const GoodsShare& a, const GoodsShare& b) { return a.customers > b.customers; });
        if (result[group].size() > most) result[group].resize(most);
    }
    return result;
}

Result<void> name_goods(const Services& services, std::vector<std::vector<GoodsShare>>& groups) {
    std::vector<std::string> skus;
    for (const auto& group : groups)
        for (const GoodsShare& one : group)
            skus.push_back(one.sku);
    std::sort(skus.begin(), skus.end());
    skus.erase(std::unique(skus.begin(), skus.end()), skus.end());
    TRY_ASSIGN(const auto names, services.buyers.names(skus));
    for (auto& group : groups)
        for (GoodsShare& one : group)
            if (const auto found = names.find(one.sku); found != names.end()) one.name = found->second;
    return {};
}

nlohmann::ordered_json json_of(const std::vector<GoodsShare>& goods) {
    nlohmann::ordered_json json = nlohmann::ordered_json::array();
    for (const GoodsShare& one : goods)
        json.push_back({{"sku", one.sku},
                        {"name", one.name},
                        {"customers", one.customers},
                        {"amount_minor", one.amount_minor},
                        {"share", shown_share(one.share)},
                        {"share_of_all", shown_share(one.share_of_all)}});
    return json;
}

}  // namespace vitrina::api

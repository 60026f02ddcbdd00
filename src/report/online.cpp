#include "report/online.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

namespace vitrina::report {
namespace {

/// The lines of one customer, of those sorted by customer and time.
std::span<const ShopLine> lines_of(const std::vector<ShopLine>& sorted, std::size_t customer) {
    const auto [begin, end] =
        std::equal_range(sorted.begin(), sorted.end(), ShopLine{customer, {}, 0, 0},
                         [](const ShopLine& a, const ShopLine& b) { return a.customer < b.customer; });
    return {begin, end};
}

std::optional<std::chrono::seconds> median(std::vector<std::chrono::seconds> waits) {
    if (waits.empty()) return std::nullopt;
    const auto middle = waits.begin() + static_cast<std::ptrdiff_t>(waits.size() / 2);
    std::nth_element(waits.begin(), middle, waits.end());
    return *middle;
}

/// The looks of one customer at one thing, and what he bought after them.
class Follow {
  public:
    Follow(OnlineSteps& steps, std::vector<std::chrono::seconds>& waits) : steps_(steps), waits_(waits) {}

    void add(std::span<const OnlineLook> looks, std::span<const ShopLine> lines,
             std::chrono::seconds within) {
        steps_.looks += static_cast<std::int64_t>(looks.size());
        ++steps_.looked;
        bool came = false;
        bool same = false;
        for (const ShopLine& line : lines) {
            const auto after =
                std::upper_bound(looks.begin(), looks.end(), line.at,
                                 [](UtcTime at, const OnlineLook& look) { return at < look.at; });
            if (after == looks.begin()) continue;
            const auto since = std::chrono::floor<std::chrono::seconds>(line.at - (after - 1)->at);
            if (since > within) continue;
            if (!came) waits_.push_back(since);
            came = true;
            same = same || looks.front().goods == line.goods;
            steps_.amount_minor += line.amount_minor;
        }
        steps_.in_shop += came ? 1 : 0;
        steps_.bought_same += same ? 1 : 0;
    }

  private:
    OnlineSteps& steps_;
    std::vector<std::chrono::seconds>& waits_;
};

/// Calls with each run of looks that are equal by `key`.
template <typename Key, typename Call>
void for_each_run(const std::vector<OnlineLook>& looks, const Key& key, const Call& call) {
    for (auto begin = looks.begin(); begin != looks.end();) {
        const auto end = std::find_if(begin, looks.end(),
                                      [&](const OnlineLook& look) { return key(look) != key(*begin); });
        call(std::span<const OnlineLook>(begin, end));
        begin = end;
    }
}

}  // namespace

OnlineFigures online_to_shop(std::span<const OnlineLook> looks, std::span<const ShopLine> lines,
                             std::size_t whats, std::chrono::seconds within) {
    std::vector<ShopLine> bought(lines.begin(), lines.end());
    std::stable_sort(bought.begin(), bought.end(), [](const ShopLine& a, const ShopLine& b) {
        return std::pair(a.customer, a.at) < std::pair(b.customer, b.at);
    });
    std::vector<OnlineLook> seen(looks.begin(), looks.end());
    OnlineFigures figures;
    figures.whats.resize(whats);
    std::vector<std::vector<std::chrono::seconds>> waits(whats);
    std::set<std::size_t> same;  // who bought anything of what he looked at
    std::stable_sort(seen.begin(), seen.end(), [](const OnlineLook& a, const OnlineLook& b) {
        return std::tie(a.customer, a.what, a.at) < std::tie(b.customer, b.what, b.at);
    });
    for_each_run(
        seen, [](const OnlineLook& look) { return std::pair(look.customer, look.what); },
        [&](std::span<const OnlineLook> run) {
            const std::size_t what = run.front().what;
            const std::int64_t before = figures.whats[what].bought_same;
            Follow(figures.whats[what], waits[what]).add(run, lines_of(bought, run.front().customer), within);
            if (figures.whats[what].bought_same > before) same.insert(run.front().customer);
        });
    for (std::size_t i = 0; i < whats; ++i)
        figures.whats[i].after_median = median(std::move(waits[i]));
    // All together: whoever looked at two things counts once.
    std::vector<std::chrono::seconds> all;
    std::stable_sort(seen.begin(), seen.end(), [](const OnlineLook& a, const OnlineLook& b) {
        return std::tie(a.customer, a.at) < std::tie(b.customer, b.at);
    });
    for (OnlineLook& look : seen)
        look.goods.reset();
    for_each_run(
        seen, [](const OnlineLook& look) { return look.customer; },
        [&](std::span<const OnlineLook> run) {
            Follow(figures.all, all).add(run, lines_of(bought, run.front().customer), within);
        });
    figures.all.after_median = median(std::move(all));
    figures.all.bought_same = static_cast<std::int64_t>(same.size());
    return figures;
}

}  // namespace vitrina::report

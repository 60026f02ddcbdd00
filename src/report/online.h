// From the screen to the shop: who looked at something online and bought in the shop soon after. Customers
// are known by their loyalty cards on both sides. Pure functions; any thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/time.h"

namespace vitrina::report {

struct OnlineLook {
    std::size_t customer = 0;
    UtcTime at;
    std::size_t what = 0;              // number of the page or the goods
    std::optional<std::size_t> goods;  // number of the SKU as in CardLine; nothing: a page, or never sold
};

/// One kind of goods that a customer bought in the shop.
struct ShopLine {
    std::size_t customer = 0;
    UtcTime at;
    std::size_t goods = 0;
    std::int64_t amount_minor = 0;
};

/// People, of whom each counts once.
struct OnlineSteps {
    std::int64_t looks = 0;
    std::int64_t looked = 0;   // customers
    std::int64_t in_shop = 0;  // of them: bought anything in the shop within the days
    /// Of them: bought these goods, or of all any that they had looked at; of a page none are known.
    std::int64_t bought_same = 0;
    std::int64_t amount_minor = 0;                     // of what those in the shop bought in these days
    std::optional<std::chrono::seconds> after_median;  // from the last look before the purchase
};

struct OnlineFigures {
    OnlineSteps all;
    std::vector<OnlineSteps> whats;  // by number
};

/// `whats` is how many pages and goods there are; `lines` in any order.
[[nodiscard]] OnlineFigures online_to_shop(std::span<const OnlineLook> looks, std::span<const ShopLine> lines,
                                           std::size_t whats, std::chrono::seconds within);

}  // namespace vitrina::report

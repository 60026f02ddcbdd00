#include "app/sales.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <fstream>
#include <set>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace vitrina::app {
namespace {

using report::Sales;

constexpr double kAmountMax = 1e12;  // minor units of one line

constexpr std::size_t kLineMax = 1U << 20U;  // a receipt of a thousand lines is 150 kB

using FixtureOfSku = std::unordered_map<std::string, std::size_t>;

/// Two fields; a quoted one may hold commas.
std::pair<std::string, std::string> fields_of(const std::string& line) {
    std::array<std::string, 2> fields;
    std::size_t field = 0;
    bool quoted = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const char c = line[i];
        if (c == '"' && quoted && i + 1 < line.size() && line[i + 1] == '"')
            fields.at(field) += line[++i];
        else if (c == '"')
            quoted = !quoted;
        else if (c == ',' && !quoted && field == 0)
            field = 1;
        else if (c != '\r')
            fields.at(field) += c;
    }
    return {fields[0], fields[1]};
}

Result<FixtureOfSku> load_planogram(const std::filesystem::path& path, const Plan& plan) {
    FixtureOfSku places;
    if (path.empty()) return places;
    std::ifstream file(path);
    if (!file || std::filesystem::is_directory(path))
        return misconfigured(path.string() + ": no such file, or it can't be read");
    std::string line;
    std::getline(file, line);
    if (fields_of(line) != std::pair<std::string, std::string>("sku", "fixture"))
        return misconfigured(path.string() + ": line 1: must be \"sku,fixture\"");
    for (int number = 2; std::getline(file, line); ++number) {
        if (line.empty()) continue;
        const auto [sku, name] = fields_of(line);
        const auto fixture =
            std::find_if(plan.fixtures.begin(), plan.fixtures.end(),
                         [&, &wanted = name](const Fixture& it) { return it.name == wanted; });
        if (fixture == plan.fixtures.end())
            return misconfigured(
                fmt::format("{}: line {}: the plan has no fixture \"{}\"", path.string(), number, name));
        places[sku] = static_cast<std::size_t>(fixture - plan.fixtures.begin());
    }
    return places;
}

class Counter {
  public:
    Counter(const FixtureOfSku& places, const std::vector<std::uint64_t>& zones, Sales& sales)
        : places_(places), zones_(zones), sales_(sales) {}

    /// False where it is no receipt.
    [[nodiscard]] bool take(const nlohmann::json& receipt) {
        if (!receipt.is_object() || !receipt.contains("id") || !receipt["id"].is_string() ||
            !receipt.contains("lines") || !receipt["lines"].is_array())
            return false;
        for (const auto& line : receipt["lines"])
            if (!line.is_object() || !line.contains("sku") || !line["sku"].is_string() ||
                !line.value("quantity", nlohmann::json(1)).is_number() ||
                !line.value("amount_minor", nlohmann::json(0)).is_number_integer() ||
                std::abs(line.value("amount_minor", 0.0)) > kAmountMax)
                return false;
        if (!seen_.insert(receipt["id"].get<std::string>()).second) {
            ++sales_.repeated;
            return true;
        }
        ++sales_.receipts;
        std::set<std::size_t> fixtures;
        std::uint64_t zones = 0;
        for (const auto& line : receipt["lines"]) {
            const double quantity = line.value("quantity", 1.0);
            const auto amount = line.value("amount_minor", std::int64_t{0});
            sales_.amount_minor += amount;
            const auto place = places_.find(line["sku"].get<std::string>());
            if (place == places_.end()) {
                sales_.unplaced += quantity;
                continue;
            }
            Sales::OfFixture& of = sales_.fixtures[place->second];
            of.quantity += quantity;
            of.amount_minor += amount;
            fixtures.insert(place->second);
            zones |= zones_[place->second];
        }
        for (const std::size_t fixture : fixtures)
            ++sales_.fixtures[fixture].receipts;
        for (; zones != 0; zones &= zones - 1)
            ++sales_.zone_receipts[static_cast<std::size_t>(std::countr_zero(zones))];
        return true;
    }

  private:
    const FixtureOfSku& places_;
    const std::vector<std::uint64_t>& zones_;
    Sales& sales_;
    std::unordered_set<std::string> seen_;
};

}  // namespace

Result<Sales> load_sales(const std::filesystem::path& receipts, const std::filesystem::path& planogram,
                         const Plan& plan, const std::vector<std::uint64_t>& zones) {
    TRY_ASSIGN(const FixtureOfSku places, load_planogram(planogram, plan));
    Sales sales;
    sales.fixtures.resize(plan.fixtures.size());
    sales.zone_receipts.resize(plan.zones.size());
    std::ifstream file(receipts);
    if (!file || std::filesystem::is_directory(receipts))
        return failed(receipts.string() + ": no such file, or it can't be read");
    Counter counter(places, zones, sales);
    std::string line;
    for (int number = 1; std::getline(file, line); ++number) {
        if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
        if (line.size() > kLineMax)
            return failed(
                fmt::format("{}: line {}: is longer than {} bytes", receipts.string(), number, kLineMax));
        const auto receipt = nlohmann::json::parse(line, nullptr, false);
        if (receipt.is_discarded())
            return failed(fmt::format("{}: line {}: is not JSON", receipts.string(), number));
        if (!counter.take(receipt))
            return failed(fmt::format(
                "{}: line {}: is no receipt: it needs an id, and lines with sku, quantity and amount_minor",
                receipts.string(), number));
    }
    return sales;
}

}  // namespace vitrina::app

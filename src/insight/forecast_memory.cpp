// What a forecaster has learnt, as text and back. Part of Forecaster.
#include <charconv>
#include <cmath>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "insight/forecast.h"

namespace vitrina::insight {
namespace {

constexpr double kForm = 2;
constexpr double kFormWithoutToday = 1;  // as it was written before: the days before, and no more
constexpr double kTillsMax = 100;
constexpr double kTalliesMax = 10'000;
constexpr double kDayMax = 1e6;  // since 1970

class Numbers {
  public:
    explicit Numbers(std::string_view text) : text_(text) {}
    double next() {
        while (!text_.empty() && text_.front() == ' ')
            text_.remove_prefix(1);
        double value = 0;
        const auto read = std::from_chars(text_.data(), text_.data() + text_.size(), value);
        if (read.ec != std::errc() || !std::isfinite(value)) fine_ = false;
        text_.remove_prefix(static_cast<std::size_t>(read.ptr - text_.data()));
        return fine_ ? value : 0;
    }
    /// A count of what comes.
    std::size_t count(double most) {
        const double value = next();
        fine_ = fine_ && value >= 0 && value <= most && value == std::floor(value);
        return fine_ ? static_cast<std::size_t>(value) : 0;
    }
    template <typename Values>
    void fill(Values& values) {
        for (double& value : values) {
            value = next();
            fine_ = fine_ && value >= 0;
        }
    }
    [[nodiscard]] bool at_end() const {
        return fine_ && text_.find_first_not_of(' ') == std::string_view::npos;
    }

  private:
    std::string_view text_;
    bool fine_ = true;
};

template <typename Values>
void put(std::string& text, const Values& values) {
    for (const double value : values)
        text += fmt::format("{:.6g} ", value);
}

}  // namespace

std::string Forecaster::memory() const {
    std::string text =
        fmt::format("{:.6g} {:.6g} {:.6g} {:.6g} {:.6g} ", kForm, days_, party_size_, service_s_, pressure_);
    put(text, profile_);
    put(text, weekdays_);
    for (const bool known : weekday_known_)
        text += known ? "1 " : "0 ";
    put(text, joins_);
    put(text, leaves_);
    text += fmt::format("{} ", open_profile_.size());
    for (const OfDay& till : open_profile_)
        put(text, till);
    text += fmt::format("{} ", shared_.size());
    for (const auto& [key, tally] : shared_)
        text += fmt::format("{} {} {:.6g} {:.6g} ", key.first, key.second, tally.waiting, tally.count);
    put(text, bin_days_);
    text += fmt::format("{} ", day_);
    put(text, today_);
    put(text, watched_);
    text += fmt::format("{} ", open_today_.size());
    for (const OfDay& till : open_today_)
        put(text, till);
    return text;
}

bool Forecaster::remember(std::string_view text) {
    Numbers numbers(text);
    Forecaster known(options_);
    const double form = numbers.next();
    if (form != kForm && form != kFormWithoutToday) return false;
    known.days_ = numbers.next();
    known.party_size_ = numbers.next();
    known.service_s_ = numbers.next();
    known.pressure_ = numbers.next();
    numbers.fill(known.profile_);
    numbers.fill(known.weekdays_);
    for (bool& is_known : known.weekday_known_)
        is_known = numbers.next() != 0;
    numbers.fill(known.joins_);
    numbers.fill(known.leaves_);
    known.open_profile_.resize(numbers.count(kTillsMax));
    for (OfDay& till : known.open_profile_)
        numbers.fill(till);
    for (std::size_t left = numbers.count(kTalliesMax); left > 0; --left) {
        const auto parties = static_cast<int>(numbers.count(kTalliesMax));
        const auto tills = static_cast<int>(numbers.count(kTillsMax));
        Tally& tally = known.shared_[{parties, tills}];
        tally.waiting = numbers.next();
        tally.count = numbers.next();
    }
    known.bin_days_.fill(known.days_);
    if (form == kForm) {
        numbers.fill(known.bin_days_);
        known.day_ = static_cast<std::int64_t>(numbers.count(kDayMax));
        numbers.fill(known.today_);
        numbers.fill(known.watched_);
        known.open_today_.resize(numbers.count(kTillsMax));
        for (OfDay& till : known.open_today_)
            numbers.fill(till);
    }
    const bool is_sane =
        known.days_ >= 0 && known.party_size_ >= 1 && known.service_s_ > 0 && known.pressure_ > 0;
    if (!numbers.at_end() || !is_sane) return false;
    *this = std::move(known);
    return true;
}

}  // namespace vitrina::insight

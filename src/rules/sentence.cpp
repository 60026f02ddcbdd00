#include "rules/sentence.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "domain/plan.h"

namespace vitrina::rules {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 10> kTroublesInRussian = {{
    {"frozen", "изображение застыло"},
    {"black", "изображение чёрное"},
    {"overexposed", "изображение засвечено"},
    {"covered", "объектив закрыт"},
    {"blurred", "изображение размыто"},
    {"moved", "камеру сдвинули"},
    {"clock_drift", "часы камеры уходят"},
    {"other_shape", "изображение другого размера"},
    {"clock_apart", "часы расходятся с другими камерами"},
    {"late", "анализ не успевает"},
}};

/// With the decimal mark of the language.
std::string number(double value, int decimals, Language language) {
    std::string text = fmt::format("{:.{}f}", value, decimals);
    if (language == Language::kRussian) std::replace(text.begin(), text.end(), '.', ',');
    return text;
}

/// As short as it can be: "5", "2.5".
std::string short_number(double value, Language language) {
    std::string text = fmt::format("{:g}", value);
    if (language == Language::kRussian) std::replace(text.begin(), text.end(), '.', ',');
    return text;
}

enum class Plural : std::uint8_t { kOne, kFew, kMany };

/// Of Russian: 1 and 21; 2 to 4 and 22 to 24, and what is no whole number; all others.
Plural plural_of(double value) {
    if (value != std::floor(value)) return Plural::kFew;
    const auto of_hundred = static_cast<int>(std::fmod(std::abs(value), 100));
    const int of_ten = of_hundred % 10;
    if (of_hundred / 10 == 1) return Plural::kMany;
    if (of_ten == 1) return Plural::kOne;
    return of_ten >= 2 && of_ten <= 4 ? Plural::kFew : Plural::kMany;
}

std::string people_in_russian(double value, int decimals) {
    const Plural plural = decimals > 0 ? Plural::kFew : plural_of(value);
    const std::string count =
        decimals > 0 ? number(value, decimals, Language::kRussian) : short_number(value, Language::kRussian);
    return count + (plural == Plural::kFew ? " человека" : " человек");
}

std::string amount_in_russian(const Said& said) {
    const double value = said.value;
    const std::string seconds = number(value, 0, Language::kRussian) + " с";
    const std::string count = short_number(value, Language::kRussian);
    switch (said.measure) {
        case Measure::kPeople:
            return people_in_russian(value, 0);
        case Measure::kDwell:
            return "кто-то здесь уже " + seconds;
        case Measure::kCameraDown:
            return "нет пригодного изображения уже " + seconds;
        case Measure::kEntries:
            return "вошло за час: " + count;
        case Measure::kSales:
            return "чеков за час: " + count;
        case Measure::kQueueLength:
            return (plural_of(value) == Plural::kOne ? "ждёт " : "ждут ") + people_in_russian(value, 0);
        case Measure::kQueueWait:
            return "кто встанет в очередь, может прождать " + seconds;
        case Measure::kQueueForecast:
            return "ожидается " + people_in_russian(value, 1) + " на каждую открытую кассу";
        case Measure::kWatchlist:
            return "сходство " + number(value, 2, Language::kRussian);
        case Measure::kCameraTrouble: {
            const auto* const found =
                std::find_if(kTroublesInRussian.begin(), kTroublesInRussian.end(),
                             [&](const auto& name) { return name.first == said.place; });
            return fmt::format("{} уже {}", found == kTroublesInRussian.end() ? said.place : found->second,
                               seconds);
        }
        case Measure::kUnattended:
            return fmt::format("люди ждут уже {}, а на кассе никого", seconds);
        case Measure::kTouches:
            return "прикосновений к товару за час: " + count;
        case Measure::kConsultWait:
            return "консультанта за последний час ждали в среднем " + seconds;
        case Measure::kConversion:
            return fmt::format("за час покупкой завершились {} % входов",
                               number(value, 1, Language::kRussian));
    }
    return {};
}

std::string people_in_english(double value) {
    return fmt::format("{:g} {}", value, value == 1 ? "person" : "people");
}

std::string amount_in_english(const Said& said) {
    const double value = said.value;
    switch (said.measure) {
        case Measure::kPeople:
            return people_in_english(value);
        case Measure::kDwell:
            return fmt::format("somebody stays for {:.0f} s", value);
        case Measure::kCameraDown:
            return fmt::format("no usable picture for {:.0f} s", value);
        case Measure::kEntries:
            return fmt::format("{:g} came in within an hour", value);
        case Measure::kSales:
            return fmt::format("{:g} receipts within an hour", value);
        case Measure::kQueueLength:
            return people_in_english(value) + (value == 1 ? " waits" : " wait");
        case Measure::kQueueWait:
            return fmt::format("who joins may wait for {:.0f} s", value);
        case Measure::kQueueForecast:
            return fmt::format("{:.1f} people at each open till are expected", value);
        case Measure::kWatchlist:
            return fmt::format("likeness {:.2f}", value);
        case Measure::kCameraTrouble:  // "covered for 45 s at camera door"
            return fmt::format("{} for {:.0f} s", said.place, value);
        case Measure::kUnattended:
            return fmt::format("people have waited for {:.0f} s and nobody is at the till", value);
        case Measure::kTouches:
            return fmt::format("{:g} touches within an hour", value);
        case Measure::kConsultWait:
            return fmt::format("customers waited for a consultant for {:.0f} s on the mean within an hour",
                               value);
        case Measure::kConversion:
            return fmt::format("{:.1f} % of those who came in within an hour bought", value);
    }
    return {};
}

/// "till 1, camera door"; empty for what is the shop's.
std::string where_of(const Said& said, Language language) {
    const bool is_russian = language == Language::kRussian;
    std::string where = said.measure == Measure::kCameraTrouble ? "" : said.place;
    if (said.camera.empty()) return where;
    if (!where.empty()) where += ", ";
    if (said.camera == kPlanCamera) return where + (is_russian ? "план зала" : "the floor plan");
    return where + (is_russian ? "камера " : "camera ") + said.camera;
}

/// Nothing of who it is: messages can't be taken back when he is erased.
std::string watchlist_sentence(const Said& said, Language language) {
    const std::string entry = said.place.substr(said.place.find(' ') + 1);  // of "entry 5"
    if (language == Language::kEnglish)
        return fmt::format(
            "Watchlist: somebody at camera {} looks like entry {}, likeness {:.2f} (limit {:.2f}). A person "
            "has to look before anything is done.",
            said.camera, entry, said.value, said.limit);
    return fmt::format(
        "Список внимания: кто-то у камеры {} похож на запись {}, сходство {} (порог {}). Прежде чем что-то "
        "делать, человек должен посмотреть сам.",
        said.camera, entry, number(said.value, 2, language), number(said.limit, 2, language));
}

}  // namespace

std::string sentence_of(const Said& said, Language language) {
    if (said.measure == Measure::kWatchlist) return watchlist_sentence(said, language);
    const std::string where = where_of(said, language);
    if (language == Language::kRussian)
        return fmt::format("{}: {}{}{} (порог {})", said.rule, amount_in_russian(said),
                           where.empty() ? "" : " — ", where, short_number(said.limit, language));
    return fmt::format("{}: {}{}{} (limit {:g})", said.rule, amount_in_english(said),
                       where.empty() ? "" : " at ", where, said.limit);
}

std::string sentence_of(const Rule& rule, const std::string& camera, const std::string& place, double value) {
    return sentence_of({rule.name, rule.measure, camera, place, value, rule.limit}, Language::kEnglish);
}

std::string opening_text(const std::string& till, int minute, Language language) {
    const std::string time = fmt::format("{:02}:{:02}", minute / 60, minute % 60);
    return language == Language::kRussian ? fmt::format("откройте {} в {}", till, time)
                                          : fmt::format("open {} at {}", till, time);
}

}  // namespace vitrina::rules

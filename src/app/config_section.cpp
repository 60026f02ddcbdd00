#include "app/config_section.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "domain/text.h"

namespace vitrina::app {
namespace {

constexpr std::size_t kShownMax = 40;

const YamlValue kNoMap = [] {
    YamlValue none;
    none.kind = YamlValue::Kind::kMap;
    return none;
}();

bool is_name_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

bool has_control_character(std::string_view text) {
    return std::any_of(text.begin(), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

/// How many letters have to be changed, added or taken away to get from one to the other.
std::size_t distance(std::string_view from, std::string_view to) {
    std::vector<std::size_t> row(to.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < from.size(); ++i) {
        std::size_t diagonal = std::exchange(row[0], i + 1);
        for (std::size_t k = 0; k < to.size(); ++k) {
            const std::size_t changed = diagonal + (from[i] == to[k] ? 0 : 1);
            diagonal = row[k + 1];
            row[k + 1] = std::min({changed, row[k] + 1, row[k + 1] + 1});
        }
    }
    return row.back();
}

/// The known word that was probably meant; empty when none is near.
std::string_view nearest(std::string_view word, const std::vector<std::string_view>& known) {
    if (word.size() > kShownMax) return {};
    std::string_view best;
    std::size_t best_distance = std::max<std::size_t>(2, word.size() / 3) + 1;
    for (const std::string_view candidate : known) {
        const std::size_t d = distance(word, candidate);
        if (d >= best_distance || d >= candidate.size()) continue;
        best = candidate;
        best_distance = d;
    }
    return best;
}

/// A key as it may be shown: "password:1234" was meant as a key and its value, which is secret.
std::string shown_key(std::string_view key) {
    const auto* const end =
        std::find_if_not(key.begin(), key.end(), [](char c) { return is_name_character(c) || c == '-'; });
    const auto length = std::min<std::size_t>(static_cast<std::size_t>(end - key.begin()), kShownMax);
    return std::string(key.substr(0, length)) + (length < key.size() ? "..." : "");
}

template <typename Number>
std::optional<Number> parse_number(std::string_view text) {
    Number number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
}

/// 012 is 10 for some readers of YAML and 12 for others.
bool has_leading_zero(std::string_view text) {
    if (text.starts_with('-')) text.remove_prefix(1);
    return text.size() > 1 && text[0] == '0' && text[1] != '.';
}

}  // namespace

void Problems::add(Place place, const std::string& key, const std::string& what) {
    problems_.push_back({place, key.empty() ? what : fmt::format("{}: {}", key, what)});
}

Result<void> Problems::result(const std::string& name) const {
    if (problems_.empty()) return {};
    std::vector<Problem> sorted = problems_;
    std::stable_sort(sorted.begin(), sorted.end(), [](const Problem& a, const Problem& b) {
        return std::pair(a.place.line, a.place.column) < std::pair(b.place.line, b.place.column);
    });
    std::string text;
    for (std::size_t i = 0; i < std::min(sorted.size(), kProblemsShownMax); ++i)
        text += fmt::format("{}{}:{}:{}: {}", i == 0 ? "" : "\n", name, sorted[i].place.line,
                            sorted[i].place.column, sorted[i].text);
    if (sorted.size() > kProblemsShownMax)
        text += fmt::format("\n{}: and {} more", name, sorted.size() - kProblemsShownMax);
    return misconfigured(std::move(text));
}

Section::Section(const YamlValue& value, std::string path, Problems& problems, const Environment& environment)
    : map_(&value), path_(std::move(path)), problems_(&problems), environment_(&environment) {
    if (value.kind == YamlValue::Kind::kMap) return;
    map_ = &kNoMap;
    if (value.kind != YamlValue::Kind::kNothing)
        problems_->add(value.place, path_, "should be keys with values, one a line: \"key: value\"");
}

const YamlEntry* Section::entry(std::string_view key) const {
    const auto found = std::find_if(map_->entries.begin(), map_->entries.end(),
                                    [key](const YamlEntry& each) { return each.key == key; });
    return found == map_->entries.end() ? nullptr : &*found;
}

const YamlEntry* Section::find(std::string_view key) {
    known_.push_back(key);
    return entry(key);
}

bool Section::has(std::string_view key) const {
    return entry(key) != nullptr;
}

std::string Section::path_of(std::string_view key) const {
    return path_.empty() ? std::string(key) : fmt::format("{}.{}", path_, key);
}

void Section::note_place(std::string_view key, std::map<std::string, Place>& places) const {
    if (const YamlEntry* found = entry(key)) places[path_of(key)] = found->value.place;
}

void Section::complain(std::string_view key, const std::string& what) {
    const YamlEntry* found = entry(key);
    problems_->add(found != nullptr ? found->value.place : map_->place, path_of(key), what);
}

std::string Section::shown(std::string_view key) const {
    const auto points = decode_utf8(entry(key)->value.text);
    if (!points || points->size() > kShownMax) return "this";
    return json_quoted(entry(key)->value.text);
}

std::optional<std::string> Section::substituted(const YamlEntry& entry) {
    std::string_view rest = entry.value.text;
    std::string result;
    while (true) {
        const std::size_t begin = rest.find("${");
        result += rest.substr(0, begin);
        if (begin == std::string_view::npos) return result;
        if (begin > 0 && rest[begin - 1] == '$') {  // "$${" is "${" itself
            result += "{";
            rest.remove_prefix(begin + 2);
            continue;
        }
        rest.remove_prefix(begin + 2);
        const std::size_t end = rest.find('}');
        const std::string name(rest.substr(0, end));
        if (end == std::string_view::npos || name.empty() ||
            !std::all_of(name.begin(), name.end(), is_name_character)) {
            complain(entry.key, "${ begins a variable: write ${NAME}, or $${ for the two characters");
            return std::nullopt;
        }
        const auto variable = (*environment_)(name);
        if (!variable) {
            complain(entry.key, fmt::format("the environment variable {} is not set", name));
            return std::nullopt;
        }
        result += *variable;
        rest.remove_prefix(end + 1);
    }
}

std::optional<std::string> Section::text_of(std::string_view key) {
    const YamlEntry* found = find(key);
    if (found == nullptr) return std::nullopt;
    if (found->value.kind == YamlValue::Kind::kNothing) {
        complain(key, "has no value; give one, or leave the key out");
        return std::nullopt;
    }
    if (found->value.kind != YamlValue::Kind::kText) {
        complain(key, "should be one value, not a list or keys");
        return std::nullopt;
    }
    return substituted(*found);
}

bool Section::read_text(std::string_view key, std::string& value) {
    auto text = text_of(key);
    if (!text) return false;
    if (text->empty() || has_control_character(*text) || !decode_utf8(*text)) {
        complain(key, text->empty() ? "is empty; give a value, or leave the key out"
                                    : "should be one line of text, without control characters");
        return false;
    }
    value = *std::move(text);
    return true;
}

bool Section::read_integer(std::string_view key, Range<std::int64_t> range, std::int64_t& value) {
    const auto text = text_of(key);
    if (!text) return false;
    const auto number = parse_number<std::int64_t>(*text);
    if (!number || has_leading_zero(*text) || *number < range.min || *number > range.max) {
        complain(key,
                 fmt::format("{} should be a whole number from {} to {}{}", shown(key), range.min, range.max,
                             number && has_leading_zero(*text) ? ", without zeros before" : ""));
        return false;
    }
    value = *number;
    return true;
}

bool Section::read_number(std::string_view key, Range<double> range, double& value) {
    const auto text = text_of(key);
    if (!text) return false;
    const auto number = parse_number<double>(*text);
    // Not-a-number is not within either.
    if (!number || has_leading_zero(*text) || !(*number >= range.min && *number <= range.max)) {
        complain(key, fmt::format("{} should be a number from {} to {}", shown(key), range.min, range.max));
        return false;
    }
    value = *number;
    return true;
}

bool Section::read_flag(std::string_view key, bool& value) {
    std::size_t index = 0;
    if (!read_word(key, {"false", "true"}, index)) return false;
    value = index == 1;
    return true;
}

bool Section::read_word(std::string_view key, const std::vector<std::string_view>& words,
                        std::size_t& index) {
    const auto text = text_of(key);
    if (!text) return false;
    const auto found = std::find(words.begin(), words.end(), *text);
    if (found == words.end()) {
        complain(key, fmt::format("{} should be {}", shown(key), fmt::join(words, " or ")));
        return false;
    }
    index = static_cast<std::size_t>(found - words.begin());
    return true;
}

std::optional<Section> Section::section(std::string_view key) {
    const YamlEntry* found = find(key);
    if (found == nullptr) return std::nullopt;
    return Section(found->value, path_of(key), *problems_, *environment_);
}

void Section::each(std::string_view key, std::size_t count_max, const std::function<void(Section&)>& read) {
    const YamlEntry* found = find(key);
    if (found == nullptr || found->value.kind == YamlValue::Kind::kNothing) return;
    if (found->value.kind != YamlValue::Kind::kList) {
        complain(key, "should be a list: each item begins with \"- \"");
        return;
    }
    const std::vector<YamlValue>& items = found->value.items;
    if (items.size() > count_max)
        complain(key, fmt::format("has {} items; at most {} are possible", items.size(), count_max));
    for (std::size_t i = 0; i < std::min(items.size(), count_max); ++i) {
        Section item(items[i], fmt::format("{}[{}]", path_of(key), i), *problems_, *environment_);
        if (items[i].kind == YamlValue::Kind::kNothing)
            problems_->add(items[i].place, item.path_, "has nothing in it");
        else if (items[i].kind == YamlValue::Kind::kMap)
            read(item);
    }
}

void Section::each_text(std::string_view key, std::size_t count_max,
                        const std::function<std::string(const std::string&)>& read) {
    const YamlEntry* found = find(key);
    if (found == nullptr || found->value.kind == YamlValue::Kind::kNothing) return;
    if (found->value.kind != YamlValue::Kind::kList) {
        complain(key, "should be a list: [one, another]");
        return;
    }
    const std::vector<YamlValue>& items = found->value.items;
    if (items.size() > count_max)
        complain(key, fmt::format("has {} items; at most {} are possible", items.size(), count_max));
    for (std::size_t i = 0; i < std::min(items.size(), count_max); ++i) {
        const std::string what =
            items[i].kind == YamlValue::Kind::kText ? read(items[i].text) : "should be one value";
        if (!what.empty()) problems_->add(items[i].place, fmt::format("{}[{}]", path_of(key), i), what);
    }
}

void Section::complain_of_unknown(const YamlEntry& entry) {
    const std::string_view meant = nearest(entry.key, known_);
    const std::string advice = meant.empty() ? fmt::format("known are {}", fmt::join(known_, ", "))
                                             : fmt::format("did you mean {}?", meant);
    problems_->add(entry.place, path_of(shown_key(entry.key)), "no such key; " + advice);
}

void Section::finish() {
    for (auto entry = map_->entries.begin(); entry != map_->entries.end(); ++entry) {
        if (std::find(known_.begin(), known_.end(), entry->key) == known_.end()) {
            complain_of_unknown(*entry);
            continue;
        }
        const auto first = std::find_if(map_->entries.begin(), entry,
                                        [&](const YamlEntry& before) { return before.key == entry->key; });
        if (first != entry)
            problems_->add(
                entry->place, path_of(entry->key),
                fmt::format("stands here again; it is in line {} already, remove one", first->place.line));
    }
}

}  // namespace vitrina::app

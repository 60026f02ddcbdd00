// Reading a configuration with exact complaints: the values of one map, each with its type and range checked,
// `${NAME}` replaced, and what nobody asked for reported. One thread; a Section is short-lived and refers to
// everything it was made from. Private to the configuration.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/yaml_tree.h"
#include "base/result.h"

namespace vitrina::app {

/// The value of an environment variable; nothing when it is not set.
using Environment = std::function<std::optional<std::string>(const std::string&)>;

/// More than somebody corrects before trying again.
inline constexpr std::size_t kProblemsShownMax = 8;

/// What is wrong with a file, for people, in the order of its lines.
class Problems {
  public:
    /// `key` is its path, "cameras[1].address"; empty for the file itself.
    void add(Place place, const std::string& key, const std::string& what);
    /// Nothing, or an error (kConfiguration) with the first kProblemsShownMax, one a line.
    [[nodiscard]] Result<void> result(const std::string& name) const;

  private:
    struct Problem {
        Place place;
        std::string text;
    };
    std::vector<Problem> problems_;
};

template <typename Number>
struct Range {
    Number min;
    Number max;
};

class Section {
  public:
    /// `path` is that of the map, "cameras[1]"; empty for the whole file. What is not a map is a problem, and
    /// then as if it were empty.
    Section(const YamlValue& value, std::string path, Problems& problems, const Environment& environment);

    // Each reads the key into `value`, which stays as it is when the key is not there or wrong. Whether it
    // was read.

    /// Text of at least one character and without control characters. It may be secret: no problem shows it.
    bool read_text(std::string_view key, std::string& value);
    bool read_integer(std::string_view key, Range<std::int64_t> range, std::int64_t& value);
    bool read_number(std::string_view key, Range<double> range, double& value);
    bool read_flag(std::string_view key, bool& value);
    /// One of `words`, by its number.
    bool read_word(std::string_view key, const std::vector<std::string_view>& words, std::size_t& index);

    /// The map under the key; nothing when the key is not there.
    [[nodiscard]] std::optional<Section> section(std::string_view key);
    /// Each map of the list under the key.
    void each(std::string_view key, std::size_t count_max, const std::function<void(Section&)>& read);

    /// Each text of the list under the key; `read` says what is wrong with one, empty: nothing.
    void each_text(std::string_view key, std::size_t count_max,
                   const std::function<std::string(const std::string&)>& read);

    /// Whether the key stands there, right or wrong.
    [[nodiscard]] bool has(std::string_view key) const;
    /// The path of the key and the place of its value, where it stands there.
    void note_place(std::string_view key, std::map<std::string, Place>& places) const;
    /// What is wrong with the value of the key; with the section when the key is not there.
    void complain(std::string_view key, const std::string& what);
    /// The last call: complains of keys that no function asked for, and of keys that stand twice.
    void finish();

  private:
    const YamlEntry* find(std::string_view key);
    [[nodiscard]] const YamlEntry* entry(std::string_view key) const;
    [[nodiscard]] std::string path_of(std::string_view key) const;
    /// The text of a key with its variables replaced. Complains when it is none.
    std::optional<std::string> text_of(std::string_view key);
    /// `${NAME}` replaced. Complains when a variable is missing.
    std::optional<std::string> substituted(const YamlEntry& entry);
    /// For a problem: the text as it was written.
    [[nodiscard]] std::string shown(std::string_view key) const;
    void complain_of_unknown(const YamlEntry& entry);

    const YamlValue* map_;
    std::string path_;
    Problems* problems_;
    const Environment* environment_;
    std::vector<std::string_view> known_;  // keys that were asked for
};

}  // namespace vitrina::app

#include "app/yaml_cause.h"

#include <array>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <yaml-cpp/exceptions.h>

namespace vitrina::app {
namespace {

std::string not_closed(char sign) {
    return fmt::format("the {} that begins here is not closed", sign);
}

bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r';
}

/// What follows the text in quotes that begins at `at`; npos when it has no end.
std::size_t end_of_quoted(std::string_view text, std::size_t at) {
    const char quote = text[at];
    while (++at < text.size()) {
        if (quote == '"' && text[at] == '\\') {
            ++at;
        } else if (text[at] == quote) {
            const bool is_doubled = quote == '\'' && at + 1 < text.size() && text[at + 1] == quote;
            if (!is_doubled) return at + 1;
            ++at;
        }
    }
    return std::string_view::npos;
}

/// From the line's first character; empty when there is no such line.
std::string_view from_line(std::string_view text, int line) {
    for (int i = 1; i < line; ++i) {
        const std::size_t end = text.find('\n');
        if (end == std::string_view::npos) return {};
        text.remove_prefix(end + 1);
    }
    return text;
}

/// Goes through the text as YAML does, as far as it takes to tell a bracket or a quote that is one from those
/// within plain text, comments and blocks of text.
class Walk {
  public:
    explicit Walk(std::string_view text) : text_(text) {}

    std::optional<YamlCause> cause() {
        while (!is_over()) {
            auto found = step();
            if (found) return found;
        }
        if (open_.empty()) return std::nullopt;
        return YamlCause{open_.back().place, not_closed(open_.back().sign)};
    }

  private:
    struct Bracket {
        char sign;
        Place place;
    };

    [[nodiscard]] bool is_over() const { return at_ == text_.size(); }
    [[nodiscard]] char here() const { return is_over() ? '\n' : text_[at_]; }
    [[nodiscard]] bool blank_follows() const {
        return at_ + 1 >= text_.size() || is_blank(text_[at_ + 1]) || text_[at_ + 1] == '\n';
    }

    void advance() {
        const auto byte = static_cast<unsigned char>(text_[at_++]);
        if (byte == '\n') {
            ++place_.line;
            place_.column = 1;
        } else if ((byte & 0xC0U) != 0x80U) {  // not within a character of UTF-8
            ++place_.column;
        }
    }

    void skip_line() {
        while (here() != '\n')
            advance();
    }

    std::optional<YamlCause> step() {
        const char c = here();
        if (c == '\n') {
            advance();
            begins_line_ = may_begin_ = after_blank_ = true;
            entry_column_ = 0;
            return std::nullopt;
        }
        if (is_blank(c)) {
            advance();
            after_blank_ = true;
            return std::nullopt;
        }
        if (c == '#' && after_blank_) {
            skip_line();
            return std::nullopt;
        }
        const bool is_dash = begins_line_ && c == '-' && blank_follows();
        const bool is_block = may_begin_ && open_.empty() && (c == '|' || c == '>');
        if (begins_line_ && !(is_block && entry_column_ > 0)) entry_column_ = place_.column;
        begins_line_ = begins_line_ && is_dash;
        after_blank_ = false;
        if (may_begin_ && (c == '"' || c == '\'')) return quoted(c);
        if (is_block) {
            skip_block();
            return std::nullopt;
        }
        return plain(c);
    }

    std::optional<YamlCause> plain(char c) {
        const bool in_flow = !open_.empty();
        if ((may_begin_ || in_flow) && (c == '[' || c == '{')) {
            open_.push_back({c, place_});
            may_begin_ = true;
        } else if (in_flow && (c == ']' || c == '}')) {
            const Bracket begin = open_.back();
            if ((begin.sign == '[') != (c == ']'))
                return YamlCause{begin.place,
                                 fmt::format("the {} that begins here is closed by a {}", begin.sign, c)};
            open_.pop_back();
            may_begin_ = false;
        } else if ((in_flow && c == ',') || (c == ':' && blank_follows())) {
            may_begin_ = true;
        } else {
            may_begin_ = may_begin_ && (c == '-' || c == '?') && blank_follows();
        }
        advance();
        return std::nullopt;
    }

    /// From a quote to behind the one that ends it.
    std::optional<YamlCause> quoted(char quote) {
        const Place begin = place_;
        const std::size_t end = end_of_quoted(text_, at_);
        if (end == std::string_view::npos) return YamlCause{begin, not_closed(quote)};
        while (at_ < end)
            advance();
        may_begin_ = false;
        // In {"a":"b"} no blank stands between.
        if (here() == ':' && !open_.empty()) {
            advance();
            may_begin_ = true;
            return std::nullopt;
        }
        if (is_end_of_value()) return std::nullopt;
        return YamlCause{begin,
                         fmt::format("something follows the text that begins here with {0}: its last {0} "
                                     "is missing, or one inside of it is not written {1}",
                                     quote, quote == '"' ? "\\\"" : "''")};
    }

    /// Whether nothing of the line is left that a text in quotes can't have behind it.
    [[nodiscard]] bool is_end_of_value() const {
        std::size_t next = at_;
        while (next < text_.size() && is_blank(text_[next]))
            ++next;
        if (next == text_.size()) return true;
        constexpr std::string_view kAfter = "\n#:,]}";
        return kAfter.find(text_[next]) != std::string_view::npos;
    }

    /// The lines below | or >, as far as they are indented more than what they belong to.
    void skip_block() {
        skip_line();
        while (!is_over()) {
            const std::size_t line = at_ + 1;
            std::size_t text = line;
            while (text < text_.size() && is_blank(text_[text]))
                ++text;
            const bool is_empty = text < text_.size() && text_[text] == '\n';
            if (!is_empty && static_cast<int>(text - line) + 1 <= entry_column_) return;
            advance();
            skip_line();
        }
    }

    const std::string_view text_;
    std::size_t at_ = 0;
    Place place_;
    std::vector<Bracket> open_;
    bool begins_line_ = true;  // but for dashes, nothing stands before it
    bool may_begin_ = true;    // a quote or a bracket would be one
    bool after_blank_ = true;  // a # would begin a comment
    int entry_column_ = 0;     // of the line's key or last dash
};

/// Where a tab stands among what indents the line.
std::optional<Place> tab_in(std::string_view text, int line) {
    text = from_line(text, line);
    const std::size_t tab = text.find_first_not_of(" -");
    if (tab == std::string_view::npos || text[tab] != '\t') return std::nullopt;
    return Place{line, static_cast<int>(tab) + 1};
}

/// What would be right; empty where nobody knows.
std::string_view advice_for(std::string_view message) {
    namespace error = YAML::ErrorMsg;
    const std::array<std::pair<std::string_view, std::string_view>, 10> known = {{
        {error::MAP_VALUE, "a text with \": \" in it stands in quotes, and each key on a line of its own"},
        {error::BLOCK_ENTRY, "a list's \"- \" stands on a line of its own, below its key"},
        {error::FLOW_END, "this bracket closes none"},
        {error::END_OF_MAP, "a line is indented as the others that it belongs to, and a key ends with \":\""},
        {error::END_OF_SEQ,
         "a line is indented as the others that it belongs to, and a list's begin with \"- \""},
        {error::END_OF_MAP_FLOW, "a comma or the closing } is missing before it"},
        {error::END_OF_SEQ_FLOW, "a comma or the closing ] is missing before it"},
        {error::INVALID_ESCAPE, "within \"...\" a \\ is written \\\\; within '...' as it is"},
        {error::UNKNOWN_TOKEN, "a text that begins with %, @ or ` stands in quotes"},
        {error::CHAR_IN_BLOCK, "behind | or > the text begins on the next line"},
    }};
    for (const auto& [begin, advice] : known)
        if (message.starts_with(begin)) return advice;
    return {};
}

bool begins_before(Place a, Place b) {
    return std::pair(a.line, a.column) < std::pair(b.line, b.column);
}

/// What a tab leads to: behind it no key and no dash is taken for one.
bool may_come_from_tab(std::string_view message) {
    namespace error = YAML::ErrorMsg;
    return message == error::MAP_VALUE || message == error::MAP_KEY || message == error::BLOCK_ENTRY ||
           message == error::TAB_IN_INDENTATION;
}

}  // namespace

std::optional<YamlCause> unclosed_quote_at(Place place, std::string_view text) {
    text = from_line(text, place.line);
    const auto at = static_cast<std::size_t>(place.column) - 1;
    if (at >= text.size() || (text[at] != '"' && text[at] != '\'')) return std::nullopt;
    if (end_of_quoted(text, at) != std::string_view::npos) return std::nullopt;
    return YamlCause{place, not_closed(text[at])};
}

std::optional<YamlCause> unclosed_in(std::string_view text) {
    return Walk(text).cause();
}

YamlCause cause_of(std::string_view message, Place place, std::string_view text) {
    if (may_come_from_tab(message))
        if (const auto tab = tab_in(text, place.line)) return {*tab, "a tab can't indent; use blanks"};
    // What begins behind the place where the parser gave up has not led to it.
    if (auto unclosed = unclosed_in(text); unclosed && !begins_before(place, unclosed->place))
        return *std::move(unclosed);
    // Without what it quotes from the file.
    std::string words(message.substr(0, message.find(": ")));
    if (const std::string_view advice = advice_for(message); !advice.empty())
        words += fmt::format("; {}", advice);
    return {place, std::move(words)};
}

}  // namespace vitrina::app

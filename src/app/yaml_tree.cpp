#include "app/yaml_tree.h"

#include <algorithm>
#include <optional>
#include <sstream>
#include <utility>

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include "app/yaml_cause.h"
#include "domain/text.h"

namespace vitrina::app {
namespace {

constexpr const char* kKeyIsWord = "a key is a word";

/// Ends the parser from inside its events; caught in parse_yaml().
struct Refused {
    Place place;
    std::string what;
};

Place place_of(const YAML::Mark& mark) {
    return mark.is_null() ? Place{} : Place{mark.line + 1, mark.column + 1};
}

class TreeBuilder final : public YAML::EventHandler {
  public:
    void OnDocumentStart(const YAML::Mark& /*mark*/) override {}
    void OnDocumentEnd() override {}

    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        add(value(YamlValue::Kind::kNothing, mark, "", anchor));
    }
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t /*anchor*/) override {
        throw Refused{place_of(mark), "aliases (*name) are not read; write the value out"};
    }
    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& text) override {
        YamlValue scalar = value(YamlValue::Kind::kText, mark, tag, anchor);
        last_text_ = scalar.place;
        scalar.text = text;
        add(std::move(scalar));
    }
    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value /*style*/) override {
        open(value(YamlValue::Kind::kList, mark, tag, anchor));
    }
    void OnSequenceEnd() override { close(); }
    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value /*style*/) override {
        open(value(YamlValue::Kind::kMap, mark, tag, anchor));
    }
    void OnMapEnd() override { close(); }

    YamlValue take() { return std::move(root_); }
    [[nodiscard]] Place last_text() const { return last_text_; }

  private:
    struct Open {
        YamlValue value;
        std::optional<YamlEntry> entry;  // of a map: the key that waits for its value
    };

    YamlValue value(YamlValue::Kind kind, const YAML::Mark& mark, const std::string& tag,
                    YAML::anchor_t anchor) {
        const Place place = place_of(mark);
        if (anchor != YAML::NullAnchor) throw Refused{place, "anchors (&name) are not read"};
        // "?" is yaml-cpp's word for plain, "!" for quoted text.
        if (!tag.empty() && tag != "?" && tag != "!") throw Refused{place, "tags (!name) are not read"};
        if (++count_ > kYamlValuesMax)
            throw Refused{place, fmt::format("more than {} values", kYamlValuesMax)};
        YamlValue made;
        made.kind = kind;
        made.place = place;
        return made;
    }

    [[nodiscard]] bool is_key_due() const {
        return !open_.empty() && open_.back().value.kind == YamlValue::Kind::kMap && !open_.back().entry;
    }

    void open(YamlValue value) {
        if (is_key_due()) throw Refused{value.place, kKeyIsWord};
        if (open_.size() >= kYamlDepthMax)
            throw Refused{value.place, fmt::format("nested deeper than {} levels", kYamlDepthMax)};
        open_.push_back({std::move(value), std::nullopt});
    }

    void close() {
        YamlValue value = std::move(open_.back().value);
        open_.pop_back();
        add(std::move(value));
    }

    void add(YamlValue value) {
        if (open_.empty()) {
            root_ = std::move(value);
            return;
        }
        Open& into = open_.back();
        if (is_key_due()) {
            if (value.kind != YamlValue::Kind::kText) throw Refused{value.place, kKeyIsWord};
            into.entry = YamlEntry{std::move(value.text), value.place, {}};
        } else if (into.entry) {
            into.entry->value = std::move(value);
            into.value.entries.push_back(*std::exchange(into.entry, std::nullopt));
        } else {
            into.value.items.push_back(std::move(value));
        }
    }

    std::vector<Open> open_;
    YamlValue root_;
    Place last_text_;
    std::size_t count_ = 0;
};

Place place_of_bad_utf8(std::string_view text) {
    Place place;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        if (!decode_utf8(text.substr(0, end))) break;
        text.remove_prefix(std::min(end + 1, text.size()));
        ++place.line;
    }
    return place;
}

}  // namespace

Result<YamlValue> parse_yaml(std::string_view text, const std::string& name) {
    const auto refused = [&](Place place, const std::string& what) {
        return misconfigured(fmt::format("{}:{}:{}: {}", name, place.line, place.column, what));
    };
    if (text.size() > kYamlBytesMax)
        return misconfigured(
            fmt::format("{}: larger than {} bytes; a configuration is a few thousand", name, kYamlBytesMax));
    if (!decode_utf8(text)) return refused(place_of_bad_utf8(text), "is not UTF-8 text");
    // Or columns of the first line would be others than those that it has for yaml-cpp.
    constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
    if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
    try {
        std::istringstream stream{std::string(text)};
        YAML::Parser parser(stream);
        TreeBuilder builder;
        parser.HandleNextDocument(builder);
        // Only the last can have no end, for it goes to that of the file.
        if (const auto unclosed = unclosed_quote_at(builder.last_text(), text))
            return refused(unclosed->place, "is not YAML: " + unclosed->words);
        YamlValue root = builder.take();
        TreeBuilder second;
        if (parser.HandleNextDocument(second))
            return refused(second.take().place,
                           "a second document begins; there is one configuration in a file");
        return root;
    } catch (const Refused& refusal) {
        // yaml-cpp takes a bracket that is not closed for the begin of a key.
        const auto unclosed = refusal.what == kKeyIsWord ? unclosed_in(text) : std::nullopt;
        return unclosed ? refused(unclosed->place, "is not YAML: " + unclosed->words)
                        : refused(refusal.place, refusal.what);
    } catch (const YAML::Exception& error) {
        const YamlCause cause = cause_of(error.msg, place_of(error.mark), text);
        return refused(cause.place, "is not YAML: " + cause.words);
    }
}

}  // namespace vitrina::app

// What an SVG may have: shapes and text, and nothing that runs or that is somewhere else. What draws it runs
// no scripts and fetches nothing either; here it is said instead of silently left out.
#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <string>

#include <fmt/format.h>
#include <pugixml.hpp>

#include "drawing/floor_drawing.h"

namespace vitrina::drawing {
namespace {

constexpr std::size_t kElementsMax = 500'000;
constexpr int kDepthMax = 200;

std::string lower(std::string_view text) {
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return result;
}

/// Without its namespace, in lower case.
std::string local_name(const char* name) {
    const std::string_view whole = name;
    const std::size_t colon = whole.rfind(':');
    return lower(colon == whole.npos ? whole : whole.substr(colon + 1));
}

std::string shown(std::string_view text) {
    std::string result(text.substr(0, 60));
    std::replace_if(
        result.begin(), result.end(), [](unsigned char c) { return c < ' ' || c > '~'; }, '?');
    return result;
}

/// To something in the file, or to a picture that stands in it.
bool is_inside(std::string_view reference) {
    const std::string target =
        lower(reference.substr(std::min(reference.size(), reference.find_first_not_of(" \t\r\n"))));
    return target.empty() || target.starts_with('#') || target.starts_with("data:image/png") ||
           target.starts_with("data:image/jpeg");
}

/// Attributes whose value is read as a style: in others a backslash is a backslash, as in the paths of files
/// that drawing programs note down.
bool holds_style(const std::string& name) {
    constexpr std::array kStyles = {
        "style", "fill", "stroke", "filter", "mask",          "clip-path",    "cursor",     "from",
        "to",    "by",   "values", "marker", "color-profile", "marker-start", "marker-mid", "marker-end"};
    return std::find(kStyles.begin(), kStyles.end(), name) != kStyles.end();
}

enum class Escapes : std::uint8_t { kRefused, kPlain };

/// `where` names it: "<style>", "fill=".
Result<void> check_style(const std::string& style, const std::string& where, Escapes escapes) {
    const std::string text = lower(style);
    if (text.find("@import") != text.npos) return misconfigured("refers to something outside: @import");
    if (escapes == Escapes::kRefused && text.find('\\') != text.npos)
        return misconfigured(fmt::format("has an escape in {}, which may hide what it refers to", where));
    for (std::size_t at = text.find("url("); at != text.npos; at = text.find("url(", at + 1)) {
        std::size_t begin = at + 4;
        while (begin < text.size() && (text[begin] == ' ' || text[begin] == '"' || text[begin] == '\''))
            ++begin;
        const std::string_view rest = std::string_view(text).substr(begin);
        if (!is_inside(rest))
            return misconfigured(fmt::format("refers to something outside: {}",
                                             shown(rest.substr(0, rest.find_first_of(")\"'")))));
    }
    return {};
}

Result<void> check_attributes(const pugi::xml_node& element) {
    for (const pugi::xml_attribute& attribute : element.attributes()) {
        const std::string name = local_name(attribute.name());
        if (name.starts_with("on"))
            return misconfigured(fmt::format("has a script: {}=", shown(attribute.name())));
        if ((name == "href" || name == "src") && !is_inside(attribute.value()))
            return misconfigured(fmt::format("refers to something outside: {}", shown(attribute.value())));
        TRY(check_style(attribute.value(), shown(attribute.name()) + "=",
                        holds_style(name) ? Escapes::kRefused : Escapes::kPlain));
    }
    return {};
}

class Walker final : public pugi::xml_tree_walker {
  public:
    bool for_each(pugi::xml_node& node) override {
        result = check(node);
        return result.has_value();
    }
    Result<void> result;

  private:
    Result<void> check(const pugi::xml_node& node) {
        if (++count_ > kElementsMax)
            return misconfigured(fmt::format("has more than {} elements", kElementsMax));
        if (depth() > kDepthMax) return misconfigured(fmt::format("is nested more than {} deep", kDepthMax));
        if (node.type() == pugi::node_doctype) {
            const std::string text = lower(node.value());
            if (text.find("entity") != text.npos || text.find('[') != text.npos)
                return misconfigured("declares entities");
        }
        if (node.type() == pugi::node_pi && local_name(node.name()) == "xml-stylesheet")
            return misconfigured("refers to something outside: xml-stylesheet");
        if (node.type() != pugi::node_element) return {};
        const std::string name = local_name(node.name());
        constexpr std::array kScripts = {"script", "handler", "listener"};
        if (std::find(kScripts.begin(), kScripts.end(), name) != kScripts.end())
            return misconfigured(fmt::format("has a script: <{}>", shown(node.name())));
        constexpr std::array kForeign = {"foreignobject", "iframe", "object", "embed", "audio", "video"};
        if (std::find(kForeign.begin(), kForeign.end(), name) != kForeign.end())
            return misconfigured(fmt::format("has more than drawings in it: <{}>", shown(node.name())));
        if (name == "style") TRY(check_style(node.text().get(), "<style>", Escapes::kRefused));
        return check_attributes(node);
    }

    std::size_t count_ = 0;
};

}  // namespace

Result<void> check_svg(std::string_view text) {
    pugi::xml_document document;
    const pugi::xml_parse_result parsed = document.load_buffer(
        text.data(), text.size(), pugi::parse_default | pugi::parse_doctype | pugi::parse_pi);
    if (!parsed)
        return misconfigured(fmt::format("is no XML: {} at byte {}", parsed.description(), parsed.offset));
    if (local_name(document.document_element().name()) != "svg") return misconfigured("is no SVG");
    Walker walker;
    document.traverse(walker);
    return walker.result;
}

}  // namespace vitrina::drawing

#include "app/yaml_tree.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vitrina::app {
namespace {

using Kind = YamlValue::Kind;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

YamlValue parsed(const std::string& text) {
    auto tree = parse_yaml(text, "t.yaml");
    EXPECT_TRUE(tree.has_value()) << tree.error().message;
    return tree ? *std::move(tree) : YamlValue{};
}

std::string error_of(const std::string& text) {
    const auto tree = parse_yaml(text, "t.yaml");
    if (tree) return "";
    EXPECT_EQ(tree.error().kind, ErrorKind::kConfiguration);
    return tree.error().message;
}

TEST(YamlTree, KnowsWhereEverythingStands) {
    const YamlValue root = parsed("# first\nshop:\n  name: Ель\n  list: [1, {a: b}]\nempty:\n");
    ASSERT_EQ(root.kind, Kind::kMap);
    ASSERT_EQ(root.entries.size(), 2U);
    const YamlEntry& shop = root.entries[0];
    EXPECT_EQ(shop.key, "shop");
    EXPECT_EQ(shop.place.line, 2);
    EXPECT_EQ(shop.place.column, 1);
    const YamlEntry& name = shop.value.entries.at(0);
    EXPECT_EQ(name.value.text, "Ель");
    EXPECT_EQ(name.value.place.line, 3);
    EXPECT_EQ(name.value.place.column, 9);
    const YamlValue& list = shop.value.entries.at(1).value;
    ASSERT_EQ(list.kind, Kind::kList);
    EXPECT_EQ(list.items.at(1).entries.at(0).value.text, "b");
    EXPECT_EQ(list.items.at(1).entries.at(0).value.place.column, 17);
    EXPECT_EQ(root.entries[1].value.kind, Kind::kNothing);
}

TEST(YamlTree, TakesNothingForANumber) {
    const YamlValue root = parsed("[012, 1e3, yes, 2026-11-23, '~', \"a\\nb\", 0x1F]");
    const std::vector<std::string> expected = {"012", "1e3", "yes", "2026-11-23", "~", "a\nb", "0x1F"};
    ASSERT_EQ(root.items.size(), expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i)
        EXPECT_EQ(root.items[i].text, expected[i]);
}

TEST(YamlTree, KeepsKeysThatStandTwice) {
    EXPECT_EQ(parsed("a: 1\na: 2\n").entries.size(), 2U);
}

TEST(YamlTree, AnEmptyTextIsNothing) {
    for (const auto* text : {"", "\n\n", "# only a comment\n", "---\n"})
        EXPECT_EQ(parsed(text).kind, Kind::kNothing) << text;
}

TEST(YamlTree, SaysWhereItIsNotYaml) {
    EXPECT_THAT(error_of("shop:\n  name: a\n bad\n"), StartsWith("t.yaml:3:2: is not YAML"));
    EXPECT_THAT(error_of("a: [1, 2\n"), HasSubstr("is not YAML"));
    EXPECT_THAT(error_of("a: \"\\q\"\n"), HasSubstr("is not YAML: unknown escape character"));
    EXPECT_THAT(error_of("shop: x\nname: \xff\n"), StartsWith("t.yaml:2:1: is not UTF-8 text"));
    EXPECT_THAT(error_of("a: 1\n---\nb: 2\n"), HasSubstr("a second document begins"));
}

TEST(YamlTree, SaysWhatWouldBeRight) {
    const auto is = [](const std::string& text, const std::string& message) {
        EXPECT_THAT(error_of(text), StartsWith("t.yaml:" + message)) << text;
    };
    // Tabs.
    is("shop:\n\tname: a\n", "2:1: is not YAML: a tab can't indent; use blanks");
    is("shop:\n  name: a\n\tcity: b\n", "3:1: is not YAML: a tab can't indent");
    is("cameras:\n  -\tid: a\n", "2:4: is not YAML: a tab can't indent");
    is("cameras:\n\t- id: a\n", "2:1: is not YAML: a tab can't indent");
    EXPECT_EQ(error_of("shop:\n  name:\ta\n"), "") << "behind a key it indents nothing";
    // Brackets.
    is("[[[[", "1:4: is not YAML: the [ that begins here is not closed");
    is("a: 1\nb: [1, 2\nc: 3\n", "2:4: is not YAML: the [ that begins here is not closed");
    is("http: {port: 80\n", "1:7: is not YAML: the { that begins here is not closed");
    is("http: {list: [1, 2}\n", "1:14: is not YAML: the [ that begins here is closed by a }");
    is("# it's [\nname: Ann's [shop\nwide: {a: 1\n", "3:7: is not YAML: the { that begins here");
    is("text: |\n  it's {\n\n  \"so\nlist:\n- >\n  [\n- [1\n", "8:3: is not YAML: the [ that begins here");
    is("a: ]\n", "1:4: is not YAML: illegal flow end; this bracket closes none");
    is("a: [b: 1 c: 2]\n", "1:11: is not YAML: end of sequence flow not found; a comma or the closing ] is");
    // Quotes.
    is("name: 'a\ncity: b\n", "1:7: is not YAML: the ' that begins here is not closed");
    is("name: \"a\n", "1:7: is not YAML: the \" that begins here is not closed");
    is("\xEF\xBB\xBF"
       "name: 'a''\n",
       "1:7: is not YAML: the ' that begins here is not closed");
    is("shop: {name: \"a}\n", "1:14: is not YAML: the \" that begins here is not closed");
    EXPECT_EQ(error_of("a: \"b\n  c\\\"\"\nd: 'it''s'\n"), "") << "a text may be of several lines";
    is("a: 'it''s'\nname: 'Ann's shop'\n",
       "2:7: is not YAML: something follows the text that begins here with '");
    is("name: \"a\ncity: \"b\"\n", "1:7: is not YAML: something follows the text that begins here with \"");
    EXPECT_THAT(error_of("a: \"\\q\"\n"), HasSubstr(R"(a \ is written \\)"));
    // What else is usual.
    is("name: to: me\n", "1:9: is not YAML: illegal map value; a text with \": \" in it stands in quotes");
    is("note: he said: \"hi\" to me\n", "1:14: is not YAML: illegal map value; a text with \": \"");
    is("cameras: - id: a\n",
       "1:10: is not YAML: illegal block entry; a list's \"- \" stands on a line of its own");
    is("key: |x\n  a\n",
       "1:7: is not YAML: unexpected character in block scalar; behind | or > the text begins");
    is("name: @home\n",
       "1:7: is not YAML: unknown token; a text that begins with %, @ or ` stands in quotes");
    is("shop:\n  name: a\n bad: b\n", "3:2: is not YAML: end of map not found; a line is indented as");
}

TEST(YamlTree, QuotesNothingThatMayBeSecret) {
    for (const auto* text :
         {"password: 'hunter2\n", "password: hunter2: x\n", "password: \"hunter2\\z\"\n",
          "password: [hunter2\nuser: x\n", "password: *hunter2\n", "password: &hunter2 x\n",
          "password: !hunter2 x\n", "password: %hunter2\n", "- password: hunter2\nuser\n"})
        EXPECT_THAT(error_of(text), Not(HasSubstr("hunter2"))) << text;
}

TEST(YamlTree, RefusesWhatAConfigurationDoesNotNeed) {
    EXPECT_THAT(error_of("a: &x 1\n"), HasSubstr("t.yaml:1:4: anchors"));
    EXPECT_THAT(error_of("a: &x [b]\nc: *x\n"), HasSubstr("anchors"));
    EXPECT_THAT(error_of("a: !!int 1\n"), HasSubstr("tags"));
    EXPECT_THAT(error_of("? [a, b]\n: c\n"), HasSubstr("a key is a word"));
    EXPECT_THAT(error_of("~: c\n"), HasSubstr("a key is a word"));
}

TEST(YamlTree, RefusesBombs) {
    const auto nested = [](std::size_t depth) {
        return "a: " + std::string(depth, '[') + std::string(depth, ']');
    };
    EXPECT_EQ(error_of(nested(kYamlDepthMax - 1)), "");
    EXPECT_THAT(error_of(nested(kYamlDepthMax)), HasSubstr("nested deeper than 16 levels"));
    EXPECT_THAT(error_of(nested(10'000)), HasSubstr("nested deeper than 16 levels"));
    EXPECT_NE(error_of(std::string(100'000, '[')), "");
    EXPECT_NE(error_of(std::string(100'000, '{')), "");
    std::string many = "[";
    for (std::size_t i = 0; i <= kYamlValuesMax; ++i)
        many += "a,";
    EXPECT_THAT(error_of(many + "]"), HasSubstr("more than 20000 values"));
    EXPECT_THAT(error_of("a: " + std::string(kYamlBytesMax, 'x')), HasSubstr("larger than"));
    EXPECT_THAT(error_of("a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]\n"),
                HasSubstr("anchors"));
}

}  // namespace
}  // namespace vitrina::app

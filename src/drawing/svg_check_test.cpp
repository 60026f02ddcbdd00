#include <gmock/gmock.h>

#include "drawing/floor_drawing.h"

namespace vitrina::drawing {
namespace {

using testing::HasSubstr;

constexpr const char* kSvg =
    R"(<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink")";

std::string why_not(const std::string& text) {
    const auto checked = check_svg(text);
    return checked ? "fine" : checked.error().message;
}
std::string with(const std::string& inside) {
    return why_not(std::string(kSvg) + ">" + inside + "</svg>");
}

TEST(SvgCheck, ShapesTextAndWhatIsInTheFileAreFine) {
    EXPECT_EQ(with("<defs><linearGradient id='a'/></defs><rect fill='url(#a)'/><text>Касса</text>"), "fine");
    EXPECT_EQ(with("<use xlink:href='#a'/><image href='data:image/png;base64,AA=='/>"), "fine");
    EXPECT_EQ(with("<style>.a { fill: url(#b) } rect { stroke: red }</style>"), "fine");
    EXPECT_EQ(why_not("<?xml version='1.0'?><!DOCTYPE svg PUBLIC '-//W3C//DTD SVG 1.1//EN' 'svg11.dtd'>" +
                      std::string(kSvg) + "/>"),
              "fine");
}

// What drawing programs note down for themselves, and what is only text.
TEST(SvgCheck, ABackslashIsAnEscapeOnlyWhereAStyleIs) {
    EXPECT_EQ(why_not(std::string(kSvg) + R"( xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape"
                      inkscape:export-filename="C:\Users\anna\plan.png"><g aria-label="A\B" id="a\b"/></svg>)"),
              "fine");
    EXPECT_EQ(with("<rect fill='u\\72l(http://evil/a)'/>"),
              "has an escape in fill=, which may hide what it refers to");
    EXPECT_EQ(with("<rect style='fill: \\75rl(http://evil/a)'/>"),
              "has an escape in style=, which may hide what it refers to");
    EXPECT_EQ(with("<animate to='u\\72l(http://evil/a)'/>"),
              "has an escape in to=, which may hide what it refers to");
    EXPECT_EQ(with("<g aria-label='url(http://evil/a)'/>"), "refers to something outside: http://evil/a");
}

TEST(SvgCheck, ScriptsAreNot) {
    EXPECT_EQ(with("<script>alert(1)</script>"), "has a script: <script>");
    EXPECT_EQ(with("<g><svg:SCRIPT href='#a'/></g>"), "has a script: <svg:SCRIPT>");
    EXPECT_EQ(with("<rect onclick='alert(1)'/>"), "has a script: onclick=");
    EXPECT_EQ(why_not(std::string(kSvg) + " onload='alert(1)'/>"), "has a script: onload=");
    EXPECT_EQ(with("<a href='javascript:alert(1)'/>"), "refers to something outside: javascript:alert(1)");
    EXPECT_EQ(with("<foreignObject><body/></foreignObject>"),
              "has more than drawings in it: <foreignObject>");
}

TEST(SvgCheck, NothingOutsideMayBeMeant) {
    EXPECT_EQ(with("<image xlink:href='http://evil/x.png'/>"),
              "refers to something outside: http://evil/x.png");
    EXPECT_EQ(with("<image href=' file:///etc/passwd'/>"),
              "refers to something outside:  file:///etc/passwd");
    EXPECT_EQ(with("<use href='other.svg#a'/>"), "refers to something outside: other.svg#a");
    EXPECT_EQ(with("<image href='data:image/svg+xml;base64,AA'/>"),
              "refers to something outside: data:image/svg+xml;base64,AA");
    EXPECT_EQ(with("<rect style='fill: URL( \"http://evil/a\" )'/>"),
              "refers to something outside: http://evil/a");
    EXPECT_EQ(with("<rect fill='url(a.svg#b)'/>"), "refers to something outside: a.svg#b");
    EXPECT_EQ(with("<style>@import 'a.css';</style>"), "refers to something outside: @import");
    EXPECT_THAT(with("<style>@\\69mport 'a.css';</style>"), HasSubstr("escape in <style>"));
    EXPECT_THAT(with("<style><![CDATA[ @import 'a.css'; ]]></style>"), HasSubstr("@import"));
    EXPECT_EQ(why_not("<?xml-stylesheet href='a.css'?>" + std::string(kSvg) + "/>"),
              "refers to something outside: xml-stylesheet");
    EXPECT_EQ(why_not("<!DOCTYPE svg [<!ENTITY a 'b'>]>" + std::string(kSvg) + ">&a;</svg>"),
              "declares entities");
}

TEST(SvgCheck, WhatIsNoSvgIsSaidToBeNone) {
    EXPECT_THAT(why_not("<svg><g></svg>"), HasSubstr("is no XML"));
    EXPECT_THAT(why_not(""), HasSubstr("is no XML"));
    EXPECT_EQ(why_not("<html><svg/></html>"), "is no SVG");
    std::string deep = kSvg;
    deep += ">";
    for (int i = 0; i < 300; ++i)
        deep += "<g>";
    for (int i = 0; i < 300; ++i)
        deep += "</g>";
    EXPECT_THAT(why_not(deep + "</svg>"), HasSubstr("nested more than 200 deep"));
}

}  // namespace
}  // namespace vitrina::drawing

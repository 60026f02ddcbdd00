// Each check can fail, shown on trees that are made up.
#include "checks.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vitrina::repository {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Key;

Tree tree_of(std::initializer_list<std::pair<const char*, const char*>> files) {
    Tree tree;
    for (const auto& [path, text] : files)
        tree[path] = File{text, false};
    return tree;
}

TEST(IncludeDirection, AllowsModulesAbove) {
    EXPECT_THAT(check_include_direction(
                    tree_of({{"src/track/a.cpp", "#include \"base/b.h\"\n#include \"track/c.h\"\n"},
                             {"tests/a.cpp", "#include \"app/b.h\"\n"},
                             {"mosaic/src/a.cpp", "#include \"ir.h\"\n#include <mosaic/graph.h>\n"}})),
                IsEmpty());
}

TEST(IncludeDirection, RefusesModulesBelow) {
    EXPECT_THAT(check_include_direction(tree_of({{"src/base/a.h", "#include \"video/b.h\"\n"}})),
                ElementsAre(HasSubstr("base stands above video")));
}

TEST(IncludeDirection, RefusesStrangers) {
    EXPECT_THAT(check_include_direction(tree_of({{"src/insight/a.h", "#include \"track/b.h\"\n"}})),
                ElementsAre(HasSubstr("meet only in domain")));
}

TEST(IncludeDirection, RefusesTheProductInMosaic) {
    EXPECT_THAT(check_include_direction(tree_of({{"mosaic/src/a.cpp", "#include \"base/result.h\"\n"}})),
                ElementsAre(HasSubstr("usable alone")));
}

TEST(IncludeDirection, RefusesUnknownModules) {
    EXPECT_THAT(check_include_direction(tree_of({{"src/utils/a.cpp", ""}})),
                ElementsAre(HasSubstr("no module is called utils")));
}

TEST(Libraries, AllowsThemInTheirModules) {
    EXPECT_THAT(check_libraries(
                    tree_of({{"src/video/a.cpp", "#include <libavformat/avformat.h>\n#include <vector>\n"},
                             {"src/video/a_test.cpp", "#include <gtest/gtest.h>\n"},
                             {"src/video/test_clips.cpp", "#include <gtest/gtest.h>\n"},
                             {"src/perceive/a.cpp", "#include <mosaic/session.h>\n"},
                             {"mosaic/src/a.cpp", "#include <oneapi/dnnl/dnnl.hpp>\n"},
                             {"mosaic/include/mosaic/a.h", "#include <mosaic/b.h>\n"}})),
                IsEmpty());
}

TEST(Libraries, RefusesThemElsewhere) {
    EXPECT_THAT(check_libraries(tree_of({{"src/app/a.cpp", "#include <libavformat/avformat.h>\n"}})),
                ElementsAre(HasSubstr("FFmpeg is only for video")));
}

TEST(Libraries, RefusesThemInHeadersThatOthersSee) {
    const Tree tree = tree_of({{"src/video/own.h", "#include <libavutil/frame.h>\n"},
                               {"src/video/shown.h", "#include <libavutil/frame.h>\n"},
                               {"src/video/a.cpp", "#include \"video/own.h\"\n"},
                               {"src/app/a.cpp", "#include \"video/shown.h\"\n"}});
    EXPECT_THAT(check_libraries(tree), ElementsAre(HasSubstr("src/video/shown.h")));
}

TEST(Libraries, RefusesUnknownOnesAndTestsOutsideOfTests) {
    EXPECT_THAT(
        check_libraries(tree_of({{"src/app/a.cpp", "#include <curl/curl.h>\n#include <gtest/gtest.h>\n"}})),
        ElementsAre(HasSubstr("curl/curl.h"), HasSubstr("gtest/gtest.h")));
}

TEST(Sizes, RefusesLongFiles) {
    Tree tree;
    for (int i = 0; i < 600; ++i)
        tree["src/base/a.cpp"].text += "\n";
    EXPECT_THAT(check_sizes(tree), IsEmpty());
    tree["src/base/a.cpp"].text += "\n";
    EXPECT_THAT(check_sizes(tree), ElementsAre(HasSubstr("601 lines")));
}

TEST(DeadFiles, AllowsWhatIsUsed) {
    EXPECT_THAT(check_dead_files(tree_of({{"src/base/CMakeLists.txt", "f(SOURCES a.cpp TESTS a_test.cpp)\n"},
                                          {"src/base/a.cpp", "#include \"base/a.h\"\n"},
                                          {"src/base/a_test.cpp", ""},
                                          {"src/base/a.h", ""},
                                          {"mosaic/CMakeLists.txt", "f(src/b.cpp)"},
                                          {"fuzz/CMakeLists.txt", "f(c_fuzz)"},
                                          {"fuzz/c_fuzz.cpp", ""},
                                          {"mosaic/src/b.cpp", "#include \"b.h\"\n"},
                                          {"mosaic/src/b.h", ""},
                                          {"scripts/a.sh", "cat scripts/lists/$1.txt\n"},
                                          {"scripts/lists/x.txt", ""},
                                          {"README.md", "Run `scripts/a.sh`.\n"}})),
                IsEmpty());
}

TEST(DeadFiles, RefusesWhatIsNot) {
    EXPECT_THAT(check_dead_files(tree_of({{"src/base/CMakeLists.txt", "f(SOURCES extra.cpp)\n"},
                                          {"src/base/extra.cpp", ""},
                                          {"src/base/a.cpp", ""},
                                          {"src/base/a.h", "#include \"base/a.h\"\n"},
                                          {"src/video/a_test.cpp", ""},
                                          {"scripts/a.sh", "# a.sh\n"}})),
                ElementsAre(HasSubstr("scripts/a.sh"), HasSubstr("src/base/a.cpp"), HasSubstr("src/base/a.h"),
                            HasSubstr("src/video/a_test.cpp")));
}

TEST(DocumentPaths, AllowsWhatExists) {
    EXPECT_THAT(check_document_paths(
                    tree_of({{"docs/a.md",
                              "See src/base, `src/base/a.h`, src/base/*.h, src/<module>/README.md and "
                              "[this](b.md#part), [that](../src/base/a.h), [the web](https://example.org/).\n"
                              "    f([](char c) {});\n"},
                             {"docs/b.md", ""},
                             {"src/base/a.h", ""}})),
                IsEmpty());
}

TEST(DocumentPaths, RefusesWhatDoesNot) {
    EXPECT_THAT(check_document_paths(tree_of({{"docs/a.md", "See `src/base/gone.h` and [b](b.md).\n"}})),
                ElementsAre(HasSubstr("src/base/gone.h"), HasSubstr("links to b.md")));
}

TEST(Readmes, AreThere) {
    EXPECT_THAT(
        check_readmes(tree_of({{"src/base/README.md", ""}, {"src/video/a.cpp", ""}, {"mosaic/a.cpp", ""}})),
        ElementsAre(HasSubstr("mosaic"), HasSubstr("src/video")));
}

TEST(Headers, OpenWithACommentAndAGuard) {
    EXPECT_THAT(check_headers(tree_of({{"a.h", "// What a is.\n#pragma once\n"}})), IsEmpty());
    EXPECT_THAT(check_headers(tree_of({{"a.h", "#include <map>\n"}})),
                ElementsAre(HasSubstr("open with a comment"), HasSubstr("#pragma once")));
}

TEST(WhiteSpace, IsTidy) {
    EXPECT_THAT(check_white_space(tree_of({{"a.cpp", "int a;\n\nint b;\n"}, {"picture.png", "\t \r"}})),
                IsEmpty());
    EXPECT_THAT(check_white_space(tree_of({{"a.cpp", "\tint a;\nint b; \nint c;\r\nint d;"}})),
                ElementsAre(HasSubstr("no end"), HasSubstr("a.cpp:1: a tab"), HasSubstr("a.cpp:2: a blank"),
                            HasSubstr("a.cpp:3: a carriage return")));
}

TEST(MachinePaths, AreRefused) {
    EXPECT_THAT(check_machine_paths(tree_of({{"a.md", "in /srv/me/vitrina/src\n"}}), "/srv/me/vitrina"),
                ElementsAre(HasSubstr("/srv/me/vitrina")));
    EXPECT_THAT(check_machine_paths(tree_of({{"a.md",
                                              "in $HOME/src and /home"
                                              "/me/src\n"}}),
                                    "/srv/x"),
                ElementsAre(HasSubstr("one machine")));
}

TEST(Executables, AreScripts) {
    Tree tree = tree_of({{"a.sh", "#!/bin/sh\n"}, {"b.txt", ""}});
    EXPECT_THAT(check_executables(tree), ElementsAre(HasSubstr("a.sh")));
    tree["a.sh"].executable = true;
    EXPECT_THAT(check_executables(tree), IsEmpty());
    tree["b.txt"].executable = true;
    EXPECT_THAT(check_executables(tree), ElementsAre(HasSubstr("b.txt")));
}

TEST(ReadTree, LeavesOutWhatIsNotTheRepository) {
    const std::filesystem::path top = std::filesystem::path(::testing::TempDir()) / "vitrina_read_tree_test";
    std::filesystem::remove_all(top);
    for (const char* path :
         {".git/config", "build/x.cpp", "src/build/a.cpp", "web/node_modules/b.js", "c.md"}) {
        std::filesystem::create_directories((top / path).parent_path());
        std::ofstream(top / path) << "text\n";
    }
    EXPECT_THAT(read_tree(top), ElementsAre(Key("c.md"), Key("src/build/a.cpp")));
    std::filesystem::remove_all(top);
}

}  // namespace
}  // namespace vitrina::repository

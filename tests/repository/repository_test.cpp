// The rules of checks.h hold for this repository.
#include <gtest/gtest.h>

#include "checks.h"
#include "source_dir.h"

namespace vitrina::repository {
namespace {

const Tree& this_repository() {
    static const Tree kTree = read_tree(VITRINA_SOURCE_DIR);
    return kTree;
}

void expect_none(const Findings& findings) {
    for (const std::string& finding : findings)
        ADD_FAILURE() << finding;
}

TEST(Repository, IsRead) {
    ASSERT_TRUE(this_repository().contains("tests/repository/repository_test.cpp"));
}
TEST(Repository, ModulesIncludeOnlyThoseAboveThem) {
    expect_none(check_include_direction(this_repository()));
}
TEST(Repository, LibrariesStayInTheirModules) {
    expect_none(check_libraries(this_repository()));
}
TEST(Repository, FilesAreShort) {
    expect_none(check_sizes(this_repository()));
}
TEST(Repository, NoFileIsDead) {
    expect_none(check_dead_files(this_repository()));
}
TEST(Repository, DocumentsSpeakOfPathsThatExist) {
    expect_none(check_document_paths(this_repository()));
}
TEST(Repository, ModulesHaveAReadme) {
    expect_none(check_readmes(this_repository()));
}
TEST(Repository, HeadersSayWhatTheyAre) {
    expect_none(check_headers(this_repository()));
}
TEST(Repository, WhiteSpaceIsTidy) {
    expect_none(check_white_space(this_repository()));
}
TEST(Repository, ScriptsCanBeRun) {
    expect_none(check_executables(this_repository()));
}
TEST(Repository, NamesNoOnesMachine) {
    expect_none(check_machine_paths(this_repository(), VITRINA_SOURCE_DIR));
}

}  // namespace
}  // namespace vitrina::repository

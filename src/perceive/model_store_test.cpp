#include "perceive/model_store.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace vitrina::perceive {
namespace {

using testing::HasSubstr;

class ModelStore : public testing::Test {
  protected:
    void SetUp() override {
        std::string pattern = (std::filesystem::temp_directory_path() / "model-store-XXXXXX").string();
        ASSERT_NE(mkdtemp(pattern.data()), nullptr);
        cache_ = pattern;
        std::filesystem::create_directory(cache_ / model_.folder);
        write("abc");
    }
    void TearDown() override { std::filesystem::remove_all(cache_); }

    void write(const std::string& content) const {
        std::ofstream(cache_ / model_.folder / "net.json") << content;
    }

    std::filesystem::path cache_;
    const ModelInfo model_ = [] {
        ModelInfo model;
        model.name = "net";
        model.folder = "package-1";
        model.main = "net.json";
        // FIPS 180-2, appendix B.1: the SHA-256 of "abc".
        model.files = {{"net.json", 3, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"}};
        return model;
    }();
};

TEST_F(ModelStore, WholeNetworkIsFound) {
    const auto path = verified_model(model_, cache_);
    ASSERT_TRUE(path) << path.error().message;
    EXPECT_EQ(*path, cache_ / "package-1" / "net.json");
}

TEST_F(ModelStore, MissingFileIsNamed) {
    std::filesystem::remove(cache_ / model_.folder / "net.json");
    const auto path = verified_model(model_, cache_);
    ASSERT_FALSE(path);
    EXPECT_THAT(path.error().message, HasSubstr("net.json: No such file"));
    EXPECT_THAT(path.error().message, HasSubstr("scripts/fetch_models.sh"));
}

TEST_F(ModelStore, ShortFileIsNamed) {
    write("ab");
    EXPECT_THAT(verified_model(model_, cache_).error().message, HasSubstr("has 2 bytes instead of 3"));
}

TEST_F(ModelStore, ChangedFileIsNamed) {
    write("abd");
    EXPECT_THAT(verified_model(model_, cache_).error().message, HasSubstr("wrong checksum"));
}

TEST(ModelCatalogue, EveryNetworkSaysWhereItComesFrom) {
    ASSERT_FALSE(model_catalogue().empty());
    for (const ModelInfo& model : model_catalogue()) {
        EXPECT_FALSE(model.files.empty()) << model.name;
        EXPECT_FALSE(model.licence.empty()) << model.name;
        EXPECT_THAT(model.commercial_use, testing::AnyOf("yes", "no", "unknown")) << model.name;
        EXPECT_TRUE(find_model(model.name));
    }
}

TEST(ModelCatalogue, UnknownNameListsTheKnown) {
    const auto model = find_model("centrenet");
    ASSERT_FALSE(model);
    EXPECT_EQ(model.error().kind, ErrorKind::kConfiguration);
    EXPECT_THAT(model.error().message, HasSubstr("centernet"));
}

}  // namespace
}  // namespace vitrina::perceive

#include "perceive/model_store.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pwd.h>
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

TEST(ModelCache, WithoutAHomeItIsWhereTheSystemSays) {
    const auto keep = [](const char* name) {
        const char* value = std::getenv(name);
        return value == nullptr ? std::optional<std::string>() : value;
    };
    const std::vector<const char*> names = {"VITRINA_CACHE", "XDG_CACHE_HOME", "HOME"};
    std::vector<std::optional<std::string>> before;
    for (const char* name : names) {
        before.push_back(keep(name));
        unsetenv(name);
    }
    const std::filesystem::path cache = model_cache();
    for (std::size_t i = 0; i < names.size(); ++i)
        if (before[i]) setenv(names[i], before[i]->c_str(), 1);
    EXPECT_TRUE(cache.is_absolute()) << cache;
    const passwd* user = getpwuid(getuid());
    ASSERT_NE(user, nullptr);
    EXPECT_EQ(cache, std::filesystem::path(user->pw_dir) / ".cache" / "vitrina" / "models");
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

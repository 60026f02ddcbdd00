// Twins across a split, and pictures that go after they were loaded.
#include "mosaic/dataset.h"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include "train/loader.h"
#include "train/random.h"
#include "train/test_folder.h"

namespace mosaic::train {
namespace {

namespace fs = std::filesystem;

class Datasets : public FolderTest {
  protected:
    // Noise; of each seed another, and `brighter` by so much.
    static Picture noise(std::uint64_t seed, std::uint64_t brighter = 0) {
        Random random(seed);
        Picture picture{24, 24, std::vector<std::uint8_t>(24 * 24 * 3)};
        for (auto& byte : picture.rgb)
            byte = static_cast<std::uint8_t>(10 + random.below(200) + brighter);
        return picture;
    }
    void write(const std::string& file, const Picture& picture) const {
        const fs::path path = folder_ / file;
        fs::create_directories(path.parent_path());
        ASSERT_TRUE(write_png(path, picture));
    }
    [[nodiscard]] Dataset open(const std::string& name, const LoadOptions& options = {}) const {
        auto data = Dataset::open(folder_ / name);
        EXPECT_TRUE(data && data->load(options));
        return std::move(*data);
    }
    static std::string name_of(const Dataset& data, std::size_t sample) {
        return data.samples()[sample].path.filename().string();
    }
};

bool any_identical(const std::vector<Twins>& twins) {
    return std::any_of(twins.begin(), twins.end(), [](const Twins& one) { return one.identical; });
}

TEST_F(Datasets, ManyIdenticalFilesAreNeverOnBothSides) {
    for (std::uint64_t i = 0; i < 5; ++i) {
        write("data/a/same" + std::to_string(i) + ".png", noise(1));
        write("data/a/other" + std::to_string(i) + ".png", noise(10 + i));
        write("data/b/other" + std::to_string(i) + ".png", noise(20 + i));
    }
    const Dataset data = open("data");
    ASSERT_EQ(data.twins().size(), 4U);
    std::size_t held = 0;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        const Split split = stratified_split(data, 0.5, seed);
        held += split.held.size();
        EXPECT_EQ(split.train.size() + split.held.size(), data.samples().size());
        EXPECT_FALSE(any_identical(twins_across(data, split))) << seed;
        for (const Split& fold : stratified_folds(data, 3, seed))
            EXPECT_FALSE(any_identical(twins_across(data, fold))) << seed;
    }
    EXPECT_GT(held, 20U);
}

TEST_F(Datasets, TwinsOfTwoSetsAreFoundAndNamed) {
    write("train/a/one.png", noise(1));
    write("train/a/two.png", noise(2));
    write("train/b/three.png", noise(3));
    write("held/a/copy.png", noise(1));
    write("held/b/brighter.png", noise(3, 2));
    write("held/b/much.png", noise(2, 9));
    const Dataset train = open("train");
    const Dataset held = open("held");
    EXPECT_TRUE(train.twins().empty());
    std::set<std::pair<std::string, std::string>> pairs;
    for (const Twins& twins : train.twins_with(held)) {
        EXPECT_EQ(twins.identical, name_of(train, twins.first) == "one.png");
        pairs.emplace(name_of(train, twins.first), name_of(held, twins.second));
    }
    EXPECT_EQ(pairs, (std::set<std::pair<std::string, std::string>>{{"one.png", "copy.png"},
                                                                    {"three.png", "brighter.png"}}));
}

TEST_F(Datasets, NearTwinsAreNamedAcrossASplit) {
    for (std::uint64_t i = 0; i < 6; ++i) {
        write("data/a/" + std::to_string(i) + ".png", noise(i + 1));
        write("data/b/" + std::to_string(i) + ".png", noise(i + 20));
    }
    write("data/a/near.png", noise(1, 3));
    const Dataset data = open("data");
    ASSERT_EQ(data.twins().size(), 1U);
    EXPECT_FALSE(data.twins()[0].identical);
    Split split;
    split.held = {data.twins()[0].second};
    for (std::size_t i = 0; i < data.samples().size(); ++i)
        if (i != split.held[0]) split.train.push_back(i);
    const auto across = twins_across(data, split);
    ASSERT_EQ(across.size(), 1U);
    EXPECT_EQ(across[0].second, split.held[0]);
}

TEST_F(Datasets, AboveTheLimitItIsSaidThatNearTwinsAreNotSought) {
    write("data/a/one.png", noise(1));
    write("data/a/same.png", noise(1));
    write("data/b/near.png", noise(1, 2));
    LoadOptions options;
    EXPECT_EQ(open("data", options).twins().size(), 3U);
    EXPECT_TRUE(open("data", options).problems().empty());
    options.compared_max = 2;
    const Dataset data = open("data", options);
    ASSERT_EQ(data.twins().size(), 1U);
    EXPECT_TRUE(data.twins()[0].identical);
    ASSERT_EQ(data.problems().size(), 1U);
    EXPECT_EQ(data.problems()[0].where, "near twins");
    EXPECT_TRUE(any_identical(data.twins_with(data)));
}

// Copies that don't fit are read at every turn; the file that has gone is named and another takes its place.
TEST_F(Datasets, APictureThatHasGoneIsReplacedInItsBatch) {
    for (std::uint64_t i = 0; i < 3; ++i) {
        write("data/a/" + std::to_string(i) + ".png", noise(i + 1));
        write("data/b/" + std::to_string(i) + ".png", noise(i + 20));
    }
    LoadOptions options;
    options.memory_bytes_max = 0;
    const Dataset data = open("data", options);
    fs::remove(folder_ / "data/a/1.png");
    LoaderOptions loading;
    loading.view = {24, 24, 3, Fit::kStretch, {}};
    loading.batch = 6;
    loading.label_smoothing = 0.0F;
    for (const int threads : {0, 2}) {
        loading.threads = threads;
        Loader loader(data, loading);
        loader.begin(1);
        const Batch batch = loader.next();
        EXPECT_TRUE(batch.error.empty()) << batch.error;
        ASSERT_EQ(batch.lost.size(), 1U);
        EXPECT_NE(batch.lost[0].find("a/1.png"), std::string::npos) << batch.lost[0];
        ASSERT_EQ(batch.samples.size(), 6U);
        for (std::size_t slot = 0; slot < 6; ++slot) {
            const Sample& sample = data.samples()[batch.samples[slot]];
            EXPECT_TRUE(fs::exists(sample.path)) << sample.path;
            EXPECT_EQ(batch.targets[slot * 2 + static_cast<std::size_t>(sample.label)], 1.0F);
        }
    }
    fs::remove_all(folder_ / "data");
    loading.threads = 0;
    Loader loader(data, loading);
    loader.begin(1);
    EXPECT_FALSE(loader.next().error.empty());
}

}  // namespace
}  // namespace mosaic::train

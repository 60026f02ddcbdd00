#include "teach/learn_goods.h"

#include <fstream>
#include <sstream>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "teach/goods_model.h"
#include "teach/picture_store.h"
#include "teach/test_pictures.h"

namespace vitrina::teach {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

std::string text_of(const fs::path& file) {
    std::ostringstream text;
    text << std::ifstream(file, std::ios::binary).rdbuf();
    return text.str();
}

class LearnGoods : public testing::Test {
  protected:
    LearnGoods() {
        lesson_.networks = {write_test_network(folder_.path())};
        lesson_.folder = folder_.path() / "lesson";
        lesson_.cache = folder_.path() / "features";
        fs::create_directories(lesson_.folder);
    }
    void add(int kind, const std::string& label, int pictures) {
        for (int i = 0; i < pictures; ++i) {
            const auto added = store_.add("picture", goods_jpeg(kind, static_cast<std::uint32_t>(i)));
            ASSERT_TRUE(added) << added.error().message;
            lesson_.examples.push_back({added->id, store_.file_of(added->id), label});
        }
    }
    Result<GoodsVersion> learn() {
        return learn_goods(lesson_, [](const std::string&, std::size_t, std::size_t) { return true; });
    }

    TestFolder folder_;
    PictureStore store_{folder_.path() / "pictures"};
    GoodsLesson lesson_;
};

TEST_F(LearnGoods, TellsThreeThingsApartAndSaysHowWell) {
    add(1, "milk", 5);
    add(2, "хлеб", 5);
    add(3, "<b>tea</b>", 4);
    const auto version = learn();
    ASSERT_TRUE(version) << version.error().message;
    EXPECT_EQ(version->pictures, 14U);
    EXPECT_EQ(version->network, "made_up");
    EXPECT_EQ(version->fingerprint.size(), 16U);
    ASSERT_TRUE(version->accuracy);
    EXPECT_GT(version->accuracy->value, 0.9);
    EXPECT_LE(version->accuracy->low, version->accuracy->value);
    EXPECT_EQ(version->classes.size(), 3U);
    EXPECT_FALSE(version->least_certain.empty());
    EXPECT_TRUE(is_picture_id(version->least_certain[0].id));
    EXPECT_GT(version->known_accepted, 0);

    auto model = GoodsModel::load(lesson_.folder / kModelFile);
    ASSERT_TRUE(model) << model.error().message;
    for (const int kind : {1, 2, 3}) {
        const auto answer = model->look_at(goods_picture(kind, 99));
        ASSERT_TRUE(answer) << answer.error().message;
        EXPECT_EQ(answer->guesses[0].name, kind == 1 ? "milk" : kind == 2 ? "хлеб" : "<b>tea</b>");
    }
    const std::string report = text_of(lesson_.folder / kReportFile);
    EXPECT_THAT(report, HasSubstr("хлеб"));
    EXPECT_THAT(report, Not(HasSubstr("<b>tea")));
    EXPECT_GT(text_of(lesson_.folder / kOnnxFile).size(), 1000U);
}

// On pictures that the ranges weren't taken from; both files are there, and the figures are theirs.
TEST_F(LearnGoods, TheNetworkWithBytesIsComparedWithTheOneInFloat) {
    add(1, "milk", 5);
    add(2, "bread", 5);
    add(3, "tea", 5);
    const auto version = learn();
    ASSERT_TRUE(version) << version.error().message;
    ASSERT_TRUE(version->quantised) << testing::PrintToString(version->notes);
    const Quantised& made = *version->quantised;
    EXPECT_EQ(made.calibrated, 8U);
    EXPECT_EQ(made.compared, 7U);
    EXPECT_GE(made.agreed, 5U);
    EXPECT_GT(made.float32.accuracy, 0.7);
    EXPECT_GT(made.int8.accuracy, 0.7);
    EXPECT_GT(made.float32.ms, 0);
    EXPECT_GT(made.int8.ms, 0);
    EXPECT_EQ(made.float32.bytes, text_of(lesson_.folder / kOnnxFile).size());
    EXPECT_EQ(made.int8.bytes, text_of(lesson_.folder / kInt8OnnxFile).size());
    EXPECT_GT(made.int8.bytes, 0U);
    const auto read = parse_version(to_json(*version));
    ASSERT_TRUE(read) << read.error().message;
    ASSERT_TRUE(read->quantised);
    EXPECT_EQ(read->quantised->agreed, made.agreed);
    EXPECT_EQ(read->quantised->int8.bytes, made.int8.bytes);
    EXPECT_DOUBLE_EQ(read->quantised->float32.ms, made.float32.ms);
}

TEST_F(LearnGoods, TheSamePicturesHaveTheSameFingerprint) {
    add(1, "milk", 2);
    add(2, "bread", 2);
    const auto first = learn();
    ASSERT_TRUE(first) << first.error().message;
    const auto again = learn();
    ASSERT_TRUE(again);
    EXPECT_EQ(again->fingerprint, first->fingerprint);
    lesson_.examples.back().label = "milk";
    const auto other = learn();
    ASSERT_TRUE(other);
    EXPECT_NE(other->fingerprint, first->fingerprint);
}

TEST_F(LearnGoods, OnePictureAClassLearnsButPromisesNothing) {
    add(1, "milk", 1);
    add(2, "bread", 1);
    add(3, "tea", 1);
    const auto version = learn();
    ASSERT_TRUE(version) << version.error().message;
    EXPECT_FALSE(version->accuracy);
    EXPECT_TRUE(version->most_confused.empty());
    EXPECT_THAT(version->notes, testing::Contains(HasSubstr("one picture only")));
    EXPECT_FALSE(fs::exists(lesson_.folder / kReportFile));
    EXPECT_TRUE(fs::exists(lesson_.folder / kModelFile));
}

TEST_F(LearnGoods, OneClassIsAnErrorThatSaysSo) {
    add(1, "milk", 3);
    const auto version = learn();
    ASSERT_FALSE(version);
    EXPECT_THAT(version.error().message, HasSubstr("telling apart needs at least two"));
}

TEST_F(LearnGoods, ABrokenPictureIsLeftOutAndNamed) {
    add(1, "milk", 3);
    add(2, "bread", 3);
    std::ofstream(lesson_.examples[0].file, std::ios::trunc) << "not a picture any more";
    const auto version = learn();
    ASSERT_TRUE(version) << version.error().message;
    EXPECT_EQ(version->pictures, 5U);
    EXPECT_THAT(version->notes, testing::Contains(HasSubstr(lesson_.examples[0].picture)));
}

TEST_F(LearnGoods, TwinsAreSaidToSpoilTheFigures) {
    add(1, "milk", 3);
    add(2, "bread", 3);
    const auto twin = store_.add("twin", goods_jpeg(2, 0, 88));
    ASSERT_TRUE(twin);
    lesson_.examples.push_back({twin->id, store_.file_of(twin->id), "bread"});
    const auto version = learn();
    ASSERT_TRUE(version) << version.error().message;
    EXPECT_THAT(version->notes, testing::Contains(HasSubstr("show the same")));
}

TEST_F(LearnGoods, ANetworkThatIsGoneIsAnErrorThatNamesIt) {
    add(1, "milk", 2);
    add(2, "bread", 2);
    lesson_.networks = {folder_.path() / "nowhere.json"};
    const auto version = learn();
    ASSERT_FALSE(version);
    EXPECT_THAT(version.error().message, HasSubstr("nowhere.json"));
}

TEST_F(LearnGoods, EndsWhenItIsTold) {
    add(1, "milk", 3);
    add(2, "bread", 3);
    for (const char* const until : {"made_up.json", "choosing", kQuantisingStep}) {
        const auto version = learn_goods(
            lesson_, [&](const std::string& what, std::size_t, std::size_t) { return what != until; });
        ASSERT_FALSE(version) << until;
        EXPECT_EQ(version.error().message, "cancelled");
        EXPECT_EQ(fs::exists(lesson_.folder / kModelFile), std::string_view(until) == kQuantisingStep);
        EXPECT_FALSE(fs::exists(lesson_.folder / kInt8OnnxFile));
    }
}

TEST_F(LearnGoods, AFullDiskIsAnError) {
    add(1, "milk", 3);
    add(2, "bread", 3);
    const FullDisk full(2000);  // the list of pictures fits, the model doesn't
    const auto version = learn();
    ASSERT_FALSE(version);
    EXPECT_THAT(version.error().message, HasSubstr(lesson_.folder.string()));
}

}  // namespace
}  // namespace vitrina::teach

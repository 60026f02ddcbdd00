// Goods learnt from real photographs, on a network at hand. A network's worth of pictures takes sanitizers
// minutes: label e2e.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "teach/goods_model.h"
#include "teach/learn_goods.h"
#include "teach/picture_store.h"
#include "teach/test_pictures.h"

namespace vitrina::teach {
namespace {

namespace fs = std::filesystem;

std::string text_of(const fs::path& file) {
    std::ostringstream text;
    text << std::ifstream(file, std::ios::binary).rdbuf();
    return text.str();
}

TEST(RealGoods, AreToldApart) {
    const char* const shared = std::getenv("VITRINA_SHARED");
    const char* const cache = std::getenv("VITRINA_CACHE");
    const char* const home = std::getenv("HOME");
    const fs::path models =
        cache != nullptr ? fs::path(cache) : fs::path(home != nullptr ? home : "/") / ".cache/vitrina";
    const fs::path network = models / "models/nsfwjs-4.4.0/mobilenet_v2_mid.json";
    const fs::path groceries =
        fs::path(shared != nullptr ? shared : "/nowhere") / "data/products/grocery_store";
    if (!fs::exists(groceries)) GTEST_SKIP() << "VITRINA_SHARED has no photographs of groceries";
    if (!fs::exists(network)) GTEST_SKIP() << network << " is not there: scripts/fetch_models.sh";
    const TestFolder folder;
    PictureStore store(folder.path() / "pictures");
    GoodsLesson lesson;
    lesson.networks = {network};
    lesson.folder = folder.path() / "lesson";
    lesson.cache = folder.path() / "features";
    fs::create_directories(lesson.folder);
    const std::vector<std::string> wanted = {"Banana", "Pineapple", "Aubergine", "Garlic", "Leek", "Lime"};
    std::size_t right = 0;
    std::size_t asked = 0;
    for (const std::string& name : wanted)
        for (const auto& file : fs::directory_iterator(groceries / "train" / name)) {
            const auto added = store.add(file.path().filename(), text_of(file.path()));
            ASSERT_TRUE(added) << added.error().message;
            lesson.examples.push_back({added->id, store.file_of(added->id), name});
        }
    const auto version =
        learn_goods(lesson, [](const std::string&, std::size_t, std::size_t) { return true; });
    ASSERT_TRUE(version) << version.error().message;
    auto model = GoodsModel::load(lesson.folder / kModelFile);
    ASSERT_TRUE(model) << model.error().message;
    for (const std::string& name : wanted)
        for (const auto& file : fs::directory_iterator(groceries / "test" / name)) {
            const auto picture = decode_picture(name, text_of(file.path()));
            ASSERT_TRUE(picture) << picture.error().message;
            const auto answer = model->look_at(*picture);
            ASSERT_TRUE(answer);
            right += answer->guesses[0].name == name ? 1 : 0;
            ++asked;
        }
    EXPECT_GE(asked, wanted.size());
    // Two photographs each; chance is one of six. Not a figure (docs/accuracy.md), but what breaks falls
    // below it.
    EXPECT_GE(right * 2, asked) << right << " of " << asked;
}

}  // namespace
}  // namespace vitrina::teach

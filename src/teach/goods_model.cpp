#include "teach/goods_model.h"

#include <algorithm>
#include <utility>

#include <mosaic/model.h>

namespace vitrina::teach {
namespace {

constexpr std::size_t kGuessesMax = 5;

}  // namespace

GoodsModel::GoodsModel(std::unique_ptr<mosaic::train::Model> model) : model_(std::move(model)) {}
GoodsModel::GoodsModel(GoodsModel&&) noexcept = default;
GoodsModel& GoodsModel::operator=(GoodsModel&&) noexcept = default;
GoodsModel::~GoodsModel() = default;

Result<GoodsModel> GoodsModel::load(const std::filesystem::path& path) {
    auto model = mosaic::train::Model::load(path);
    if (!model) return failed(model.error().message);
    return GoodsModel(std::make_unique<mosaic::train::Model>(std::move(*model)));
}

Result<GoodsAnswer> GoodsModel::look_at(const Picture& picture) {
    const auto said = model_->predict(mosaic::train::Picture{picture.width, picture.height, picture.rgb});
    if (!said) return failed(said.error().message);
    GoodsAnswer answer;
    answer.known = said->known;
    for (std::size_t i = 0; i < said->probabilities.size(); ++i)
        answer.guesses.push_back({model_->classes()[i], said->probabilities[i]});
    std::stable_sort(answer.guesses.begin(), answer.guesses.end(),
                     [](const GoodsAnswer::Guess& a, const GoodsAnswer::Guess& b) {
                         return a.probability > b.probability;
                     });
    if (answer.guesses.size() > kGuessesMax) answer.guesses.resize(kGuessesMax);
    return answer;
}

}  // namespace vitrina::teach

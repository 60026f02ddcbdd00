// The parts of train_head: examples as features, what is chosen, and the body of the model that comes of it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "mosaic/frozen.h"
#include "train/backbone.h"
#include "train/model_body.h"
#include "train/ridge.h"

namespace mosaic::train {

// Features of all views of all pictures, with the picture that each row shows.
struct Examples {
    Rows rows;
    std::vector<std::size_t> picture;
    std::vector<std::int32_t> label;
};

// What turns features into logits: the first `width` of them (the deepest maps), centred, brought to length
// 1, multiplied by the weights.
struct Head {
    std::size_t width = 0;
    std::vector<float> centre;
    Rows weights;  // [classes, width]
    double strength = 1.0;
    int views = 4;
};

[[nodiscard]] Rows centred(const Rows& rows, const Head& head);
[[nodiscard]] std::vector<float> scores_of(const Head& head, std::span<const float> features);

[[nodiscard]] std::unique_ptr<ModelBody> make_head_body(Backbone backbone, Head head, Examples examples);
[[nodiscard]] Result<std::unique_ptr<ModelBody>> load_head_body(const nlohmann::json& meta,
                                                                const TensorFile& file,
                                                                const std::filesystem::path& model,
                                                                int threads);
// What extend_head needs of a model; null: it has no head on a backbone.
struct HeadParts {
    const std::filesystem::path* backbone = nullptr;
    const Head* head = nullptr;
    const Examples* examples = nullptr;
};
[[nodiscard]] HeadParts parts_of(const ModelBody& body);

}  // namespace mosaic::train

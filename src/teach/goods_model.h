// What was learnt about goods, at work: a picture in, what it shows out. One thread at a time.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "domain/frame.h"

namespace mosaic::train {
class Model;
}

namespace vitrina::teach {

struct GoodsAnswer {
    struct Guess {
        std::string name;
        double probability = 0;
    };
    /// False: none of what was taught.
    bool known = false;
    std::vector<Guess> guesses;  // the best first, five at most
};

class GoodsModel {
  public:
    /// Fails where the file, or the network that it stands on, is missing or damaged.
    [[nodiscard]] static Result<GoodsModel> load(const std::filesystem::path& path);
    GoodsModel(GoodsModel&&) noexcept;
    GoodsModel& operator=(GoodsModel&&) noexcept;
    ~GoodsModel();

    [[nodiscard]] Result<GoodsAnswer> look_at(const Picture& picture);

  private:
    explicit GoodsModel(std::unique_ptr<mosaic::train::Model> model);

    std::unique_ptr<mosaic::train::Model> model_;  // never null
};

}  // namespace vitrina::teach

// What pictures are told that were not learnt from, and what follows of it: how sure "one of these" must be.
// Plain functions; any thread.
#pragma once

#include <cstdint>
#include <vector>

#include "train/head.h"

namespace mosaic::train {

// Rows of each picture.
[[nodiscard]] std::vector<std::vector<std::size_t>> rows_by_picture(const Examples& examples);

// Scores of pictures that were left out one at a time, the means of their views, as a model looks at a
// picture. In the order of rows_by_picture().
struct LeftOutPictures {
    std::vector<std::vector<double>> scores;
    std::vector<std::int32_t> labels;
};
// `rows`: those that `ridge` was fitted to.
[[nodiscard]] LeftOutPictures leave_pictures_out(const Ridge& ridge, const Rows& rows,
                                                 const Examples& examples, std::size_t classes);

// A picture's largest probability: of all classes with the picture left out, or, with its whole class left
// out, of the others.
struct Judged {
    double probability = 0.0;
    bool known = true;
    std::size_t picture = 0;
    std::int32_t label = 0;
};
// Each picture twice, once as known and once as unknown.
[[nodiscard]] std::vector<Judged> judge_pictures(const Ridge& ridge, const Rows& rows,
                                                 const Examples& examples, const LeftOutPictures& left,
                                                 std::size_t classes, double temperature);

// The probability below which a picture is none of these: half way between what known and unknown ones get. 0
// where that tells nothing apart.
struct NoneOfThese {
    double threshold = 0.0;
    // Parts of the known that are accepted, of the unknown that are refused; each by a threshold that was
    // chosen without the picture, or its class.
    double known_accepted = 0.0, unknown_refused = 0.0;
};
[[nodiscard]] NoneOfThese choose_threshold(std::vector<Judged> judged);

}  // namespace mosaic::train

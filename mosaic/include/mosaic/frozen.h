// A new head on a network that stays as it is: the features of each picture are computed once, and what is
// learnt from them is solved for, not searched for. Seconds, from one picture a class.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include <mosaic/dataset.h>
#include <mosaic/model.h>

namespace mosaic::train {

struct HeadOptions {
    // Networks to choose from, best guess first: with one picture a class nothing can be cross-validated, and
    // the first is taken.
    std::vector<std::filesystem::path> backbones;
    // Views of each picture that are learnt from: itself, mirrored, its middle, its middle mirrored. 1 to 4;
    // each costs a pass through the network.
    int views = 4;
    int threads = 1;
    // Where features are kept between runs, by picture and network. Empty: nowhere.
    std::filesystem::path cache;
};

// What cross-validation on the training pictures says of one way.
struct HeadTrial {
    std::filesystem::path backbone;
    std::size_t maps = 1;   // feature maps used, from the deepest
    double strength = 1.0;  // of the regularisation
    double accuracy = 0.0;  // of pictures left out one at a time; 0 with one picture a class
    double loss = 0.0;      // cross-entropy of the same
};

struct HeadResult {
    Model model;
    std::vector<HeadTrial> trials;  // the best of each backbone, best first
    // Honest numbers about "none of these", from leaving out whole classes: of pictures of known classes, the
    // part that is recognised as known; of unknown ones, the part that is turned away. Each by a threshold
    // that was chosen without the picture, or its class. The model's threshold is 0 where nothing can be told
    // apart, as with two classes.
    double known_accepted = 0.0, unknown_refused = 0.0;
    // What each picture would have been told, had it not been learnt from, in the order of the samples (of
    // extend_head: of all examples): probabilities of the classes. Empty where most classes have one picture.
    std::vector<std::vector<float>> left_out;
    std::vector<std::string> notes;
};

// Steps done of all of `what`: a backbone's file, whose features are computed, or "choosing" how to learn
// from them. False cancels.
using OnHeadProgress = std::function<bool(const std::string& what, std::size_t done, std::size_t all)>;

// The dataset must be loaded. Errors: fewer than two classes, a class without a picture, no usable backbone
// (each named with its reason), cancelled.
[[nodiscard]] Result<HeadResult> train_head(const Dataset& data, const HeadOptions& options,
                                            const OnHeadProgress& on_progress = {});

// The same backbone and settings with the examples of `model` (which train_head made) and new ones, of
// classes that it knows or not. Nothing is forgotten: a head keeps the features of all its examples.
[[nodiscard]] Result<HeadResult> extend_head(const Model& model, const Dataset& data,
                                             const HeadOptions& options,
                                             const OnHeadProgress& on_progress = {});

}  // namespace mosaic::train

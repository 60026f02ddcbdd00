// A network that others trained, as a source of features: the means of its feature maps over the picture, at
// the deepest resolutions. Used by one thread at a time.
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "ir.h"
#include "mosaic/session.h"
#include "train/augment.h"

namespace mosaic::train {

// The last feature map of each resolution, at most three, the smallest pictures first. Shapes must be known.
[[nodiscard]] std::vector<ir::ValueId> deepest_maps(const ir::Graph& graph);

// What such a network wants bytes to be, by its file's name.
[[nodiscard]] Normalisation backbone_normalisation(const std::string& name);

// The network with the means of its deepest maps [1, channels] as outputs, the deepest first, for the size of
// pictures that Backbone looks at.
struct BackboneGraph {
    ir::Graph graph;
    std::int64_t height = 0, width = 0;
    Normalisation normalisation;
};
[[nodiscard]] Result<BackboneGraph> backbone_graph(const std::filesystem::path& path);

class Backbone {
  public:
    // Itself, mirrored, its middle, its middle mirrored.
    static constexpr int kViews = 4;
    // Of how features are computed: what was computed otherwise is of no use.
    static constexpr int kFeatureVersion = 2;

    // A TensorFlow.js or ONNX model whose only input is a picture, [N,H,W,3] or [N,3,H,W]. Errors name the
    // file.
    [[nodiscard]] static Result<Backbone> open(const std::filesystem::path& path, int threads);

    // Widths of the feature maps, the deepest first.
    [[nodiscard]] const std::vector<std::size_t>& widths() const { return widths_; }
    // The features of one of the kViews views of a picture: the roots of each map's means (with their signs),
    // normalised to length 1, the deepest first. Roots, because a few channels that shout would drown the
    // rest.
    [[nodiscard]] Result<std::vector<float>> features(const Picture& picture, int view);

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }
    [[nodiscard]] std::string describe() const;

  private:
    Backbone(std::filesystem::path path, Session session, const View& view);

    std::filesystem::path path_;
    std::unique_ptr<Session> session_;
    View view_;
    std::vector<std::size_t> widths_;
    std::vector<float> input_;
};

}  // namespace mosaic::train

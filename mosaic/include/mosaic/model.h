// A trained classifier: what it was learnt for, and the network compiled to run. One thread at a time.
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <mosaic/dataset.h>
#include <mosaic/error.h>
#include <mosaic/graph.h>

namespace mosaic::train {

class Model {
  public:
    // Errors name the file. A model whose backbone is a file of its own finds it where it was, or beside
    // itself.
    [[nodiscard]] static Result<Model> load(const std::filesystem::path& path, int threads = 1);
    // Through a file beside it: on failure what was there stays.
    [[nodiscard]] Result<void> save(const std::filesystem::path& path) const;

    Model(Model&& other) noexcept;
    Model& operator=(Model&& other) noexcept;
    Model(const Model&) = delete;
    Model& operator=(const Model&) = delete;
    ~Model();

    [[nodiscard]] const std::vector<std::string>& classes() const;
    // One line: architecture or backbone, size of the input, parameters.
    [[nodiscard]] std::string describe() const;

    struct Prediction {
        std::vector<float> probabilities;  // of each class, after temperature scaling
        std::vector<float> features;       // what the last layer reads
        // Below it "none of these" is the honest answer; see TrainResult.
        bool known = true;
    };
    [[nodiscard]] Result<std::vector<Prediction>> predict(std::span<const Picture> pictures);
    [[nodiscard]] Result<Prediction> predict(const Picture& picture);

    // Divides logits before softmax; 1 unless calibrated.
    void set_temperature(double temperature);
    // Predictions whose largest probability is below are not known.
    void set_threshold(double threshold);
    [[nodiscard]] double temperature() const;
    [[nodiscard]] double threshold() const;

    // The network as a graph for Session and exporters, weights copied; batch of one. A head on a backbone is
    // the head alone, which reads the backbone's pooled features.
    [[nodiscard]] Result<Graph> graph() const;
    // The same of a head together with its backbone: from a picture [1, height, width, 3], red, green, blue,
    // 0 to 255, of the backbone's size (all of the picture, in whatever proportion), to the probabilities [1,
    // classes]. Of other models graph(). predict() looks at several views of the picture, this at one.
    [[nodiscard]] Result<Graph> whole_graph() const;

    class Impl;
    explicit Model(std::unique_ptr<Impl> impl);
    [[nodiscard]] Impl& impl() { return *impl_; }
    [[nodiscard]] const Impl& impl() const { return *impl_; }

  private:
    std::unique_ptr<Impl> impl_;
};

}  // namespace mosaic::train

// What a person looks like, as numbers that a small classifier can learn uniforms from: colours at eight
// heights of the body, and what the people network's own early layers see at four. Personal data, though of
// clothes: who asks for it decides for how long.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/geometry.h"
#include "base/result.h"
#include "domain/frame.h"

namespace vitrina::perceive {

/// What a description is made of; another one can't be compared with it.
inline constexpr const char* kBodyForm = "centernet-128x64/1";

/// One thread at a time uses a describer.
class BodyDescriber {
  public:
    /// `model` is CenterNet's TensorFlow.js topology, its weights beside it. Fails when the file is missing
    /// or is not this network.
    [[nodiscard]] static Result<std::unique_ptr<BodyDescriber>> create(const std::filesystem::path& model);
    ~BodyDescriber();
    BodyDescriber(const BodyDescriber&) = delete;
    BodyDescriber& operator=(const BodyDescriber&) = delete;

    /// The person in `box`, which may reach over the picture's edge: width() numbers. Fails when the network
    /// does, and for a box without area.
    [[nodiscard]] Result<std::vector<float>> describe(const Picture& picture, const Box& box);
    /// How many numbers a description has, and how many of them each part: the colours, then the layers from
    /// the first. Each part is of length 1.
    [[nodiscard]] std::size_t width() const;
    [[nodiscard]] const std::vector<std::size_t>& parts() const;

    [[nodiscard]] std::string describe_plan() const;

  private:
    struct State;
    explicit BodyDescriber(std::unique_ptr<State> state);

    std::unique_ptr<State> state_;
};

}  // namespace vitrina::perceive

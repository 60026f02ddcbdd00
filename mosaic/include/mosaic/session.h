// A network compiled for given shapes and a number of threads, with the memory that its runs need.
// One thread at a time may use a Session; several sessions may run in several threads side by side, and each
// uses no more threads than its Options say. A Session can be moved, and be used from another thread than the
// one that made it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <mosaic/calibration.h>
#include <mosaic/error.h>
#include <mosaic/graph.h>
#include <mosaic/tensor.h>

namespace mosaic {

enum class Backend : std::uint8_t {
    kAuto,      // the fastest that was built in: oneDNN and hand-written kernels, portable for the rest
    kPortable,  // the readable reference kernels only; slow
};

// What convolutions and products of matrices compute with. Results stay float.
enum class Precision : std::uint8_t {
    kFloat32,
    // Where the processor has instructions for it that are faster than those for float; float elsewhere.
    kBFloat16,
    // Bytes, for layers whose ranges Options::calibration knows; float for the rest and on processors without
    // instructions for it.
    kInt8,
};
[[nodiscard]] std::string_view to_string(Precision precision);

struct Options {
    // Threads of a run, the calling one included. More than one helps large networks; two sessions of one
    // thread each usually do more work than one of two.
    int threads = 1;

    // Leave alone unless you compare kernels.
    Backend backend = Backend::kAuto;

    Precision precision = Precision::kFloat32;
    // Required for kInt8: mosaic/calibration.h.
    std::shared_ptr<const Calibration> calibration;

    // 3x3 convolutions with fewer multiplications and slightly larger rounding errors (about 1e-5 of the
    // result). Leave alone unless you measure.
    bool winograd = true;

    // A file that remembers which kernel was the quickest for a layer on this computer. What isn't in it is
    // measured when a network is compiled, about half a second for each different layer, and added. May
    // be deleted at any time; one that can't be read or written only means measuring again. Without a file
    // kernels are chosen by fixed rules, so that two compilations give the same bits.
    std::filesystem::path kernel_cache;

    // Shapes that differ from the model's own, by the input's name: {{"tower_0/images", {1, 288, 512, 3}}}.
    // Inputs that the model leaves open (size -1) must be named here. How constants that depend on the shape
    // follow is described in mosaic/README.md, "Another input shape"; a contradiction is an error that names
    // the node.
    std::map<std::string, Shape> input_shapes;

    // The outputs to compute, by name, with or without ":0"; all of them if empty. Operators that only the
    // others need are not run.
    std::vector<std::string> outputs;

    // A model that needs more memory for its values than this is refused. Bytes.
    std::uint64_t memory_bytes_max = std::uint64_t{4} << 30;
};

// What an input or an output looks like.
struct ValueInfo {
    std::string name;
    DataType type = DataType::kFloat32;
    Shape shape;
    // How much the output holds depends on the data (NonMaxSuppression, NonZero ...): type and shape are
    // those of the last run that succeeded, and of an empty tensor before the first.
    bool varies = false;
};

class Session {
  public:
    // Graph::load and compile in one.
    [[nodiscard]] static Result<Session> load(const std::filesystem::path& path, const Options& options = {});
    // Errors: an input or output that the graph doesn't have, shapes that contradict each other (named by
    // node), more memory than allowed, options out of range.
    [[nodiscard]] static Result<Session> compile(const Graph& graph, const Options& options = {});

    Session(Session&& other) noexcept;
    Session& operator=(Session&& other) noexcept;
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;
    ~Session();

    [[nodiscard]] std::span<const ValueInfo> inputs() const;
    [[nodiscard]] std::span<const ValueInfo> outputs() const;

    // Runs the network. One view for each of inputs(), in that order, with that type and shape; the views are
    // read in place and needed only during the call. On failure the outputs are unspecified.
    [[nodiscard]] Result<void> run(std::span<const TensorView> inputs);
    // For networks of one input.
    [[nodiscard]] Result<void> run(const TensorView& input);

    // An output of the last run, without copying: valid until the next run and as long as the session lives.
    // The index must be below outputs().size() (asserted).
    [[nodiscard]] TensorView output(std::size_t index) const;
    // By name, with or without ":0"; fails when the session computes no such output.
    [[nodiscard]] Result<TensorView> output(std::string_view name) const;

    // The fixed plan as text: backend, library versions, instruction set, one line for each step with the
    // name of its kernel, peak bytes of activations beside the lower bound, how many steps only bring values
    // into another layout or type and how many bytes those write. The same for every run of one build on one
    // machine.
    [[nodiscard]] std::string describe_plan() const;
    // The passes over the graph and how much each changed, in order, one line each; last how its values were
    // laid out.
    [[nodiscard]] std::string describe_passes() const;
    // Runs `repeats` times and gives as text, slowest step first, the shortest and the median time of each;
    // of convolutions and products the billions of multiplications and additions a second, as if done
    // directly, and their share of what the session's threads do at most from registers alone, which is
    // measured now. Winograd's minimal filtering, which needs fewer of them, may come to more than 1.
    [[nodiscard]] Result<std::string> profile(std::span<const TensorView> inputs, int repeats);

  private:
    class Impl;
    explicit Session(std::unique_ptr<Impl> impl);

    std::unique_ptr<Impl> impl_;
};

}  // namespace mosaic

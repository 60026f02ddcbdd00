// A compiled network: buffers, and steps that read and write them in order.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "mosaic/session.h"
#include "mosaic/tensor.h"
#include "planner.h"

namespace mosaic {

using BufferId = std::size_t;
constexpr BufferId kNoBuffer = ~BufferId{0};

// The code of one step, with everything worked out at compile time. Used by one thread at a time.
class Kernel {
  public:
    Kernel() = default;
    Kernel(const Kernel&) = delete;
    Kernel& operator=(const Kernel&) = delete;
    virtual ~Kernel() = default;
    // Buffers in the order of the step's lists. Must not allocate or fail.
    virtual void run(std::span<const std::byte* const> reads, std::span<std::byte* const> writes) = 0;
};

// Memory of one tensor in one layout. Where it lies is decided by place_buffers.
struct Buffer {
    std::size_t bytes = 0;
    // A part of another buffer: views, results in place, parts of a joined tensor.
    BufferId parent = kNoBuffer;
    std::size_t offset_bytes = 0;
    // A constant keeps its memory; an input's is the caller's.
    std::shared_ptr<const void> constant_owner;
    const std::byte* constant = nullptr;
    bool is_input = false;
    bool is_output = false;  // stays until the next run
};

struct Step {
    std::string node;    // of the graph
    std::string op;      // what it does
    std::string kernel;  // which implementation
    std::unique_ptr<Kernel> code;
    std::vector<BufferId> reads;
    std::vector<BufferId> writes;
    double operations = 0;  // multiplications and additions of its convolutions and products
    Precision precision = Precision::kFloat32;  // that they are done in
    bool reorders = false;  // the same numbers in another layout or type, and nothing else
};

class Program {
  public:
    BufferId add_buffer(std::size_t bytes);
    BufferId add_part(BufferId parent, std::size_t offset_bytes, std::size_t bytes);
    BufferId add_input(std::size_t bytes);
    BufferId add_constant(std::shared_ptr<const Tensor> tensor);

    [[nodiscard]] Buffer& buffer(BufferId id) { return buffers_[id]; }
    [[nodiscard]] const Buffer& buffer(BufferId id) const { return buffers_[id]; }
    // The buffer that the given one is a part of, through all levels.
    [[nodiscard]] BufferId root(BufferId id) const;
    // Bytes from the start of the root.
    [[nodiscard]] std::size_t offset_in_root(BufferId id) const;

    std::vector<Step>& steps() { return steps_; }
    [[nodiscard]] const std::vector<Step>& steps() const { return steps_; }

    // Lifetimes of all roots that need memory of the arena, and their offsets.
    void place_buffers();
    [[nodiscard]] const MemoryPlan& memory() const { return memory_; }
    [[nodiscard]] std::size_t constant_bytes() const;
    // Sets the address of every buffer except inputs; `arena` has memory().peak_bytes bytes.
    void bind(std::byte* arena);
    void bind_input(BufferId id, const std::byte* data);
    [[nodiscard]] const std::byte* address(BufferId id) const { return addresses_[id]; }

    void run();
    void run_step(std::size_t index);

  private:
    void resolve_step_addresses();

    struct Bound {
        std::vector<const std::byte*> reads;
        std::vector<std::byte*> writes;
    };

    std::vector<Buffer> buffers_;
    std::vector<Step> steps_;
    MemoryPlan memory_;
    std::vector<BufferId> placed_;  // the root of each lifetime of memory_
    std::vector<std::byte*> addresses_;
    std::vector<Bound> bound_;
};

}  // namespace mosaic

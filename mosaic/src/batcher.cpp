#include "mosaic/batcher.h"

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <map>
#include <mutex>
#include <utility>

namespace mosaic {

namespace {

using Clock = std::chrono::steady_clock;

Shape with_batch(const Shape& one, std::int64_t batch) {
    Shape made = one;
    std::vector<std::int64_t> sizes(one.sizes().begin(), one.sizes().end());
    sizes[0] = batch;
    if (auto checked = Shape::create(sizes)) made = *checked;
    return made;
}

std::size_t bytes_of(const ValueInfo& info) {
    return static_cast<std::size_t>(info.shape.element_count()) * bytes_per_element(info.type);
}

// A network compiled for some number of pictures, and the memory in which they are laid side by side.
struct Sized {
    Session session;
    std::vector<Tensor> inputs;
    std::vector<TensorView> views;
};

// What one caller brought and gets.
struct Call {
    std::span<const TensorView> inputs;
    std::vector<Tensor> results;
};

// Callers that share a run. The first of them gathers the others and runs; they wait for it.
struct Batch {
    std::vector<Call*> calls;
    bool done = false;
    Result<void> outcome;
};

}  // namespace

class Batcher::Impl {
  public:
    Impl(const Graph& graph, const BatcherOptions& options) : graph_(graph), options_(options) {}

    Result<void> prepare() {
        constexpr std::int64_t kBatchMax = 4096;
        if (options_.batch_max < 1 || options_.batch_max > kBatchMax)
            return failure("batch_max must be between 1 and " + std::to_string(kBatchMax));
        MOSAIC_TRY_ASSIGN(const Session one, Session::compile(graph_, options_.session));
        inputs_.assign(one.inputs().begin(), one.inputs().end());
        outputs_.assign(one.outputs().begin(), one.outputs().end());
        for (const ValueInfo& info : inputs_) {
            if (info.shape.rank() < 1 || info.shape[0] != 1)
                return failure("input " + info.name + " has no batch: " + info.shape.to_string());
        }
        for (const ValueInfo& info : outputs_) {
            if (info.varies || info.shape.rank() < 1)
                return failure("output " + info.name + " has no batch: " + info.shape.to_string());
        }
        MOSAIC_TRY(sized(1));
        MOSAIC_TRY(sized(options_.batch_max));
        return {};
    }

    [[nodiscard]] std::span<const ValueInfo> inputs() const { return inputs_; }
    [[nodiscard]] std::span<const ValueInfo> outputs() const { return outputs_; }

    Result<std::vector<Tensor>> run(std::span<const TensorView> inputs) {
        MOSAIC_TRY(check(inputs));
        Call call{inputs, {}};
        const auto [batch, leads] = join(call);
        if (leads) {
            lead(*batch);
        } else {
            std::unique_lock lock(mutex_);
            while (!batch->done)
                changed_.wait(lock);
        }
        if (!batch->outcome) return tl::unexpected(batch->outcome.error());
        return std::move(call.results);
    }

    [[nodiscard]] Counts counts() const {
        const std::lock_guard lock(mutex_);
        return counts_;
    }

  private:
    Result<void> check(std::span<const TensorView> inputs) const {
        if (inputs.size() != inputs_.size())
            return failure("the network has " + std::to_string(inputs_.size()) + " inputs, " +
                           std::to_string(inputs.size()) + " were given");
        for (std::size_t i = 0; i < inputs.size(); ++i) {
            if (inputs[i].type() != inputs_[i].type || inputs[i].shape() != inputs_[i].shape)
                return failure("input " + inputs_[i].name + " must be " + inputs_[i].shape.to_string() +
                               ", not " + inputs[i].shape().to_string());
        }
        return {};
    }

    [[nodiscard]] bool is_full(const Batch& batch) const {
        return static_cast<std::int64_t>(batch.calls.size()) >= options_.batch_max;
    }

    // The batch, and whether the caller is its first.
    std::pair<std::shared_ptr<Batch>, bool> join(Call& call) {
        const std::lock_guard lock(mutex_);
        if (open_ == nullptr || is_full(*open_)) open_ = std::make_shared<Batch>();
        open_->calls.push_back(&call);
        if (is_full(*open_)) changed_.notify_all();
        return {open_, open_->calls.size() == 1};
    }

    // Gathers until the batch is full or the time is over, and longer while another batch runs.
    void lead(Batch& batch) {
        {
            std::unique_lock lock(mutex_);
            const auto deadline = Clock::now() + options_.wait_max;
            changed_.wait_until(lock, deadline, [&] { return is_full(batch); });
            changed_.wait(lock, [&] { return !running_; });
            running_ = true;
            if (open_.get() == &batch) open_.reset();
        }
        Result<void> outcome;
        try {
            outcome = compute(batch);
        } catch (const std::exception& exception) {  // no memory
            outcome = failure(std::string("run failed: ") + exception.what());
        }
        const std::lock_guard lock(mutex_);
        running_ = false;
        batch.outcome = std::move(outcome);
        batch.done = true;
        counts_.pictures += batch.calls.size();
        ++counts_.runs;
        changed_.notify_all();
    }

    // Only one thread at a time is here.
    Result<void> compute(Batch& batch) {
        const auto count = static_cast<std::int64_t>(batch.calls.size());
        std::int64_t size = 1;
        while (size < count)
            size = std::min(2 * size, options_.batch_max);
        MOSAIC_TRY(sized(size));
        Sized& network = sized_.at(size);
        for (std::size_t i = 0; i < inputs_.size(); ++i) {
            const std::size_t bytes = bytes_of(inputs_[i]);
            for (std::int64_t k = 0; k < size; ++k) {
                // The rest are copies of the first: nothing that could be slow or wrong by itself.
                const Call& call = *batch.calls[static_cast<std::size_t>(k < count ? k : 0)];
                std::copy_n(call.inputs[i].bytes().data(), bytes,
                            network.inputs[i].bytes().data() + static_cast<std::size_t>(k) * bytes);
            }
        }
        MOSAIC_TRY(network.session.run(network.views));
        for (std::size_t k = 0; k < batch.calls.size(); ++k) {
            for (std::size_t i = 0; i < outputs_.size(); ++i) {
                MOSAIC_TRY_ASSIGN(Tensor tensor, Tensor::create(outputs_[i].type, outputs_[i].shape));
                const std::size_t bytes = bytes_of(outputs_[i]);
                std::copy_n(network.session.output(i).bytes().data() + k * bytes, bytes,
                            tensor.bytes().data());
                batch.calls[k]->results.push_back(std::move(tensor));
            }
        }
        return {};
    }

    Result<void> sized(std::int64_t size) {
        if (sized_.contains(size)) return {};
        Options options = options_.session;
        for (const ValueInfo& info : inputs_)
            options.input_shapes[info.name] = with_batch(info.shape, size);
        MOSAIC_TRY_ASSIGN(Session session, Session::compile(graph_, options));
        for (std::size_t i = 0; i < outputs_.size(); ++i) {
            if (session.outputs()[i].shape.element_count() != size * outputs_[i].shape.element_count())
                return failure("output " + outputs_[i].name + " doesn't have the batch first: " +
                               session.outputs()[i].shape.to_string() + " of " + std::to_string(size));
        }
        Sized made{std::move(session), {}, {}};
        for (const ValueInfo& info : inputs_) {
            MOSAIC_TRY_ASSIGN(Tensor tensor, Tensor::create(info.type, with_batch(info.shape, size)));
            made.inputs.push_back(std::move(tensor));
        }
        for (const Tensor& tensor : made.inputs)
            made.views.push_back(tensor.view());
        sized_.emplace(size, std::move(made));
        return {};
    }

    Graph graph_;
    BatcherOptions options_;
    std::vector<ValueInfo> inputs_, outputs_;
    std::map<std::int64_t, Sized> sized_;  // of the thread that computes

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::shared_ptr<Batch> open_;  // takes more callers
    bool running_ = false;
    Counts counts_;
};

Batcher::Batcher(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Batcher::Batcher(Batcher&& other) noexcept = default;
Batcher& Batcher::operator=(Batcher&& other) noexcept = default;
Batcher::~Batcher() = default;

Result<Batcher> Batcher::create(const Graph& graph, const BatcherOptions& options) {
    try {
        auto impl = std::make_unique<Impl>(graph, options);
        MOSAIC_TRY(impl->prepare());
        return Batcher(std::move(impl));
    } catch (const std::exception& exception) {  // no memory
        return failure(std::string("can't be prepared: ") + exception.what());
    }
}

std::span<const ValueInfo> Batcher::inputs() const {
    return impl_->inputs();
}
std::span<const ValueInfo> Batcher::outputs() const {
    return impl_->outputs();
}
Result<std::vector<Tensor>> Batcher::run(std::span<const TensorView> inputs) {
    try {
        return impl_->run(inputs);
    } catch (const std::exception& exception) {  // no memory to join a batch with
        return failure(std::string("run failed: ") + exception.what());
    }
}
Batcher::Counts Batcher::counts() const {
    return impl_->counts();
}

}  // namespace mosaic

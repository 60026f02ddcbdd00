#include "train/executor.h"

#include <algorithm>

#include "backend_choice.h"
#include "invariant.h"

namespace mosaic::train {

Result<Executor> Executor::create(Network& network, const ExecutorOptions& options) {
    Executor executor(network, options);
    executor.find_wanted();
    MOSAIC_TRY(executor.allocate());
    MOSAIC_TRY(executor.make_steps());
    MOSAIC_TRY(executor.connect_gradients());
    return executor;
}

void Executor::find_wanted() {
    wanted_.resize(network_->values.size());
    for (std::size_t i = 0; i < network_->values.size(); ++i) {
        const Value& value = network_->values[i];
        const bool learnt = value.role == Role::kParameter && value.trainable;
        if (learnt) learnt_.push_back(static_cast<ValueId>(i));
        wanted_[i] = learnt || (value.role == Role::kInput && options_.input_gradients);
    }
    for (const Node& node : network_->nodes) {
        const bool any = std::any_of(node.inputs.begin(), node.inputs.end(),
                                     [&](ValueId id) { return wanted_[static_cast<std::size_t>(id)]; });
        for (const ValueId id : node.outputs) {
            if (network_->value(id).type == DataType::kFloat32) wanted_[static_cast<std::size_t>(id)] = any;
        }
    }
}

Result<void> Executor::allocate() {
    memory_.resize(network_->values.size());
    gradients_.resize(network_->values.size());
    for (std::size_t i = 0; i < memory_.size(); ++i) {
        const Value& value = network_->values[i];
        memory_[i] = value.data;
        if (memory_[i]) continue;
        MOSAIC_TRY_ASSIGN(Tensor tensor, Tensor::create(value.type, value.shape));
        bytes_ += tensor.bytes().size();
        memory_[i] = std::make_shared<Tensor>(std::move(tensor));
    }
    return {};
}

Result<float*> Executor::make_gradient(ValueId id) {
    auto& gradient = gradients_[static_cast<std::size_t>(id)];
    if (!gradient) {
        MOSAIC_TRY_ASSIGN(Tensor tensor, Tensor::create(DataType::kFloat32, network_->value(id).shape));
        bytes_ += tensor.bytes().size();
        gradient = std::make_unique<Tensor>(std::move(tensor));
    }
    return gradient->elements<float>().data();
}

Result<void> Executor::make_steps() {
    steps_.reserve(network_->nodes.size());
    for (const Node& node : network_->nodes) {
        Step step;
        KernelRequest request{network_, &node, {}};
        for (const ValueId id : node.inputs) {
            Tensor& tensor = *memory_[static_cast<std::size_t>(id)];
            step.site.inputs.push_back(std::as_const(tensor).view());
            const bool wanted = wanted_[static_cast<std::size_t>(id)];
            request.wanted.push_back(wanted);
            step.backward = step.backward || wanted;
            const bool statistic = network_->value(id).role == Role::kStatistic;
            step.site.statistics.push_back(statistic ? tensor.elements<float>().data() : nullptr);
        }
        for (const ValueId id : node.outputs) {
            Tensor& tensor = *memory_[static_cast<std::size_t>(id)];
            step.site.outputs.push_back({tensor.type(), tensor.shape(), tensor.bytes().data()});
        }
        if (!options_.portable) step.kernel = make_fast_kernel(request);
        if (!options_.portable && !step.kernel) step.kernel = make_picture_kernel(request);
        if (!step.kernel) step.kernel = make_reference_kernel(request);
        steps_.push_back(std::move(step));
    }
    return {};
}

// From the last step to the first: whoever comes first writes a gradient, the others add to it.
Result<void> Executor::connect_gradients() {
    std::vector<bool> written(network_->values.size());
    for (const ValueId id : network_->outputs) {
        if (!wanted_[static_cast<std::size_t>(id)]) continue;
        MOSAIC_TRY(make_gradient(id));
        written[static_cast<std::size_t>(id)] = true;
    }
    for (std::size_t s = steps_.size(); s-- > 0;) {
        const Node& node = network_->nodes[s];
        Step& step = steps_[s];
        step.site.input_gradients.resize(node.inputs.size());
        step.site.output_gradients.resize(node.outputs.size());
        if (!step.backward) continue;
        for (std::size_t o = 0; o < node.outputs.size(); ++o) {
            const ValueId id = node.outputs[o];
            if (network_->value(id).type != DataType::kFloat32) continue;
            MOSAIC_TRY_ASSIGN(step.site.output_gradients[o], make_gradient(id));
            if (!written[static_cast<std::size_t>(id)]) unwritten_.push_back(id);
        }
        for (std::size_t i = 0; i < node.inputs.size(); ++i) {
            const ValueId id = node.inputs[i];
            if (!wanted_[static_cast<std::size_t>(id)]) continue;
            MOSAIC_TRY_ASSIGN(float* const total, make_gradient(id));
            if (!written[static_cast<std::size_t>(id)]) {
                step.site.input_gradients[i] = total;
                written[static_cast<std::size_t>(id)] = true;
                continue;
            }
            MOSAIC_TRY_ASSIGN(Tensor apart, Tensor::create(DataType::kFloat32, network_->value(id).shape));
            bytes_ += apart.bytes().size();
            extra_.push_back(std::make_unique<Tensor>(std::move(apart)));
            step.site.input_gradients[i] = extra_.back()->elements<float>().data();
            step.sums.push_back(
                {step.site.input_gradients[i], total, network_->value(id).shape.element_count()});
        }
    }
    for (const ValueId id : learnt_) {
        if (written[static_cast<std::size_t>(id)]) continue;
        MOSAIC_TRY(make_gradient(id));
        unwritten_.push_back(id);
    }
    return {};
}

std::span<float> Executor::input(std::size_t index) {
    return memory_[static_cast<std::size_t>(network_->inputs[index])]->elements<float>();
}

std::span<const float> Executor::output(std::size_t index) const {
    return std::as_const(*memory_[static_cast<std::size_t>(network_->outputs[index])]).elements<float>();
}

std::span<float> Executor::output_gradient(std::size_t index) {
    return gradient(network_->outputs[index]);
}

std::span<float> Executor::gradient(ValueId id) {
    auto& gradient = gradients_[static_cast<std::size_t>(id)];
    return gradient ? gradient->elements<float>() : std::span<float>();
}

void Executor::forward(const Pass& pass) {
    const ThreadCount threads(options_.threads);
    Pass own = pass;
    for (std::size_t i = 0; i < steps_.size(); ++i) {
        own.seed = pass.seed + i * 0x9E3779B97F4A7C15U;
        steps_[i].kernel->forward(steps_[i].site, own);
    }
}

void Executor::backward(const Pass& pass) {
    const ThreadCount threads(options_.threads);
    Pass own = pass;
    for (const ValueId id : unwritten_) {
        const auto elements = gradient(id);
        std::fill(elements.begin(), elements.end(), 0.0F);
    }
    for (std::size_t i = steps_.size(); i-- > 0;) {
        Step& step = steps_[i];
        if (!step.backward) continue;
        own.seed = pass.seed + i * 0x9E3779B97F4A7C15U;
        step.kernel->backward(step.site, own);
        for (const Step::Sum& sum : step.sums) {
            parallel_for(sum.count, kElementsPerThread, [&](std::int64_t begin, std::int64_t end) {
                for (std::int64_t at = begin; at < end; ++at)
                    sum.total[at] += sum.apart[at];
            });
        }
    }
}

}  // namespace mosaic::train

#include "train/loader.h"

#include <algorithm>
#include <numeric>

#include "train/loss.h"
#include "train/lost_pictures.h"

namespace mosaic::train {

Loader::Loader(const Dataset& data, const LoaderOptions& options)
    : data_(data), options_(options), ready_(kAheadMax), filled_(kAheadMax) {
    batches_ = std::max<std::size_t>(1, data.samples().size() / options.batch);
}

Loader::~Loader() {
    stop();
}

void Loader::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    threads_.clear();
    stopping_ = false;
}

std::vector<std::size_t> Loader::order(std::uint64_t epoch) const {
    const std::size_t count = data_.samples().size();
    Random random(options_.seed, epoch + 1);
    std::vector<std::size_t> order(count);
    std::iota(order.begin(), order.end(), std::size_t{0});
    random.shuffle(std::span(order));
    if (options_.balance) {
        // Round and round through the classes, each in its own order.
        std::vector<std::vector<std::size_t>> classes(options_.classes);
        for (const std::size_t i : order)
            classes[static_cast<std::size_t>(data_.samples()[i].label)].push_back(i);
        std::erase_if(classes, [](const auto& one) { return one.empty(); });
        std::vector<std::size_t> turns(classes.size());
        for (std::size_t i = 0; i < count; ++i) {
            const std::size_t one = i % classes.size();
            order[i] = classes[one][turns[one]++ % classes[one].size()];
        }
        random.shuffle(std::span(order));
    }
    // The last batch of a set smaller than a batch begins again.
    const std::size_t needed = batches_ * options_.batch;
    for (std::size_t i = 0; order.size() < needed; ++i)
        order.push_back(order[i]);
    return order;
}

void Loader::begin(std::uint64_t epoch) {
    stop();
    epoch_ = epoch;
    order_ = order(epoch);
    taken_ = started_ = 0;
    std::fill(filled_.begin(), filled_.end(), false);
    for (int i = 0; i < options_.threads; ++i)
        threads_.emplace_back([this] { work(); });
}

void Loader::work() {
    while (true) {
        std::size_t index = 0;
        {
            std::unique_lock lock(mutex_);
            changed_.wait(lock,
                          [&] { return stopping_ || started_ >= batches_ || started_ < taken_ + kAheadMax; });
            if (stopping_ || started_ >= batches_) return;
            index = started_++;
        }
        Batch batch = make(index);
        {
            const std::lock_guard lock(mutex_);
            ready_[index % kAheadMax] = std::move(batch);
            filled_[index % kAheadMax] = true;
        }
        changed_.notify_all();
    }
}

Batch Loader::next() {
    if (options_.threads == 0) return make(taken_++);
    Batch batch;
    {
        std::unique_lock lock(mutex_);
        const std::size_t slot = taken_ % kAheadMax;
        changed_.wait(lock, [&] { return filled_[slot]; });
        batch = std::move(ready_[slot]);
        filled_[slot] = false;
        ++taken_;
    }
    changed_.notify_all();
    return batch;
}

void Loader::place(std::size_t drawn, std::size_t slot, Batch& batch) const {
    const auto found = picture_or_next(data_, drawn, batch.lost);
    if (!found) {
        batch.error = found.error().message;
        return;
    }
    const std::size_t sample = found->sample;
    batch.samples.push_back(sample);
    // By the place in the epoch too: a sample that comes twice is changed in two ways.
    Random random(options_.seed + epoch_ * 0x9E3779B97F4A7C15U, sample, slot);
    const View& view = options_.view;
    const auto size = static_cast<std::size_t>(view.width * view.height * view.channels);
    const auto pixels = std::span(batch.pictures).subspan(slot * size, size);
    render(found->picture, view, options_.augment, &random, pixels);
    const auto target = std::span(batch.targets).subspan(slot * options_.classes, options_.classes);
    const std::int32_t label = data_.samples()[sample].label;
    if (label >= 0) smooth_label(target, static_cast<std::size_t>(label), options_.label_smoothing);
}

Batch Loader::make(std::size_t index) const {
    const View& view = options_.view;
    const auto size = static_cast<std::size_t>(view.width * view.height * view.channels);
    Batch batch;
    batch.pictures.resize(options_.batch * size);
    batch.targets.resize(options_.batch * options_.classes);
    for (std::size_t slot = 0; slot < options_.batch && batch.error.empty(); ++slot)
        place(order_[index * options_.batch + slot], slot, batch);
    if (options_.augment.mix <= 0.0) return batch;
    // Zhang et al., mixup (2017): with the neighbour in the batch.
    Random random(options_.seed, epoch_ + 1, index + 1);
    for (std::size_t slot = 0; slot + 1 < options_.batch; slot += 2) {
        if (!random.chance(options_.augment.mix)) continue;
        const auto share = static_cast<float>(random.beta(0.4));
        const auto blend = [&](std::vector<float>& all, std::size_t width) {
            for (std::size_t i = 0; i < width; ++i) {
                float& to = all[slot * width + i];
                to = share * to + (1.0F - share) * all[(slot + 1) * width + i];
            }
        };
        blend(batch.pictures, size);
        blend(batch.targets, options_.classes);
    }
    return batch;
}

}  // namespace mosaic::train

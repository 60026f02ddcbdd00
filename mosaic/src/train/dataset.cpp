// Datasets once their pictures are read: copies, twins, splits.
#include "mosaic/dataset.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdlib>
#include <iterator>
#include <map>
#include <thread>

#include "train/augment.h"
#include "train/picture_file.h"

namespace mosaic::train {

namespace {

constexpr std::int64_t kThumbnailSide = 8;
// How far thumbnails of near twins are apart at most: of 255, in every cell and channel.
constexpr int kApartMax = 3;

// FNV-1a, 64 bits.
std::uint64_t hash(std::span<const std::uint8_t> bytes, std::uint64_t state = 0xCBF29CE484222325U) {
    for (const std::uint8_t byte : bytes)
        state = (state ^ byte) * 0x100000001B3U;
    return state;
}

std::string hexadecimal(std::uint64_t number) {
    std::string text(16, '0');
    for (std::size_t i = 0; i < text.size(); ++i)
        text[i] = "0123456789abcdef"[number >> (60U - 4U * i) & 15U];
    return text;
}

// All three channels: goods often differ by colour alone.
std::vector<std::uint8_t> thumbnail(const Picture& picture) {
    return shrink(picture, kThumbnailSide, kThumbnailSide).rgb;
}

bool nearly_same(std::span<const std::uint8_t> a, std::span<const std::uint8_t> b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](int x, int y) { return std::abs(x - y) <= kApartMax; });
}

struct Loaded {
    std::shared_ptr<const Picture> copy;
    std::uint64_t content = 0;
    std::vector<std::uint8_t> small;
    std::string error;
};

Loaded load_one(const std::filesystem::path& path, std::int64_t side) {
    Loaded loaded;
    auto bytes = read_bytes(path);
    if (!bytes) {
        loaded.error = bytes.error().message.substr(path.string().size() + 2);
        return loaded;
    }
    auto picture = decode_picture(*bytes, side);
    if (!picture) {
        loaded.error = picture.error().message;
        return loaded;
    }
    loaded.content = hash(*bytes);
    loaded.small = thumbnail(*picture);
    loaded.copy = std::make_shared<const Picture>(shrink_to_side(std::move(*picture), side));
    return loaded;
}

// Indices of each class, in an order drawn by lot; identical files one after another.
std::map<std::int32_t, std::vector<std::size_t>> shuffled_classes(const Dataset& data, std::uint64_t seed) {
    std::map<std::int32_t, std::vector<std::size_t>> classes;
    for (std::size_t i = 0; i < data.samples().size(); ++i)
        classes[data.samples()[i].label].push_back(i);
    for (auto& [label, indices] : classes) {
        Random random(seed, static_cast<std::uint64_t>(label) + 1);
        random.shuffle(std::span(indices));
    }
    return classes;
}

// Moves held samples to train whose identical twin is there.
void keep_twins_together(const Dataset& data, Split& split) {
    std::vector<bool> trains(data.samples().size());
    for (const std::size_t i : split.train)
        trains[i] = true;
    // Of many identical files each is paired with the first alone, so a later pair can move the first.
    for (bool changed = true; changed;) {
        changed = false;
        for (const Twins& twins : data.twins()) {
            if (!twins.identical || trains[twins.first] == trains[twins.second]) continue;
            trains[twins.first] = trains[twins.second] = changed = true;
        }
    }
    const auto moved = std::stable_partition(split.held.begin(), split.held.end(),
                                             [&](std::size_t i) { return !trains[i]; });
    split.train.insert(split.train.end(), moved, split.held.end());
    split.held.erase(moved, split.held.end());
    std::sort(split.train.begin(), split.train.end());
    std::sort(split.held.begin(), split.held.end());
}

}  // namespace

Result<void> Dataset::load(const LoadOptions& options) {
    load_options_ = options;
    std::vector<Loaded> loaded(samples_.size());
    std::atomic<std::size_t> next{0};
    std::atomic<std::uint64_t> kept{0};
    const auto work = [&] {
        for (std::size_t i = next++; i < samples_.size(); i = next++) {
            loaded[i] = load_one(samples_[i].path, options.side_px);
            if (!loaded[i].copy) continue;
            const std::uint64_t bytes = loaded[i].copy->rgb.size();
            if ((kept += bytes) > options.memory_bytes_max) {
                kept -= bytes;
                loaded[i].copy = nullptr;
            }
        }
    };
    std::vector<std::jthread> threads;
    threads.reserve(static_cast<std::size_t>(std::max(options.threads, 1)));
    for (int i = 1; i < options.threads; ++i)
        threads.emplace_back(work);
    work();
    threads.clear();

    std::vector<Sample> readable;
    readable.reserve(samples_.size());
    copies_.clear();
    content_.clear();
    thumbnails_.clear();
    for (std::size_t i = 0; i < samples_.size(); ++i) {
        if (!loaded[i].error.empty()) {
            problems_.push_back({samples_[i].path.string(), loaded[i].error});
            continue;
        }
        readable.push_back(std::move(samples_[i]));
        copies_.push_back(std::move(loaded[i].copy));
        content_.push_back(loaded[i].content);
        thumbnails_.push_back(std::move(loaded[i].small));
    }
    samples_ = std::move(readable);
    if (samples_.empty()) {
        return failure(problems_.empty() ? std::string("there are no pictures")
                                         : "no picture can be read; the first, " + problems_[0].where + ", " +
                                               problems_[0].what);
    }
    find_twins();
    return {};
}

// The same by bytes, or by thumbnails that are at most kApartMax apart.
void Dataset::find_twins() {
    twins_.clear();
    std::map<std::uint64_t, std::size_t> first_of;
    for (std::size_t i = 0; i < samples_.size(); ++i) {
        const auto [entry, fresh] = first_of.emplace(content_[i], i);
        if (!fresh) twins_.push_back({entry->second, i, true});
    }
    if (samples_.size() > load_options_.compared_max) {
        problems_.push_back({"near twins", "among " + std::to_string(samples_.size()) +
                                               " pictures only identical files are found"});
        return;
    }
    for (std::size_t a = 0; a < samples_.size(); ++a) {
        for (std::size_t b = a + 1; b < samples_.size(); ++b) {
            if (content_[a] != content_[b] && nearly_same(thumbnails_[a], thumbnails_[b]))
                twins_.push_back({a, b, false});
        }
    }
}

std::vector<Twins> Dataset::twins_with(const Dataset& other) const {
    const std::size_t most = std::max(samples_.size(), other.samples_.size());
    const bool near_too = most <= std::min(load_options_.compared_max, other.load_options_.compared_max);
    std::multimap<std::uint64_t, std::size_t> own;
    for (std::size_t i = 0; i < samples_.size(); ++i)
        own.emplace(content_[i], i);
    std::vector<Twins> twins;
    for (std::size_t k = 0; k < other.samples_.size(); ++k) {
        const auto [begin, end] = own.equal_range(other.content_[k]);
        for (auto same = begin; same != end; ++same)
            twins.push_back({same->second, k, true});
        for (std::size_t i = 0; near_too && i < samples_.size(); ++i) {
            if (content_[i] != other.content_[k] && nearly_same(thumbnails_[i], other.thumbnails_[k]))
                twins.push_back({i, k, false});
        }
    }
    return twins;
}

std::vector<std::size_t> Dataset::counts() const {
    std::vector<std::size_t> counts(classes_.size());
    for (const Sample& sample : samples_) {
        if (sample.label >= 0) ++counts[static_cast<std::size_t>(sample.label)];
    }
    return counts;
}

std::string Dataset::fingerprint() const {
    std::vector<std::uint64_t> parts(content_.size());
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const std::string name =
            samples_[i].label < 0 ? "" : classes_[static_cast<std::size_t>(samples_[i].label)];
        parts[i] = hash({reinterpret_cast<const std::uint8_t*>(name.data()), name.size()}, content_[i]);
    }
    std::sort(parts.begin(), parts.end());
    const std::uint64_t all =
        hash({reinterpret_cast<const std::uint8_t*>(parts.data()), parts.size() * sizeof(std::uint64_t)});
    return hexadecimal(all);
}

std::string Dataset::content(std::size_t index) const {
    return hexadecimal(content_[index]);
}

Result<Picture> Dataset::picture(std::size_t index) const {
    if (index < copies_.size() && copies_[index]) return *copies_[index];
    MOSAIC_TRY_ASSIGN(Picture picture, read_picture(samples_[index].path, load_options_.side_px));
    return shrink_to_side(std::move(picture), load_options_.side_px);
}

Result<void> Dataset::match_classes(const std::vector<std::string>& classes) {
    std::vector<std::int32_t> renumbered(classes_.size());
    for (std::size_t i = 0; i < classes_.size(); ++i) {
        const auto found = std::find(classes.begin(), classes.end(), classes_[i]);
        if (found == classes.end()) {
            std::string known;
            for (const std::string& name : classes)
                known += (known.empty() ? "" : ", ") + name;
            return failure("class " + classes_[i] + " is not one of those that were learnt: " + known);
        }
        renumbered[i] = static_cast<std::int32_t>(found - classes.begin());
    }
    for (Sample& sample : samples_) {
        if (sample.label >= 0) sample.label = renumbered[static_cast<std::size_t>(sample.label)];
    }
    classes_ = classes;
    return {};
}

Dataset Dataset::subset(const std::vector<std::size_t>& indices) const {
    Dataset part;
    part.classes_ = classes_;
    part.load_options_ = load_options_;
    part.samples_.reserve(indices.size());
    std::map<std::size_t, std::size_t> place;
    for (const std::size_t i : indices) {
        place[i] = part.samples_.size();
        part.samples_.push_back(samples_[i]);
        if (i >= copies_.size()) continue;
        part.copies_.push_back(copies_[i]);
        part.content_.push_back(content_[i]);
        part.thumbnails_.push_back(thumbnails_[i]);
    }
    for (const Twins& twins : twins_) {
        const auto first = place.find(twins.first);
        const auto second = place.find(twins.second);
        if (first != place.end() && second != place.end()) {
            part.twins_.push_back({first->second, second->second, twins.identical});
        }
    }
    return part;
}

Split stratified_split(const Dataset& data, double held_part, std::uint64_t seed) {
    Split split;
    for (const auto& [label, indices] : shuffled_classes(data, seed)) {
        const auto wanted =
            static_cast<std::size_t>(std::llround(static_cast<double>(indices.size()) * held_part));
        const std::size_t held = std::min(wanted, indices.size() - 1);
        const auto middle = indices.begin() + static_cast<std::ptrdiff_t>(held);
        split.held.insert(split.held.end(), indices.begin(), middle);
        split.train.insert(split.train.end(), middle, indices.end());
    }
    keep_twins_together(data, split);
    return split;
}

std::vector<Split> stratified_folds(const Dataset& data, std::size_t folds, std::uint64_t seed) {
    std::vector<Split> splits(folds);
    std::size_t start = 0;
    for (const auto& [label, indices] : shuffled_classes(data, seed)) {
        for (std::size_t i = 0; i < indices.size(); ++i) {
            // A class of one picture would have nothing left to learn from.
            const std::size_t held_in = indices.size() > 1 ? (start + i) % folds : folds;
            for (std::size_t fold = 0; fold < folds; ++fold)
                (fold == held_in ? splits[fold].held : splits[fold].train).push_back(indices[i]);
        }
        start += indices.size();
    }
    for (Split& split : splits)
        keep_twins_together(data, split);
    return splits;
}

std::vector<Twins> twins_across(const Dataset& data, const Split& split) {
    std::vector<bool> trains(data.samples().size());
    for (const std::size_t i : split.train)
        trains[i] = true;
    std::vector<Twins> across;
    std::copy_if(data.twins().begin(), data.twins().end(), std::back_inserter(across),
                 [&](const Twins& twins) { return trains[twins.first] != trains[twins.second]; });
    return across;
}

}  // namespace mosaic::train

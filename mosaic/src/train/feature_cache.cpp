#include "train/feature_cache.h"

#include "train/backbone.h"
#include "train/tensor_file.h"

namespace mosaic::train {

namespace {

std::string key_of(const Dataset& data, std::size_t sample, int view) {
    return data.content(sample) + "/" + std::to_string(view);
}

}  // namespace

FeatureCache::FeatureCache(const std::filesystem::path& folder, const std::filesystem::path& backbone) {
    if (folder.empty()) return;
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    // Another file of the same name has another size or time.
    const auto size = std::filesystem::file_size(backbone, error);
    const auto time = std::filesystem::last_write_time(backbone, error).time_since_epoch().count();
    file_ = folder / (backbone.stem().string() + "-" + std::to_string(size) + "-" + std::to_string(time) +
                      "-" + std::to_string(Backbone::kFeatureVersion) + ".features");
    if (auto file = read_tensor_file(file_)) features_ = std::move(file->tensors);
}

bool FeatureCache::find(const Dataset& data, std::size_t sample, int view, std::vector<float>& features) {
    if (file_.empty()) return false;
    const std::lock_guard lock(mutex_);
    const auto found = features_.find(key_of(data, sample, view));
    if (found == features_.end()) return false;
    features = found->second;
    return true;
}

void FeatureCache::add(const Dataset& data, std::size_t sample, int view,
                       const std::vector<float>& features) {
    if (file_.empty()) return;
    const std::lock_guard lock(mutex_);
    features_[key_of(data, sample, view)] = features;
    changed_ = true;
}

void FeatureCache::save() {
    if (file_.empty() || !changed_) return;
    (void)write_tensor_file(file_, {"{}", features_});
}

}  // namespace mosaic::train

// Features that were computed before, in a file for each backbone, by the picture's content and the view. Any
// number of threads.
#pragma once

#include <filesystem>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "mosaic/dataset.h"

namespace mosaic::train {

class FeatureCache {
  public:
    // An empty folder: nothing is kept. A file that can't be read counts as empty.
    FeatureCache(const std::filesystem::path& folder, const std::filesystem::path& backbone);

    [[nodiscard]] bool find(const Dataset& data, std::size_t sample, int view, std::vector<float>& features);
    void add(const Dataset& data, std::size_t sample, int view, const std::vector<float>& features);
    // What can't be written is computed again the next time.
    void save();

  private:
    std::filesystem::path file_;
    std::mutex mutex_;
    std::map<std::string, std::vector<float>> features_;
    bool changed_ = false;
};

}  // namespace mosaic::train

// Pictures that could be read when the dataset was loaded and no longer can: those whose copies didn't fit
// the memory are read again at every turn, and a file that has gone since must not end a long run.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "mosaic/dataset.h"

namespace mosaic::train {

struct FoundPicture {
    std::size_t sample = 0;
    Picture picture;
};

// The picture of `sample`, or the first after it, round and round, that can be read. What each of the others
// said is added to `lost`. Any thread. Error: none can be read.
[[nodiscard]] Result<FoundPicture> picture_or_next(const Dataset& data, std::size_t sample,
                                                   std::vector<std::string>& lost);

// What was lost in a run, each file once. One thread at a time.
class LostPictures {
  public:
    void add(const std::vector<std::string>& lost) { messages_.insert(lost.begin(), lost.end()); }
    // One line, or none, for TrainResult's and BoxTrained's notes.
    void note(std::vector<std::string>& notes) const;

  private:
    std::set<std::string> messages_;  // at most as many as the datasets have files
};

}  // namespace mosaic::train

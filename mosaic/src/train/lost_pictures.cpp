#include "train/lost_pictures.h"

namespace mosaic::train {

Result<FoundPicture> picture_or_next(const Dataset& data, std::size_t sample,
                                     std::vector<std::string>& lost) {
    const std::size_t count = data.samples().size();
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t at = (sample + i) % count;
        auto picture = data.picture(at);
        if (picture) return FoundPicture{at, std::move(*picture)};
        lost.push_back(picture.error().message);
    }
    return failure(lost.empty() ? std::string("there are no pictures")
                                : "no picture can be read any more; " + lost.back());
}

void LostPictures::note(std::vector<std::string>& notes) const {
    if (messages_.empty()) return;
    const std::size_t count = messages_.size();
    notes.push_back(std::to_string(count) + (count == 1 ? " picture" : " pictures") +
                    " could no longer be read, and it went on without; the first, " + *messages_.begin());
}

}  // namespace mosaic::train

// Whatever bytes: a photograph whose pixels are all there, or words about what is wrong with the file.
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/result.h"
#include "domain/text.h"
#include "video/still.h"

extern "C" int LLVMFuzzerTestOneInput(  // NOLINT(readability-identifier-naming): libFuzzer's name
    const std::uint8_t* data, std::size_t size) {
    const auto picture = vitrina::video::read_still({data, data + size});
    if (!picture) {
        VITRINA_ASSERT(!picture.error().message.empty());
        VITRINA_ASSERT(vitrina::decode_utf8(picture.error().message).has_value());
        return 0;
    }
    VITRINA_ASSERT(picture->width > 0 && picture->height > 0);
    VITRINA_ASSERT(picture->rgb.size() == std::size_t{3} * static_cast<std::size_t>(picture->width) *
                                              static_cast<std::size_t>(picture->height));
    return 0;
}

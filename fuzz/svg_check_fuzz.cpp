// Whatever bytes: an SVG that may be drawn, or a reason why not, in text that can be shown.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "drawing/floor_drawing.h"

extern "C" int LLVMFuzzerTestOneInput(  // NOLINT(readability-identifier-naming): libFuzzer's name
    const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto checked = vitrina::drawing::check_svg(text);
    if (!checked)
        for (const char c : checked.error().message)
            VITRINA_ASSERT(c >= ' ' && c <= '~');
    return 0;
}

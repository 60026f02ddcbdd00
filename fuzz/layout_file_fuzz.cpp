// Whatever bytes: a layout or an error. A layout that was read is written and read again, the same.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "domain/layout_file.h"
#include "domain/text.h"

extern "C" int LLVMFuzzerTestOneInput(  // NOLINT(readability-identifier-naming): libFuzzer's name
    const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto layout = vitrina::parse_layout(text, "fuzz");
    if (!layout) {
        VITRINA_ASSERT(layout.error().message.starts_with("fuzz: "));
        VITRINA_ASSERT(vitrina::decode_utf8(layout.error().message).has_value());
        return 0;
    }
    const std::string written = vitrina::to_json(*layout);
    const auto again = vitrina::parse_layout(written, "again");
    VITRINA_ASSERT(again.has_value());
    VITRINA_ASSERT(vitrina::to_json(*again) == written);
    return 0;
}

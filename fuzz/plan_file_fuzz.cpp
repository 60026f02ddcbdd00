// Whatever bytes: a floor plan or an error. A plan that was read is written and read again, the same.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "domain/plan_file.h"
#include "domain/text.h"

extern "C" int LLVMFuzzerTestOneInput(  // NOLINT(readability-identifier-naming): libFuzzer's name
    const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto plan = vitrina::parse_plan(text, "fuzz");
    if (!plan) {
        VITRINA_ASSERT(plan.error().message.starts_with("fuzz: "));
        VITRINA_ASSERT(vitrina::decode_utf8(plan.error().message).has_value());
        return 0;
    }
    const std::string written = vitrina::to_json(*plan);
    const auto again = vitrina::parse_plan(written, "again");
    VITRINA_ASSERT(again.has_value());
    VITRINA_ASSERT(vitrina::to_json(*again) == written);
    return 0;
}

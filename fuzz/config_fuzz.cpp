// Whatever bytes: a configuration within its limits, or an error that names the file and doesn't tell what
// came from the environment.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "app/config.h"
#include "base/result.h"
#include "domain/text.h"

extern "C" int LLVMFuzzerTestOneInput(  // NOLINT(readability-identifier-naming): libFuzzer's name
    const std::uint8_t* data, std::size_t size) {
    using vitrina::app::Config;
    constexpr const char* kSecret = "heron-on-the-lake";
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto config = vitrina::app::parse_config(
        text, "fuzz.yaml", [&](const std::string& name) -> std::optional<std::string> {
            if (name == "SECRET") return kSecret;
            return std::nullopt;
        });
    if (!config) {
        const std::string& message = config.error().message;
        VITRINA_ASSERT(config.error().kind == vitrina::ErrorKind::kConfiguration);
        VITRINA_ASSERT(message.starts_with("fuzz.yaml:"));
        VITRINA_ASSERT(vitrina::decode_utf8(message).has_value());
        VITRINA_ASSERT(message.find(kSecret) == std::string::npos || text.find(kSecret) != text.npos);
        return 0;
    }
    VITRINA_ASSERT(config->http.port >= 0 && config->http.port <= 65'535);
    VITRINA_ASSERT(config->analysis.rate >= 1 && config->analysis.rate <= 25);
    VITRINA_ASSERT(config->cameras.size() <= vitrina::app::kConfigCamerasMax);
    for (const auto& camera : config->cameras)
        VITRINA_ASSERT(!camera.id.empty() && camera.address.empty() != camera.file.empty());
    VITRINA_ASSERT(vitrina::app::changes_between(*config, *config).live.empty());
    VITRINA_ASSERT(vitrina::app::changes_between(*config, *config).restart.empty());
    return 0;
}

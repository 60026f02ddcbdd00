// `vitrina privacy` and `vitrina keys`: rights of people known by face, the log of looks and the keys, by
// hand on this computer.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "base/result.h"

namespace vitrina::app {

struct PrivacyRequest {
    std::filesystem::path config;
    std::int64_t person = 0;
    std::filesystem::path out;  // of an export; empty: to the screen
    std::string head;           // of the log, as it was kept elsewhere; may be empty
};

/// A new master key for the gallery; the old one is destroyed. The shop may not run meanwhile.
[[nodiscard]] Result<void> rotate_keys(const PrivacyRequest& request);
/// Says whether the log of looks is whole, and its head; fails when it is not.
[[nodiscard]] Result<void> verify_looks(const PrivacyRequest& request);
/// Everything that is kept of a person, as JSON.
[[nodiscard]] Result<void> export_person(const PrivacyRequest& request);
/// Destroys a person's key and everything that is his. The shop may not run meanwhile: it has him in memory.
[[nodiscard]] Result<void> erase_person(const PrivacyRequest& request);

}  // namespace vitrina::app

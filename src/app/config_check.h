// What vitrina.yaml names on this computer: whether it is there and will do. Reads files, changes nothing;
// any thread.
#pragma once

#include <cstdint>
#include <string>

#include "app/config.h"
#include "base/result.h"

namespace vitrina::app {

enum class Surroundings : std::uint8_t {
    kToStart,  // without which nothing starts: the data folder, the address, the certificate and its key
    kAll,      // files of cameras too, which may come later
};

/// An error (kConfiguration) has a line for each problem, with the place of its key, as load_config() has.
[[nodiscard]] Result<void> check_surroundings(const Config& config, Surroundings what);

/// The error with the place of the key that it comes from; as it is where the file doesn't have the key.
[[nodiscard]] Error at_key(const Config& config, const std::string& key, Error error);

}  // namespace vitrina::app

// What vitrina.yaml names on this computer, and the networks: whether they are there and will do. Reads
// files, and leaves nothing changed; any thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "app/config.h"
#include "base/result.h"
#include "perceive/model_store.h"

namespace vitrina::app {

enum class Surroundings : std::uint8_t {
    kToStart,  // without which nothing starts, as far as keys name it: folders, the address, the certificate
    kAll,      // the networks, the simulated shop and files of cameras too, which may come later
};

/// An error (kConfiguration) has a line for each problem, with the place of its key, as load_config() has.
/// `models`: where networks are kept. No port is tried: the server that runs has it.
[[nodiscard]] Result<void> check_surroundings(const Config& config, Surroundings what,
                                              const std::filesystem::path& models = perceive::model_cache());

/// The error with the place of the key that it comes from; as it is where the file doesn't have the key.
[[nodiscard]] Error at_key(const Config& config, const std::string& key, Error error);

}  // namespace vitrina::app

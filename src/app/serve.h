// `vitrina serve`: the running shop with its pages, until it is told to stop.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "app/config.h"
#include "base/result.h"

namespace vitrina::app {

struct ServeRequest {
    std::filesystem::path config;  // vitrina.yaml
    /// Reads the configuration, looks whether what it names is there, and ends.
    bool check = false;
    /// Folder of the built pages; empty: beside the program.
    std::filesystem::path dashboard;
};

/// Runs until SIGTERM or SIGINT, and then ends within 5 s. SIGHUP reads the configuration again. An error is
/// what keeps it from starting.
[[nodiscard]] Result<void> serve(const ServeRequest& request);

/// Where a browser finds what listens at this port of `http`: on this computer, where that is every address.
[[nodiscard]] std::string browser_address(const HttpConfig& http, std::uint16_t port);

struct ResetRequest {
    std::filesystem::path config;
    std::string user;
};

/// `vitrina reset-password`: gives the user a random password, prints it and ends his sessions; beside a
/// running server too.
[[nodiscard]] Result<void> reset_password(const ResetRequest& request);

}  // namespace vitrina::app

// The dashboard's files as they lie in a folder. Any thread; opening and reading a file blocks, so this is
// for workers.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "api/http.h"
#include "base/result.h"

namespace vitrina::api {

class StaticFiles {
  public:
    /// A folder that isn't there is no error: what is answered then says how the dashboard is built.
    [[nodiscard]] static StaticFiles of(const std::filesystem::path& folder);

    /// The file of a path, index.html for "/" and for paths without an extension (routes of the page itself).
    /// Understands If-None-Match and Range, sends NAME.gz where it lies beside and the client takes it. Files
    /// outside of the folder are not found, however they are asked for.
    [[nodiscard]] Reply get(const Request& request) const;

  private:
    explicit StaticFiles(std::filesystem::path folder) : folder_(std::move(folder)) {}

    std::filesystem::path folder_;  // without symbolic links; empty: not there
};

}  // namespace vitrina::api

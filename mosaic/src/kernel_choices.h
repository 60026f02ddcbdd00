// Which kernel was quickest for a layer on this computer, kept in a file that may be deleted at any time.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "lowering.h"

namespace mosaic {

// Used by one thread at a time; several programs may use one file: the last that writes it wins, and what the
// others measured is measured again.
class KernelChoices {
  public:
    // A file that isn't there, or can't be understood, holds nothing.
    explicit KernelChoices(std::filesystem::path path);

    // `key` says all that the choice depends on.
    [[nodiscard]] std::optional<std::string> find(const std::string& key) const;
    void set(const std::string& key, const std::string& kernel);
    // Writes what was set since. A file that can't be written is no error: it only means measuring again.
    void save();

  private:
    std::filesystem::path path_;
    std::map<std::string, std::string> kernels_;
    bool changed_ = false;
};

// The node alone, its inputs those of a graph; constants stay.
[[nodiscard]] ir::Graph graph_of_one(const ir::Graph& graph, const ir::Node& node);
// The shortest of some runs of the graph as the backend lowers it, in milliseconds.
[[nodiscard]] Result<double> time_of(const ir::Graph& graph, BackendCompiler& backend);

}  // namespace mosaic

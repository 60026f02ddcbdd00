// The way from an imported graph to one that backends can lower: outputs chosen, shapes known, passes run.
#pragma once

#include <string>
#include <vector>

#include "ir.h"
#include "mosaic/session.h"

namespace mosaic {

struct Prepared {
    ir::Graph graph;
    std::vector<std::string> pass_report;  // one line for each pass
};

// Errors: see Session::compile.
[[nodiscard]] Result<Prepared> prepare(const ir::Graph& graph, const Options& options);

// "name:0" is "name".
[[nodiscard]] std::string_view without_default_index(std::string_view name);

}  // namespace mosaic

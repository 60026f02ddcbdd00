// The way from an imported graph to one that backends can lower: outputs chosen, shapes known, passes run.
#pragma once

#include <string>
#include <vector>

#include "graph_builder.h"
#include "ir.h"
#include "mosaic/session.h"

namespace mosaic {

struct Prepared {
    ir::Graph graph;
    std::vector<std::string> pass_report;  // one line for each pass

    void report(const char* name, const char* what, std::size_t changes);
};

// Errors: see Session::compile.
[[nodiscard]] Result<Prepared> prepare(const ir::Graph& graph, const Options& options);
// The same up to where passes make operators that other engines don't have; for exporters.
[[nodiscard]] Result<Prepared> prepare_for_export(const ir::Graph& graph, const Options& options);

// Options::input_shapes with names without ":0".
[[nodiscard]] InputShapes plain_names(const Options& options);

// "name:0" is "name".
[[nodiscard]] std::string_view without_default_index(std::string_view name);

}  // namespace mosaic

// Which type each value's elements have in memory.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "avx512/tiles.h"
#include "ir.h"
#include "mosaic/session.h"

namespace mosaic::nhwc {

struct Form {
    avx512::Element element = avx512::Element::kFloat;
    float scale = 1.0F;  // kByte: value = scale (byte - zero)
    float zero = 0.0F;

    [[nodiscard]] bool is_float() const { return element == avx512::Element::kFloat; }
    friend bool operator==(const Form&, const Form&) = default;
};

// The form that bytes from 0 to 255 need to hold a range; zero is always among its values.
[[nodiscard]] Form byte_form(float low, float high);

struct FormPlan {
    // Values that aren't here are float.
    std::map<ir::ValueId, Form> forms;
    // Nodes that compute with other elements than float.
    std::set<const ir::Node*> reduced;

    [[nodiscard]] Form of(ir::ValueId id) const {
        const auto found = forms.find(id);
        return found == forms.end() ? Form{} : found->second;
    }
};

// Whether a product of matrices is one of rows with constant weights and bias.
[[nodiscard]] bool is_plain_product(const ir::Graph& graph, const ir::Node& node);

[[nodiscard]] FormPlan plan_forms(const ir::Graph& graph, const Options& options);

}  // namespace mosaic::nhwc

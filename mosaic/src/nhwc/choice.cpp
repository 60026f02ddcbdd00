#include "nhwc/choice.h"

#include <array>
#include <limits>

#include "kernel_choices.h"
#include "nhwc/site.h"

namespace mosaic::nhwc {

namespace {

struct Candidate {
    KernelKind kernel;
    const char* name;
};
constexpr std::array kCandidates = {Candidate{KernelKind::kTiles, "tiles"},
                                    Candidate{KernelKind::kWinograd, "winograd"},
                                    Candidate{KernelKind::kOneDnn, "onednn"}};

// All that the time depends on, but for the computer.
std::string key_of(const NhwcBackend& backend, const Site& site) {
    const ir::Conv2d& conv = *site.conv;
    const auto pair = [](std::int64_t a, std::int64_t b) {
        return std::to_string(a) + "x" + std::to_string(b);
    };
    std::string key = "conv " + site.in.to_string() + " " + site.weights->shape.to_string();
    key += " stride " + pair(conv.stride_y, conv.stride_x) + " dilation " +
           pair(conv.dilation_y, conv.dilation_x);
    key += " pad " + pair(site.window.y.pad_before, site.window.x.pad_before);
    key += ir::to_string(conv.activation) + (conv.has_residual ? " residual" : "");
    return key + " threads " + std::to_string(backend.options().threads) + " " + backend.describe();
}

bool applies(const NhwcBackend& backend, const Site& site, KernelKind kernel) {
    if (kernel == KernelKind::kWinograd) return can_winograd(site, backend.options());
    return kernel == KernelKind::kTiles || backend.has_behind();
}

}  // namespace

Result<KernelKind> choose_kernel(const NhwcBackend& backend, const Lowering& lowering, const Site& site) {
    if (backend.forced()) return *backend.forced();
    const KernelKind fixed =
        is_winograd(site, backend.options()) ? KernelKind::kWinograd : KernelKind::kTiles;
    // Fewer bits have one kernel only.
    KernelChoices* choices = backend.choices();
    if (choices == nullptr || !site.in_form.is_float()) return fixed;
    const std::string key = key_of(backend, site);
    if (const auto known = choices->find(key)) {
        for (const Candidate& candidate : kCandidates) {
            if (*known == candidate.name && applies(backend, site, candidate.kernel)) return candidate.kernel;
        }
    }
    const ir::Graph one = graph_of_one(lowering.graph(), *site.node);
    double best = std::numeric_limits<double>::infinity();
    Candidate chosen{fixed, ""};
    for (const Candidate& candidate : kCandidates) {
        if (!applies(backend, site, candidate.kernel)) continue;
        const auto trial = backend.make_trial(candidate.kernel);
        MOSAIC_TRY_ASSIGN(const double time_ms, time_of(one, *trial));
        if (time_ms >= best) continue;
        best = time_ms;
        chosen = candidate;
    }
    choices->set(key, chosen.name);
    return chosen.kernel;
}

}  // namespace mosaic::nhwc

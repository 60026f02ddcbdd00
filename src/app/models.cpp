#include "app/models.h"

#include <fmt/format.h>

#include "app/exit_code.h"
#include "perceive/model_store.h"

namespace vitrina::app {

int list_models() {
    for (const perceive::ModelInfo& model : perceive::model_catalogue()) {
        fmt::print("{}\n", model.name);
        fmt::print("  use             {}\n", model.use);
        fmt::print("  npm package     {} {}\n", model.package, model.package_version);
        fmt::print("  trained by      {}\n", model.source);
        fmt::print("  licence         {}\n", model.licence);
        fmt::print("  commercial use  {}: {}\n", model.commercial_use, model.commercial_use_reason);
        if (model.research_only) fmt::print("  research only   fetched and used only when named\n");
        for (const perceive::ModelFile& file : model.files)
            fmt::print("  file            {}, {} bytes, SHA-256 {}\n", file.name, file.bytes, file.sha256);
    }
    return kExitDone;
}

int verify_models() {
    int code = kExitDone;
    for (const perceive::ModelInfo& model : perceive::model_catalogue()) {
        if (const auto path = perceive::verified_model(model)) {
            fmt::print("{}: whole, {}\n", model.name, path->string());
            continue;
        } else {
            fmt::print(stderr, "vitrina models: {}\n", path.error().message);
        }
        // A network for research only is not expected to be here.
        if (!model.research_only) code = kExitFailed;
    }
    return code;
}

}  // namespace vitrina::app

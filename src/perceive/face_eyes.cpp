#include "perceive/face_eyes.h"

#include <utility>

#include "perceive/model_store.h"

namespace vitrina::perceive {
namespace {

Result<std::filesystem::path> verified(const char* name) {
    TRY_ASSIGN(const ModelInfo model, find_model(name));
    return verified_model(model);
}

}  // namespace

Result<FaceNetworks::Files> FaceNetworks::verified_files() {
    Files files;
    TRY_ASSIGN(files.finder, verified(kFaceNetwork));
    TRY_ASSIGN(files.reader, verified(kFaceReader));
    TRY_ASSIGN(files.describer, verified(kFaceDescriber));
    return files;
}

Result<std::unique_ptr<FaceEyes>> FaceNetworks::create(Files files) {
    TRY_ASSIGN(FaceFinder finder, FaceFinder::create(files.finder));
    TRY_ASSIGN(FaceReader reader, FaceReader::create(files.reader));
    return std::unique_ptr<FaceEyes>(
        new FaceNetworks(std::move(files), std::move(finder), std::move(reader)));
}

Result<std::vector<float>> FaceNetworks::describe(const Picture& picture, const Face& face) {
    if (!describer_) {
        TRY_ASSIGN(FaceDescriber made, FaceDescriber::create(files_.describer));
        describer_ = std::make_unique<FaceDescriber>(std::move(made));
    }
    return describer_->describe(picture, face);
}

}  // namespace vitrina::perceive

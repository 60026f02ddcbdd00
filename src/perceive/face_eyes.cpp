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
    return files;
}

Result<std::unique_ptr<FaceEyes>> FaceNetworks::create(const Files& files) {
    TRY_ASSIGN(FaceFinder finder, FaceFinder::create(files.finder));
    TRY_ASSIGN(FaceReader reader, FaceReader::create(files.reader));
    return std::unique_ptr<FaceEyes>(new FaceNetworks(std::move(finder), std::move(reader)));
}

}  // namespace vitrina::perceive

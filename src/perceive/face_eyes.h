// All that looks at faces, behind one seam: finds them, and reads sex, age and a descriptor of them. Any
// other set of networks fits behind it, as do tests.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/geometry.h"
#include "base/result.h"
#include "domain/frame.h"
#include "perceive/face_finder.h"
#include "perceive/face_reader.h"

namespace vitrina::perceive {

/// One thread at a time.
class FaceEyes {
  public:
    FaceEyes() = default;
    FaceEyes(const FaceEyes&) = delete;
    FaceEyes& operator=(const FaceEyes&) = delete;
    virtual ~FaceEyes() = default;

    /// Faces in the square of `length` pixels around `center`, best first. Fails when the network does, as
    /// the others.
    [[nodiscard]] virtual Result<std::vector<Face>> find(const Picture& picture, Point center,
                                                         double length) = 0;
    [[nodiscard]] virtual Result<FaceReading> read(const Picture& picture, const Face& face) = 0;
    /// What made the descriptors: those of another name can't be compared with them.
    [[nodiscard]] virtual std::string made_by() const = 0;
};

/// The networks that there are.
class FaceNetworks final : public FaceEyes {
  public:
    struct Files {
        std::filesystem::path finder;
        std::filesystem::path reader;
    };
    /// Those in the cache, whole and unchanged (model_store.h); the error says which is not.
    [[nodiscard]] static Result<Files> verified_files();

    /// Fails when a file is missing or of another network.
    [[nodiscard]] static Result<std::unique_ptr<FaceEyes>> create(const Files& files);

    [[nodiscard]] Result<std::vector<Face>> find(const Picture& picture, Point center,
                                                 double length) override {
        return finder_.find(picture, center, length);
    }
    [[nodiscard]] Result<FaceReading> read(const Picture& picture, const Face& face) override {
        return reader_.read(picture, face);
    }
    [[nodiscard]] std::string made_by() const override { return kFaceForm; }

  private:
    FaceNetworks(FaceFinder finder, FaceReader reader)
        : finder_(std::move(finder)), reader_(std::move(reader)) {}

    FaceFinder finder_;
    FaceReader reader_;
};

}  // namespace vitrina::perceive

// Collections and versions as files of a folder:
//
//     pictures/                           PictureStore
//     collections/ID/collection.json
//     collections/ID/features/            what networks made of its pictures
//     collections/ID/versions/N/          version.json, model.mosaic, model.onnx, model.int8.onnx,
//                                         report.html
//
// One thread at a time.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "teach/collection.h"
#include "teach/goods_version.h"

namespace vitrina::teach {

/// Versions of a collection that are kept, those in service and before it besides: each may have 20 MB.
inline constexpr std::size_t kVersionsKept = 20;

class GoodsStore {
  public:
    explicit GoodsStore(std::filesystem::path folder) : folder_(std::move(folder)) {}

    struct Kept {
        Collection collection;
        std::vector<GoodsVersion> versions;  // the newest last
    };
    /// All of the folder. What can't be read is told to `log` and left as it is; what an interrupted lesson
    /// left is removed.
    [[nodiscard]] std::vector<Kept> load(const std::function<void(const std::string&)>& log) const;

    /// Collections that lie in the folder, those that can't be read too.
    [[nodiscard]] std::size_t count() const;
    /// Of a collection that is new.
    [[nodiscard]] std::int64_t next_id() const;
    [[nodiscard]] Result<void> save(const Collection& collection) const;
    void remove(std::int64_t collection) const;

    /// An empty folder for what is being learnt.
    [[nodiscard]] Result<std::filesystem::path> begin_version(std::int64_t collection) const;
    /// What lies there becomes the version. On failure nothing of it is left.
    [[nodiscard]] Result<void> keep_version(std::int64_t collection, const GoodsVersion& version) const;
    void drop_begun(std::int64_t collection) const;
    void remove_version(std::int64_t collection, std::int64_t number) const;

    [[nodiscard]] std::filesystem::path version_folder(std::int64_t collection, std::int64_t number) const;
    [[nodiscard]] std::filesystem::path pictures_folder() const { return folder_ / "pictures"; }
    /// It goes with the collection.
    [[nodiscard]] std::filesystem::path features_folder(std::int64_t collection) const {
        return collection_folder(collection) / "features";
    }
    [[nodiscard]] std::filesystem::path job_file() const { return folder_ / "job.json"; }

  private:
    [[nodiscard]] std::filesystem::path collection_folder(std::int64_t collection) const;
    [[nodiscard]] Result<Kept> load_one(std::int64_t id,
                                        const std::function<void(const std::string&)>& log) const;
    [[nodiscard]] std::vector<GoodsVersion> load_versions(
        std::int64_t id, const std::function<void(const std::string&)>& log) const;

    const std::filesystem::path folder_;
};

}  // namespace vitrina::teach

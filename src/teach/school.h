// Where a shop teaches what its goods look like: collections of labelled pictures, the lesson that is learnt
// from them, versions of what was learnt, and which of them is in service. What a method changes is on the
// disk when it returns; when that fails (a full disk too), all is as it was before. Any thread.
//
// Methods that name something which is not there give false or nothing; errors of the kind kConfiguration say
// what he who asks can change.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "base/result.h"
#include "teach/collection.h"
#include "teach/goods_model.h"
#include "teach/goods_store.h"
#include "teach/goods_version.h"
#include "teach/learn_goods.h"
#include "teach/learning_job.h"
#include "teach/picture_store.h"

namespace vitrina::teach {

/// A page lists them all, and each is in memory.
inline constexpr std::size_t kCollectionsMax = 50;

class School {
  public:
    struct Options {
        std::filesystem::path folder;
        /// To stand on, the best guess first. None: nothing can be learnt.
        std::vector<std::filesystem::path> networks;
        std::function<UtcTime()> now;
        std::function<void(const std::string& line)> log;
        std::function<Result<GoodsVersion>(const GoodsLesson&, const OnLessonProgress&)> learn = learn_goods;
    };
    /// Reads what is in the folder; a folder that is missing is an empty one. A lesson that was cut short
    /// begins anew.
    explicit School(Options options);
    School(const School&) = delete;
    School& operator=(const School&) = delete;
    ~School() { stop(); }
    /// Ends the running lesson, which is begun again at the next start.
    void stop() { job_.stop(); }

    struct Overview {
        std::int64_t id = 0;
        std::string name;
        std::size_t classes = 0;
        std::size_t pictures = 0;
        std::size_t unlabelled = 0;
        std::optional<std::int64_t> in_service;
        std::optional<Share> accuracy;  // of what is in service
    };
    [[nodiscard]] std::vector<Overview> overview() const;
    struct Page {
        Collection collection;
        std::vector<GoodsVersion> versions;  // the newest last
    };
    [[nodiscard]] std::optional<Page> page(std::int64_t collection) const;
    [[nodiscard]] bool has_networks() const { return !options_.networks.empty(); }

    [[nodiscard]] Result<Collection> add_collection(const std::string& name);
    [[nodiscard]] Result<bool> rename_collection(std::int64_t collection, const std::string& name);
    /// With its versions; not while it is learnt from.
    [[nodiscard]] Result<bool> remove_collection(std::int64_t collection);

    [[nodiscard]] Result<std::optional<GoodsClass>> add_class(std::int64_t collection,
                                                              const std::string& name);
    [[nodiscard]] Result<bool> rename_class(std::int64_t collection, std::int64_t id,
                                            const std::string& name);
    /// Its pictures wait for another label.
    [[nodiscard]] Result<bool> remove_class(std::int64_t collection, std::int64_t id);

    struct Added {
        TaughtPicture picture;
        bool was_there = false;  // the same bytes: nothing is new, but a label that it had not yet
    };
    [[nodiscard]] Result<std::optional<Added>> add_picture(std::int64_t collection, const std::string& name,
                                                           std::string_view bytes,
                                                           std::optional<std::int64_t> label);
    [[nodiscard]] Result<bool> label_picture(std::int64_t collection, const std::string& picture,
                                             std::optional<std::int64_t> label);
    [[nodiscard]] Result<bool> remove_picture(std::int64_t collection, const std::string& picture);
    /// A small copy for the screen.
    [[nodiscard]] std::optional<std::string> preview_jpeg(std::int64_t collection,
                                                          const std::string& picture) const;

    [[nodiscard]] Result<bool> learn(std::int64_t collection, const std::string& author,
                                     std::chrono::seconds time_max);
    bool cancel() { return job_.cancel(); }
    [[nodiscard]] std::optional<JobStatus> job() const { return job_.status(); }

    /// From now on `look_at` answers by this version.
    [[nodiscard]] Result<bool> serve(std::int64_t collection, std::int64_t version);
    /// By the one that was in service before; false where there is none.
    [[nodiscard]] Result<bool> roll_back(std::int64_t collection);
    /// One that is not in service.
    [[nodiscard]] Result<bool> remove_version(std::int64_t collection, std::int64_t version);
    /// kModelFile, kOnnxFile or kReportFile of a version.
    [[nodiscard]] std::optional<std::filesystem::path> version_file(std::int64_t collection,
                                                                    std::int64_t version,
                                                                    const char* name) const;

    struct Tried {
        std::int64_t version = 0;
        GoodsAnswer answer;
    };
    /// What a picture shows, by this version or by the one in service.
    [[nodiscard]] Result<std::optional<Tried>> look_at(std::int64_t collection,
                                                       std::optional<std::int64_t> version,
                                                       const Picture& picture);

  private:
    using Kept = GoodsStore::Kept;
    using Change = std::function<Result<bool>(Collection& collection)>;

    /// Changes a copy and takes it over once it is saved; false where `change` says so or nothing is there.
    [[nodiscard]] Result<bool> change(std::int64_t collection, const Change& change);
    [[nodiscard]] Result<bool> change_locked(std::int64_t collection, const Change& change) REQUIRES(mutex_);
    [[nodiscard]] Kept* find(std::int64_t collection) REQUIRES(mutex_);
    [[nodiscard]] const Kept* find(std::int64_t collection) const REQUIRES(mutex_);
    void forget_unused(const std::string& picture) REQUIRES(mutex_);
    [[nodiscard]] std::optional<std::string> twin_of(const Collection& collection,
                                                     const StoredPicture& picture) const REQUIRES(mutex_);
    [[nodiscard]] Result<void> begin(const JobOrder& order);
    [[nodiscard]] Result<std::int64_t> run(const JobOrder& order, GoodsLesson lesson,
                                           const OnLessonProgress& progress);
    [[nodiscard]] Result<std::int64_t> keep(const JobOrder& order, GoodsVersion version);
    void drop_old_versions(Kept& kept) REQUIRES(mutex_);
    /// What was loaded of a collection or version that is gone.
    void unload(std::int64_t collection);
    void resume();
    void read_pictures() REQUIRES(mutex_);

    const Options options_;
    const GoodsStore store_;
    PictureStore pictures_;
    mutable Mutex mutex_;
    std::vector<Kept> kept_ GUARDED_BY(mutex_);
    std::map<std::string, FarLook> looks_ GUARDED_BY(mutex_);  // of all pictures

    Mutex looking_;  // a model is used by one thread at a time
    std::pair<std::int64_t, std::int64_t> loaded_of_ GUARDED_BY(looking_);
    std::optional<GoodsModel> loaded_ GUARDED_BY(looking_);

    LearningJob job_;  // last: its thread uses the rest
};

}  // namespace vitrina::teach

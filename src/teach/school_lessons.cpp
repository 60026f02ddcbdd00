// Of the School: lessons, versions, and what is in service.
#include <algorithm>
#include <system_error>
#include <vector>

#include <fmt/format.h>

#include "teach/school.h"

namespace vitrina::teach {
namespace {

/// The end where there is none of this number.
std::vector<GoodsVersion>::const_iterator find_version(const std::vector<GoodsVersion>& versions,
                                                       std::int64_t number) {
    return std::find_if(versions.begin(), versions.end(),
                        [&](const GoodsVersion& one) { return one.number == number; });
}

}  // namespace

Result<bool> School::learn(std::int64_t collection, const std::string& author,
                           std::chrono::seconds time_max) {
    {
        const MutexLock lock(mutex_);
        const Kept* const kept = find(collection);
        if (kept == nullptr) return false;
        TRY(check_learnable(kept->collection));
    }
    if (options_.networks.empty())
        return misconfigured("no network to learn on is at hand; scripts/fetch_models.sh brings them");
    TRY(begin({collection, author, options_.now(), time_max, 1}));
    return true;
}

Result<void> School::begin(const JobOrder& order) {
    GoodsLesson lesson;
    {
        const MutexLock lock(mutex_);
        const Kept* const kept = find(order.collection);
        if (kept == nullptr) return failed("the collection is gone");
        for (const TaughtPicture& picture : kept->collection.pictures)
            if (picture.label)
                lesson.examples.push_back({picture.id, pictures_.file_of(picture.id),
                                           kept->collection.find_class(*picture.label)->name});
    }
    lesson.networks = options_.networks;
    lesson.cache = store_.features_folder(order.collection);
    return job_.start(order, lesson.networks.size(),
                      [this, order, lesson = std::move(lesson)](const OnLessonProgress& progress) {
                          return run(order, lesson, progress);
                      });
}

Result<std::int64_t> School::run(const JobOrder& order, GoodsLesson lesson,
                                 const OnLessonProgress& progress) {
    {
        const MutexLock lock(mutex_);
        TRY_ASSIGN(lesson.folder, store_.begin_version(order.collection));
    }
    auto version = options_.learn(lesson, progress);
    if (version) return keep(order, std::move(*version));
    const MutexLock lock(mutex_);
    store_.drop_begun(order.collection);
    return tl::unexpected(std::move(version).error());
}

Result<std::int64_t> School::keep(const JobOrder& order, GoodsVersion version) {
    const MutexLock lock(mutex_);
    Kept* const kept = find(order.collection);
    if (kept == nullptr) {
        store_.remove(order.collection);
        return failed("the collection is gone");
    }
    version.number = kept->collection.next_version;
    version.learnt = options_.now();
    version.author = order.author;
    TRY(store_.keep_version(order.collection, version));
    const std::int64_t number = version.number;
    kept->versions.push_back(std::move(version));
    ++kept->collection.next_version;
    drop_old_versions(*kept);
    // Should this fail, the next start counts the folders.
    if (const auto saved = store_.save(kept->collection); !saved) options_.log(saved.error().message);
    return number;
}

void School::drop_old_versions(Kept& kept) {
    auto& served = kept.collection.served;
    const auto is_needed = [&](std::int64_t number) {
        return std::find(served.end() - std::min<std::ptrdiff_t>(2, std::ssize(served)), served.end(),
                         number) != served.end();
    };
    while (kept.versions.size() > kVersionsKept) {
        const auto oldest = std::find_if(kept.versions.begin(), kept.versions.end(),
                                         [&](const GoodsVersion& one) { return !is_needed(one.number); });
        store_.remove_version(kept.collection.id, oldest->number);
        std::erase(served, oldest->number);
        served.erase(std::unique(served.begin(), served.end()), served.end());
        kept.versions.erase(oldest);
    }
}

void School::resume() {
    auto order = job_.left_over();
    if (!order) return;
    ++order->attempt;
    if (order->attempt > kAttemptsMax) {
        job_.give_up(*order, fmt::format("the program ended {} times while it was learnt", kAttemptsMax));
        return;
    }
    if (options_.networks.empty()) {
        job_.give_up(*order, "the program ended meanwhile, and no network to learn on is at hand now");
        return;
    }
    options_.log("a lesson that was cut short begins again");
    if (const auto begun = begin(*order); !begun) job_.give_up(*order, begun.error().message);
}

Result<bool> School::serve(std::int64_t collection, std::int64_t version) {
    const MutexLock lock(mutex_);
    const Kept* const kept = find(collection);
    if (kept == nullptr || find_version(kept->versions, version) == kept->versions.end()) return false;
    return change_locked(collection, [&](Collection& changed) -> Result<bool> {
        if (changed.in_service() != version) changed.served.push_back(version);
        // What lies further back than versions are kept is of no use.
        if (changed.served.size() > kVersionsKept) changed.served.erase(changed.served.begin());
        return true;
    });
}

Result<bool> School::roll_back(std::int64_t collection) {
    return change(collection, [&](Collection& changed) -> Result<bool> {
        if (changed.served.size() < 2) return misconfigured("no version was in service before this one");
        changed.served.pop_back();
        return true;
    });
}

Result<bool> School::remove_version(std::int64_t collection, std::int64_t version) {
    const MutexLock lock(mutex_);
    Kept* const kept = find(collection);
    if (kept == nullptr) return false;
    if (kept->collection.in_service() == version)
        return misconfigured("it is in service; put another into service first");
    const auto found = find_version(kept->versions, version);
    if (found == kept->versions.end()) return false;
    TRY_ASSIGN(const bool is_changed, change_locked(collection, [&](Collection& changed) -> Result<bool> {
                   std::erase(changed.served, version);
                   // Neighbours that were parted by it are one now.
                   changed.served.erase(std::unique(changed.served.begin(), changed.served.end()),
                                        changed.served.end());
                   return true;
               }));
    store_.remove_version(collection, version);
    kept->versions.erase(found);
    return is_changed;
}

std::optional<std::filesystem::path> School::version_file(std::int64_t collection, std::int64_t version,
                                                          const char* name) const {
    const MutexLock lock(mutex_);
    const Kept* const kept = find(collection);
    if (kept == nullptr || find_version(kept->versions, version) == kept->versions.end()) return std::nullopt;
    std::filesystem::path file = store_.version_folder(collection, version) / name;
    std::error_code ignored;
    if (!std::filesystem::exists(file, ignored)) return std::nullopt;
    return file;
}

void School::unload(std::int64_t collection) {
    const MutexLock lock(looking_);
    if (loaded_of_.first == collection) loaded_.reset();
}

Result<std::optional<School::Tried>> School::look_at(std::int64_t collection,
                                                     std::optional<std::int64_t> version,
                                                     const Picture& picture) {
    if (!version) {
        const auto found = page(collection);
        if (!found) return std::optional<Tried>();
        version = found->collection.in_service();
        if (!version) return misconfigured("no version of this collection is in service yet");
    }
    const auto file = version_file(collection, *version, kModelFile);
    if (!file) return std::optional<Tried>();
    const MutexLock lock(looking_);
    if (!loaded_ || loaded_of_ != std::pair(collection, *version)) {
        loaded_.reset();
        TRY_ASSIGN(loaded_, GoodsModel::load(*file));
        loaded_of_ = {collection, *version};
    }
    TRY_ASSIGN(GoodsAnswer answer, loaded_->look_at(picture));
    return std::optional(Tried{*version, std::move(answer)});
}

}  // namespace vitrina::teach

#include "teach/school.h"

#include <algorithm>

#include <fmt/format.h>

namespace vitrina::teach {
namespace {

Result<void> check_new_name(const std::string& name, bool is_taken, const char* what) {
    if (name.empty()) return misconfigured(fmt::format("a {} needs a name", what));
    if (is_taken) return misconfigured(fmt::format("there is a {} \"{}\" already", what, name));
    return {};
}

bool has_class(const Collection& collection, const std::string& name, std::int64_t but = 0) {
    return std::any_of(collection.classes.begin(), collection.classes.end(),
                       [&](const GoodsClass& one) { return one.id != but && one.name == name; });
}

Result<void> check_label(const Collection& collection, std::optional<std::int64_t> label) {
    if (label && collection.find_class(*label) == nullptr)
        return misconfigured("the class that the picture should show is not there");
    return {};
}

}  // namespace

School::School(Options options)
    : options_(std::move(options)),
      store_(options_.folder),
      pictures_(store_.pictures_folder()),
      job_(store_.job_file()) {
    {
        const MutexLock lock(mutex_);
        kept_ = store_.load(options_.log);
        read_pictures();
    }
    resume();
}

void School::read_pictures() {
    for (const Kept& kept : kept_)
        for (const TaughtPicture& picture : kept.collection.pictures)
            if (const auto stored = pictures_.find(picture.id))
                looks_[picture.id] = stored->look;
            else
                options_.log(stored.error().message);
    // What a collection that can't be read has may be wanted once it is mended.
    if (kept_.size() != store_.count()) return;
    std::vector<std::string> used;
    for (const Kept& kept : kept_)
        for (const TaughtPicture& picture : kept.collection.pictures)
            used.push_back(picture.id);
    std::sort(used.begin(), used.end());
    pictures_.remove_all_but(used);
}

School::Kept* School::find(std::int64_t collection) {
    const auto found = std::find_if(kept_.begin(), kept_.end(),
                                    [&](const Kept& kept) { return kept.collection.id == collection; });
    return found == kept_.end() ? nullptr : &*found;
}

const School::Kept* School::find(std::int64_t collection) const {
    const auto found = std::find_if(kept_.begin(), kept_.end(),
                                    [&](const Kept& kept) { return kept.collection.id == collection; });
    return found == kept_.end() ? nullptr : &*found;
}

Result<bool> School::change(std::int64_t collection, const Change& change) {
    const MutexLock lock(mutex_);
    return change_locked(collection, change);
}

Result<bool> School::change_locked(std::int64_t collection, const Change& change) {
    Kept* const kept = find(collection);
    if (kept == nullptr) return false;
    Collection changed = kept->collection;
    TRY_ASSIGN(const bool is_there, change(changed));
    if (!is_there) return false;
    TRY(store_.save(changed));
    kept->collection = std::move(changed);
    return true;
}

std::vector<School::Overview> School::overview() const {
    const MutexLock lock(mutex_);
    std::vector<Overview> all;
    all.reserve(kept_.size());
    for (const auto& [collection, versions] : kept_) {
        Overview one;
        one.id = collection.id;
        one.name = collection.name;
        one.classes = collection.classes.size();
        one.pictures = collection.pictures.size();
        one.unlabelled = static_cast<std::size_t>(
            std::count_if(collection.pictures.begin(), collection.pictures.end(),
                          [](const TaughtPicture& picture) { return !picture.label; }));
        one.in_service = collection.in_service();
        for (const GoodsVersion& version : versions)
            if (version.number == one.in_service) one.accuracy = version.accuracy;
        all.push_back(std::move(one));
    }
    return all;
}

std::optional<School::Page> School::page(std::int64_t collection) const {
    const MutexLock lock(mutex_);
    const Kept* const kept = find(collection);
    if (kept == nullptr) return std::nullopt;
    return Page{kept->collection, kept->versions};
}

Result<Collection> School::add_collection(const std::string& name) {
    const MutexLock lock(mutex_);
    const bool is_taken = std::any_of(kept_.begin(), kept_.end(),
                                      [&](const Kept& kept) { return kept.collection.name == name; });
    TRY(check_new_name(name, is_taken, "collection"));
    if (kept_.size() >= kCollectionsMax)
        return misconfigured(
            fmt::format("there are {} collections already, the most there may be", kept_.size()));
    Collection collection;
    collection.id = store_.next_id();
    collection.name = name;
    collection.made = options_.now();
    TRY(store_.save(collection));
    kept_.push_back({collection, {}});
    return collection;
}

Result<bool> School::rename_collection(std::int64_t collection, const std::string& name) {
    const MutexLock lock(mutex_);
    const bool is_taken = std::any_of(kept_.begin(), kept_.end(), [&](const Kept& kept) {
        return kept.collection.id != collection && kept.collection.name == name;
    });
    TRY(check_new_name(name, is_taken, "collection"));
    return change_locked(collection, [&](Collection& changed) -> Result<bool> {
        changed.name = name;
        return true;
    });
}

Result<bool> School::remove_collection(std::int64_t collection) {
    unload(collection);  // its number may be given again
    const MutexLock lock(mutex_);
    const auto job = job_.status();
    if (job && job->state == JobState::kRunning && job->order.collection == collection)
        return misconfigured("it is being learnt from; cancel that first");
    const auto found = std::find_if(kept_.begin(), kept_.end(),
                                    [&](const Kept& kept) { return kept.collection.id == collection; });
    if (found == kept_.end()) return false;
    const Kept removed = std::move(*found);
    kept_.erase(found);
    store_.remove(collection);
    for (const TaughtPicture& picture : removed.collection.pictures)
        forget_unused(picture.id);
    return true;
}

Result<std::optional<GoodsClass>> School::add_class(std::int64_t collection, const std::string& name) {
    GoodsClass added;
    TRY_ASSIGN(const bool is_there, change(collection, [&](Collection& changed) -> Result<bool> {
                   TRY(check_new_name(name, has_class(changed, name), "class"));
                   if (changed.classes.size() >= kClassesMax)
                       return misconfigured(
                           fmt::format("there are {} classes already, the most there may be", kClassesMax));
                   added = {changed.next_class++, name};
                   changed.classes.push_back(added);
                   return true;
               }));
    if (!is_there) return std::optional<GoodsClass>();
    return std::optional(added);
}

Result<bool> School::rename_class(std::int64_t collection, std::int64_t id, const std::string& name) {
    return change(collection, [&](Collection& changed) -> Result<bool> {
        const auto found = std::find_if(changed.classes.begin(), changed.classes.end(),
                                        [&](const GoodsClass& one) { return one.id == id; });
        if (found == changed.classes.end()) return false;
        TRY(check_new_name(name, has_class(changed, name, id), "class"));
        found->name = name;
        return true;
    });
}

Result<bool> School::remove_class(std::int64_t collection, std::int64_t id) {
    return change(collection, [&](Collection& changed) -> Result<bool> {
        for (TaughtPicture& picture : changed.pictures)
            if (picture.label == id) picture.label.reset();
        return std::erase_if(changed.classes, [&](const GoodsClass& one) { return one.id == id; }) > 0;
    });
}

std::optional<std::string> School::twin_of(const Collection& collection, const StoredPicture& picture) const {
    for (const TaughtPicture& one : collection.pictures) {
        const auto look = looks_.find(one.id);
        if (look != looks_.end() && nearly_the_same(look->second, picture.look)) return one.id;
    }
    return std::nullopt;
}

Result<std::optional<School::Added>> School::add_picture(std::int64_t collection, const std::string& name,
                                                         std::string_view bytes,
                                                         std::optional<std::int64_t> label) {
    // Looked at first of all: to decode takes long, and nothing else should wait for it.
    TRY_ASSIGN(const StoredPicture stored, pictures_.add(name, bytes));
    Added added;
    const MutexLock lock(mutex_);
    // It was there already, and somebody removed it meanwhile.
    if (std::error_code ignored; !std::filesystem::exists(pictures_.file_of(stored.id), ignored)) {
        const auto again = pictures_.add(name, bytes);
        if (!again) return tl::unexpected(again.error());
    }
    const Kept* const kept = find(collection);
    const auto twin = kept == nullptr ? std::nullopt : twin_of(kept->collection, stored);
    const auto taken = change_locked(collection, [&](Collection& changed) -> Result<bool> {
        TRY(check_label(changed, label));
        if (TaughtPicture* const known = changed.find_picture(stored.id)) {
            added.was_there = true;
            if (!known->label) known->label = label;
            added.picture = *known;
            return true;
        }
        if (changed.pictures.size() >= kPicturesMax)
            return misconfigured(fmt::format(
                "{}: the collection has {} pictures already, the most there may be", name, kPicturesMax));
        added.picture = {stored.id, name, label, options_.now(), twin};
        changed.pictures.push_back(added.picture);
        return true;
    });
    if (taken && *taken) {
        looks_[stored.id] = stored.look;
        return std::optional(added);
    }
    forget_unused(stored.id);
    if (!taken) return tl::unexpected(taken.error());
    return std::optional<Added>();
}

Result<bool> School::label_picture(std::int64_t collection, const std::string& picture,
                                   std::optional<std::int64_t> label) {
    return change(collection, [&](Collection& changed) -> Result<bool> {
        TaughtPicture* const found = changed.find_picture(picture);
        if (found == nullptr) return false;
        TRY(check_label(changed, label));
        found->label = label;
        return true;
    });
}

Result<bool> School::remove_picture(std::int64_t collection, const std::string& picture) {
    const MutexLock lock(mutex_);
    TRY_ASSIGN(const bool is_removed, change_locked(collection, [&](Collection& changed) -> Result<bool> {
                   for (TaughtPicture& one : changed.pictures)
                       if (one.twin_of == picture) one.twin_of.reset();
                   return std::erase_if(changed.pictures,
                                        [&](const TaughtPicture& one) { return one.id == picture; }) > 0;
               }));
    if (is_removed) forget_unused(picture);
    return is_removed;
}

void School::forget_unused(const std::string& picture) {
    const bool is_used = std::any_of(kept_.begin(), kept_.end(), [&](const Kept& kept) {
        return kept.collection.find_picture(picture) != nullptr;
    });
    if (is_used) return;
    pictures_.remove(picture);
    looks_.erase(picture);
}

std::optional<std::string> School::preview_jpeg(std::int64_t collection, const std::string& picture) const {
    {
        const MutexLock lock(mutex_);
        const Kept* const kept = find(collection);
        if (kept == nullptr || kept->collection.find_picture(picture) == nullptr) return std::nullopt;
    }
    auto jpeg = pictures_.preview_jpeg(picture);
    if (!jpeg) return std::nullopt;
    return std::move(*jpeg);
}

}  // namespace vitrina::teach

#include "teach/goods_store.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <system_error>

#include <fmt/format.h>

#include "teach/whole_file.h"

namespace vitrina::teach {
namespace {

namespace fs = std::filesystem;
using Log = std::function<void(const std::string&)>;

constexpr const char* kCollectionFile = "collection.json";
constexpr const char* kVersionFile = "version.json";
constexpr const char* kBegun = "begun";  // the version that is being learnt
constexpr std::uintmax_t kCollectionBytesMax = std::uintmax_t{16} << 20;
constexpr std::uintmax_t kVersionBytesMax = std::uintmax_t{4} << 20;

/// Numbers that folders in `folder` are named by, in order.
std::vector<std::int64_t> numbers_in(const fs::path& folder) {
    std::vector<std::int64_t> numbers;
    std::error_code error;
    for (auto walk = fs::directory_iterator(folder, error); !error && walk != fs::directory_iterator();
         walk.increment(error)) {
        const std::string name = walk->path().filename().string();
        std::int64_t number = 0;
        const auto [end, wrong] = std::from_chars(name.data(), name.data() + name.size(), number);
        if (wrong == std::errc() && end == name.data() + name.size() && number > 0) numbers.push_back(number);
    }
    std::sort(numbers.begin(), numbers.end());
    return numbers;
}

}  // namespace

fs::path GoodsStore::collection_folder(std::int64_t collection) const {
    return folder_ / "collections" / std::to_string(collection);
}

fs::path GoodsStore::version_folder(std::int64_t collection, std::int64_t number) const {
    return collection_folder(collection) / "versions" / std::to_string(number);
}

std::vector<GoodsStore::Kept> GoodsStore::load(const Log& log) const {
    std::vector<Kept> all;
    for (const std::int64_t id : numbers_in(folder_ / "collections")) {
        auto one = load_one(id, log);
        if (one)
            all.push_back(std::move(*one));
        else
            log("a collection of goods is left alone: " + one.error().message);
    }
    return all;
}

Result<GoodsStore::Kept> GoodsStore::load_one(std::int64_t id, const Log& log) const {
    const fs::path file = collection_folder(id) / kCollectionFile;
    TRY_ASSIGN(const std::string text, read_whole(file, kCollectionBytesMax));
    auto collection = parse_collection(text);
    if (!collection) return with_context(file.string(), collection.error());
    if (collection->id != id) return failed(file.string() + ": is another collection's");
    drop_begun(id);
    Kept kept{std::move(*collection), load_versions(id, log)};
    const auto is_gone = [&](std::int64_t number) {
        return std::none_of(kept.versions.begin(), kept.versions.end(),
                            [&](const GoodsVersion& version) { return version.number == number; });
    };
    std::erase_if(kept.collection.served, is_gone);
    if (!kept.versions.empty())
        kept.collection.next_version =
            std::max(kept.collection.next_version, kept.versions.back().number + 1);
    return kept;
}

std::vector<GoodsVersion> GoodsStore::load_versions(std::int64_t id, const Log& log) const {
    std::vector<GoodsVersion> versions;
    for (const std::int64_t number : numbers_in(collection_folder(id) / "versions")) {
        const fs::path file = version_folder(id, number) / kVersionFile;
        const auto text = read_whole(file, kVersionBytesMax);
        auto version = text ? parse_version(*text) : Result<GoodsVersion>(tl::unexpected(text.error()));
        if (version && version->number == number)
            versions.push_back(std::move(*version));
        else
            log(fmt::format("a version of goods is left alone: {}: {}", file.string(),
                            version ? "is another's" : version.error().message));
    }
    return versions;
}

std::size_t GoodsStore::count() const {
    return numbers_in(folder_ / "collections").size();
}

std::int64_t GoodsStore::next_id() const {
    const std::vector<std::int64_t> taken = numbers_in(folder_ / "collections");
    return taken.empty() ? 1 : taken.back() + 1;
}

Result<void> GoodsStore::save(const Collection& collection) const {
    return write_whole(collection_folder(collection.id) / kCollectionFile, to_json(collection));
}

void GoodsStore::remove(std::int64_t collection) const {
    std::error_code ignored;
    // First what makes it a collection: an interrupted removal leaves none that is half.
    fs::remove(collection_folder(collection) / kCollectionFile, ignored);
    fs::remove_all(collection_folder(collection), ignored);
}

Result<fs::path> GoodsStore::begin_version(std::int64_t collection) const {
    drop_begun(collection);
    const fs::path folder = collection_folder(collection) / kBegun;
    std::error_code error;
    fs::create_directories(folder, error);
    if (error) return failed(fmt::format("{}: can't be made: {}", folder.string(), error.message()));
    return folder;
}

Result<void> GoodsStore::keep_version(std::int64_t collection, const GoodsVersion& version) const {
    const fs::path begun = collection_folder(collection) / kBegun;
    auto written = write_whole(begun / kVersionFile, to_json(version));
    std::error_code error;
    if (written) {
        const fs::path goal = version_folder(collection, version.number);
        fs::create_directories(goal.parent_path(), error);
        if (!error) fs::rename(begun, goal, error);
        if (error) written = failed(fmt::format("{}: can't be made: {}", goal.string(), error.message()));
    }
    if (!written) drop_begun(collection);
    return written;
}

void GoodsStore::drop_begun(std::int64_t collection) const {
    std::error_code ignored;
    fs::remove_all(collection_folder(collection) / kBegun, ignored);
}

void GoodsStore::remove_version(std::int64_t collection, std::int64_t number) const {
    std::error_code ignored;
    fs::remove(version_folder(collection, number) / kVersionFile, ignored);
    fs::remove_all(version_folder(collection, number), ignored);
}

}  // namespace vitrina::teach

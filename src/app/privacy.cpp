#include "app/privacy.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>

#include "api/customer_names.h"
#include "api/person_export.h"
#include "app/config.h"
#include "app/shop_data.h"
#include "privacy/gallery.h"
#include "privacy/key_ring.h"
#include "privacy/look_log.h"

namespace vitrina::app {
namespace {

constexpr const char* kByHand = "command on the machine";

/// The data of the shop, without the settings of its server.
Result<ShopData> data_of(const PrivacyRequest& request, DataUse use, std::filesystem::path& folder) {
    Config config;
    TRY_ASSIGN(config.data, load_data_folder(request.config));
    config.reserve_mb = 0;  // that of a running server is not ours to touch
    folder = config.data;
    return ShopData::open(config, use);
}

Result<std::unique_ptr<privacy::Gallery>> gallery_of(const ShopData& data,
                                                     const std::filesystem::path& folder) {
    privacy::Gallery::Options options;
    options.now = utc_now;
    return privacy::Gallery::create(data.gallery, privacy::key_files_in(folder), std::move(options));
}

Result<void> write_export(const std::filesystem::path& file, const std::string& text) {
    const mode_t before = ::umask(S_IRWXG | S_IRWXO);  // personal data: for who asked for it
    std::ofstream out(file, std::ios::binary | std::ios::trunc);
    ::umask(before);
    out << text << '\n';
    out.close();
    if (!out) return failed(fmt::format("{}: can't be written: {}", file.string(), std::strerror(errno)));
    return {};
}

/// Alarms of an entry that goes wait for an answer no more.
Result<void> end_alarms_of(const ShopData& data, std::int64_t person) {
    TRY_ASSIGN(const auto alarms, data.gallery->unjudged_alarms(person));
    for (const std::int64_t alarm : alarms) {
        TRY(data.alarms->acknowledge(alarm, kByHand, "watchlist: the entry was removed", utc_now()));
        TRY(data.alarms->end_alarm(alarm, utc_now()));
    }
    return {};
}

}  // namespace

Result<void> rotate_keys(const PrivacyRequest& request) {
    std::filesystem::path folder;
    TRY_ASSIGN(const ShopData data, data_of(request, DataUse::kShop, folder));
    {
        // Keys of people that are lost are not to be replaced by an empty file of new ones.
        TRY_ASSIGN(const auto gallery, gallery_of(data, folder));
        if (const std::string closed = gallery->closed(); !closed.empty()) return failed(closed);
    }
    TRY_ASSIGN(auto ring, privacy::KeyRing::open(privacy::key_files_in(folder)));
    TRY(ring.rotate());
    TRY(privacy::LookLog(data.gallery, utc_now).note(kByHand, "rotated the master key"));
    fmt::print("The keys of {} people are sealed with a new master key; the old one is destroyed.\n",
               ring.size());
    return {};
}

Result<void> verify_looks(const PrivacyRequest& request) {
    std::filesystem::path folder;
    TRY_ASSIGN(const ShopData data, data_of(request, DataUse::kVisit, folder));
    const privacy::LookLog log(data.gallery, utc_now);
    TRY_ASSIGN(const auto verdict,
               log.verify(request.head.empty() ? std::nullopt : std::optional<std::string>(request.head)));
    if (!verdict.problem.empty()) return failed("the log of looks was tampered with: " + verdict.problem);
    fmt::print("{} entries, the chain is whole.\nHead: {}\n", verdict.entries,
               verdict.head.empty() ? "(none yet)" : verdict.head);
    return {};
}

Result<void> export_person(const PrivacyRequest& request) {
    std::filesystem::path folder;
    TRY_ASSIGN(const ShopData data, data_of(request, DataUse::kVisit, folder));
    TRY_ASSIGN(const auto gallery, gallery_of(data, folder));
    const api::PersonSources sources{*gallery, *data.gallery, *data.facts, *data.receipts, *data.sealer};
    TRY_ASSIGN(const auto all, api::export_of(sources, request.person));
    if (!all) return failed(fmt::format("nobody in the gallery has the number {}", request.person));
    TRY(privacy::LookLog(data.gallery, utc_now).note(kByHand, "exported everything", request.person));
    const std::string text = all->dump(2);
    if (!request.out.empty()) return write_export(request.out, text);
    fmt::print("{}\n", text);
    return {};
}

Result<void> erase_person(const PrivacyRequest& request) {
    std::filesystem::path folder;
    TRY_ASSIGN(const ShopData data, data_of(request, DataUse::kShop, folder));
    TRY_ASSIGN(const auto gallery, gallery_of(data, folder));
    TRY_ASSIGN(const auto row, data.gallery->person(request.person));
    if (!row) return failed(fmt::format("nobody in the gallery has the number {}", request.person));
    TRY(privacy::LookLog(data.gallery, utc_now).note(kByHand, "had everything erased", request.person));
    TRY(end_alarms_of(data, request.person));
    // What receipts know him by; of who was enrolled by an older program it stands on his card alone.
    std::set<std::string> cards(row->cards.begin(), row->cards.end());
    if (const auto person = gallery->person(request.person))
        for (const std::string& external : privacy::externals_of(person->card))
            cards.insert(api::pseudonym_of_card(*data.sealer, external));
    for (const std::string& card : cards)
        TRY(data.buyers->forget(card));
    TRY(gallery->erase(request.person));
    fmt::print("Person {} is erased.\n", request.person);
    return {};
}

}  // namespace vitrina::app

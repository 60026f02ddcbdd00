#include "privacy/look_log.h"

#include <array>
#include <utility>

#include <fmt/format.h>
#include <sodium.h>

#include "privacy/sealing.h"

namespace vitrina::privacy {
namespace {

constexpr std::int64_t kVerifiedAtOnce = 1000;

/// BLAKE2b of the hash before and all fields, each with its length, so that none runs into the next.
std::string hash_of(const std::string& before, const records::LookEntry& entry) {
    const std::string content = fmt::format("vitrina-look-1 {} {} {} {}:{} {}:{} {}", before, entry.number,
                                            entry.at.time_since_epoch().count(), entry.who.size(), entry.who,
                                            entry.what.size(), entry.what, entry.whom);
    std::array<unsigned char, crypto_generichash_BYTES> hash{};
    crypto_generichash(hash.data(), hash.size(), reinterpret_cast<const unsigned char*>(content.data()),
                       content.size(), nullptr, 0);
    return hex_of(hash);
}

}  // namespace

LookLog::LookLog(std::shared_ptr<records::GalleryStore> store, std::function<UtcTime()> now)
    : store_(std::move(store)), now_(std::move(now)) {}

Result<void> LookLog::note(const std::string& who, const std::string& what, std::int64_t whom) {
    records::LookEntry entry;
    entry.at = now_();
    entry.who = who;
    entry.what = what;
    entry.whom = whom;
    TRY(store_->note_look(std::move(entry), hash_of));
    return {};
}

Result<std::vector<records::LookEntry>> LookLog::newest(std::int64_t limit) const {
    return store_->newest_looks(limit);
}

Result<LookLog::Verdict> LookLog::verify(const std::optional<std::string>& known_head) const {
    Verdict verdict;
    bool met = !known_head;
    while (true) {
        TRY_ASSIGN(const auto entries, store_->looks_after(verdict.entries, kVerifiedAtOnce));
        if (entries.empty()) break;
        for (const records::LookEntry& entry : entries) {
            if (entry.number != verdict.entries + 1) {
                verdict.problem = fmt::format("entry {} is missing", verdict.entries + 1);
                return verdict;
            }
            if (entry.hash != hash_of(verdict.head, entry)) {
                verdict.problem =
                    fmt::format("entry {} is not what was written, or the one before it", entry.number);
                return verdict;
            }
            verdict.entries = entry.number;
            verdict.head = entry.hash;
            met = met || entry.hash == known_head;
        }
    }
    if (!met)
        verdict.problem = "the head that was given is not in the log: it was cut off, or is another log";
    return verdict;
}

}  // namespace vitrina::privacy

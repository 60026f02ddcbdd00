#include "app/shop_data.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/output_folder.h"

namespace vitrina::app {

Result<FileLock> FileLock::take(const std::filesystem::path& file) {
    FileLock lock(open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR));
    if (lock.file_ < 0) return failed(fmt::format("{}: {}", file.string(), std::strerror(errno)));
    if (flock(lock.file_, LOCK_EX | LOCK_NB) == 0) return lock;
    return failed(errno == EWOULDBLOCK
                      ? fmt::format("{}: vitrina runs with this data folder already", file.string())
                      : fmt::format("{}: {}", file.string(), std::strerror(errno)));
}

FileLock::~FileLock() {
    if (file_ >= 0) close(file_);
}

Result<ShopData> ShopData::open(const Config& config, DataUse use) {
    if (use == DataUse::kVisit && !std::filesystem::exists(config.data / "vitrina.db"))
        return misconfigured(
            fmt::format("{}: no records are there; is \"data\" right? \"vitrina serve\" makes "
                        "them when it starts",
                        config.data.string()));
    const bool is_new = !std::filesystem::exists(config.data);
    TRY(make_folder(config.data));
    if (is_new) {
        std::error_code ignored;  // the key protects itself
        std::filesystem::permissions(config.data, std::filesystem::perms::owner_all, ignored);
    }
    ShopData data;
    if (use == DataUse::kShop) {
        TRY_ASSIGN(data.lock, FileLock::take(config.data / "vitrina.lock"));
    }
    records::DatabaseOptions options;
    options.reserve_bytes = config.reserve_mb << 20;
    TRY_ASSIGN(data.database, records::Database::open(config.data / "vitrina.db", options));
    TRY_ASSIGN(data.sealer, privacy::Sealer::open(config.data / "vitrina.key"));
    data.facts = std::make_unique<records::FactStore>(data.database);
    data.shop = std::make_unique<records::ShopStore>(data.database);
    data.receipts = std::make_unique<records::ReceiptStore>(data.database);
    data.matches = std::make_unique<records::MatchStore>(data.database);
    data.buyers = std::make_unique<records::BuyerStore>(data.database);
    data.campaigns = std::make_unique<records::CampaignStore>(data.database);
    data.alarms = std::make_unique<records::AlarmStore>(data.database);
    data.paths = std::make_unique<records::PathStore>(data.database);
    data.taught = std::make_unique<records::TaughtStore>(data.database);
    data.audits = std::make_unique<records::AuditStore>(data.database);
    data.gallery = std::make_shared<records::GalleryStore>(data.database);
    data.accounts = std::make_unique<records::AccountStore>(data.database);
    return data;
}

}  // namespace vitrina::app

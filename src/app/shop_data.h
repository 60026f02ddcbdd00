// What lies in the data folder of a shop, opened: the database and the key. One thread opens it; what it
// holds may be used by all.
//
// Only one program at a time runs the shop of a folder: two would take each other's open visits for those of
// a program that was killed, and end them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <utility>

#include "app/config.h"
#include "base/result.h"
#include "privacy/sealer.h"
#include "records/account_store.h"
#include "records/alarm_store.h"
#include "records/audit_store.h"
#include "records/buyer_store.h"
#include "records/campaign_store.h"
#include "records/database.h"
#include "records/fact_store.h"
#include "records/gallery_store.h"
#include "records/match_store.h"
#include "records/path_store.h"
#include "records/receipt_store.h"
#include "records/shop_store.h"
#include "records/taught_store.h"

namespace vitrina::app {

enum class DataUse : std::uint8_t {
    kShop,   // runs the shop: nobody else does until this object goes
    kVisit,  // looks after something that is there, beside a running shop too
};

/// A file that is locked as long as the object lives, also against other programs. The lock goes with the
/// program, however that ends; the file stays.
class FileLock {
  public:
    /// Makes the file if it is missing. Fails when another has the lock.
    [[nodiscard]] static Result<FileLock> take(const std::filesystem::path& file);
    FileLock() = default;
    ~FileLock();
    FileLock(FileLock&& other) noexcept : file_(std::exchange(other.file_, -1)) {}
    FileLock& operator=(FileLock&& other) noexcept {
        std::swap(file_, other.file_);
        return *this;
    }
    FileLock(const FileLock&) = delete;
    FileLock& operator=(const FileLock&) = delete;

  private:
    explicit FileLock(int file) : file_(file) {}

    int file_ = -1;
};

struct ShopData {
    FileLock lock;  // first: it goes when the rest is closed
    std::shared_ptr<records::Database> database;
    std::unique_ptr<records::FactStore> facts;
    std::unique_ptr<records::ShopStore> shop;
    std::unique_ptr<records::ReceiptStore> receipts;
    std::unique_ptr<records::MatchStore> matches;
    std::unique_ptr<records::BuyerStore> buyers;
    std::unique_ptr<records::CampaignStore> campaigns;
    std::unique_ptr<records::AlarmStore> alarms;
    std::unique_ptr<records::PathStore> paths;
    std::unique_ptr<records::TaughtStore> taught;
    std::unique_ptr<records::AuditStore> audits;
    std::shared_ptr<records::GalleryStore> gallery;
    std::unique_ptr<records::AccountStore> accounts;
    std::unique_ptr<privacy::Sealer> sealer;

    /// Makes the folder (only for its owner) and what is missing in it; but who only visits finds records
    /// there, or nothing is made and it fails: the folder was mistyped. Errors name the file.
    [[nodiscard]] static Result<ShopData> open(const Config& config, DataUse use);
};

}  // namespace vitrina::app

// The folder in which tills leave their receipts as CSV files (docs/receipts.md): each file is read once it
// has stopped growing, and moved to done/, or to failed/ beside a file that says why. A file whose receipts
// can't be written now stays and is tried again; one that was taken twice changes nothing.
//
// A thread of its own looks every second; look() is what it does, for tests.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "api/receipt_intake.h"
#include "base/mutex.h"
#include "base/result.h"
#include "domain/receipt_table.h"

namespace vitrina::app {

class ReceiptFolder {
  public:
    struct Options {
        std::filesystem::path folder;
        InstantOf instant_of;  // of the shop's time zone
        /// Keeps receipts; what became of each.
        std::function<Result<std::vector<api::TakenReceipt>>(std::vector<Receipt>)> take;
        std::function<void(const std::string& line)> log;
    };

    /// Makes the folder, done/ and failed/ in it. Fails (kConfiguration) where it can't.
    [[nodiscard]] static Result<std::unique_ptr<ReceiptFolder>> create(Options options);
    /// Ends the thread, between two files.
    ~ReceiptFolder();
    ReceiptFolder(const ReceiptFolder&) = delete;
    ReceiptFolder& operator=(const ReceiptFolder&) = delete;

    /// Begins to look by itself.
    void start();
    /// Takes all files that are as they were at the last look. How many were moved. Not while the thread
    /// runs.
    int look();

  private:
    struct Seen {
        std::uintmax_t bytes = 0;
        std::filesystem::file_time_type changed;
        bool moved = true;  // false: it was read and could not be moved; it isn't read again as it is
        friend bool operator==(const Seen&, const Seen&) = default;
    };

    explicit ReceiptFolder(Options options) : options_(std::move(options)) {}
    void run();
    [[nodiscard]] bool wait();
    /// Those that look like a table and are no links, by name.
    [[nodiscard]] std::map<std::filesystem::path, Seen> files();
    /// Whether it was moved.
    bool take(const std::filesystem::path& file);
    bool finish(const std::filesystem::path& file, const std::string& reason, std::size_t added,
                std::size_t known);

    const Options options_;
    std::map<std::filesystem::path, Seen> seen_;
    std::string trouble_;         // of the last file
    std::set<std::string> told_;  // since all was well
    bool unreadable_ = false;     // the folder
    Mutex mutex_;
    Condition changed_;
    bool stopping_ GUARDED_BY(mutex_) = false;
    std::thread thread_;
};

}  // namespace vitrina::app

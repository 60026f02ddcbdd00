#include "app/receipt_folder.h"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <optional>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "app/output_folder.h"
#include "base/thread_name.h"

namespace vitrina::app {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds kLookEvery{1};
constexpr std::size_t kReceiptsAtOnce = 500;  // in one transaction
constexpr int kNamesMax = 10'000;             // of files called the same

bool is_table(const fs::path& file) {
    const std::string name = file.filename().string();
    std::string ending = file.extension().string();
    std::transform(ending.begin(), ending.end(), ending.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; });
    return !name.starts_with('.') && !name.starts_with('~') && (ending == ".csv" || ending == ".txt");
}

Result<std::string> content_of(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file)
        return failed(
            fmt::format("{}: can't be read: {}", path.string(), std::generic_category().message(errno)));
    std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    if (file.bad()) return failed(path.string() + ": can't be read to its end");
    return text;
}

/// A name in `folder` that is free: "day.csv", "day-2.csv" ...
fs::path free_name(const fs::path& folder, const fs::path& file) {
    fs::path wanted = folder / file.filename();
    std::error_code ignored;
    for (int number = 2; fs::exists(wanted, ignored) && number < kNamesMax; ++number)
        wanted = folder / fmt::format("{}-{}{}", file.stem().string(), number, file.extension().string());
    return wanted;
}

}  // namespace

Result<std::unique_ptr<ReceiptFolder>> ReceiptFolder::create(Options options) {
    for (const fs::path& folder : {options.folder, options.folder / "done", options.folder / "failed"})
        if (const auto made = make_folder(folder); !made)
            return misconfigured("receipts.folder: " + made.error().message);
    return std::unique_ptr<ReceiptFolder>(new ReceiptFolder(std::move(options)));
}

ReceiptFolder::~ReceiptFolder() {
    {
        const MutexLock lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) thread_.join();
}

void ReceiptFolder::start() {
    thread_ = std::thread([this] {
        name_thread("receipts");
        run();
    });
}

void ReceiptFolder::run() {
    while (wait())
        look();
}

bool ReceiptFolder::wait() {
    const auto end = std::chrono::steady_clock::now() + kLookEvery;
    const MutexLock lock(mutex_);
    while (!stopping_ && std::chrono::steady_clock::now() < end)
        changed_.wait_until(mutex_, end);
    return !stopping_;
}

std::map<fs::path, ReceiptFolder::Seen> ReceiptFolder::files() {
    std::map<fs::path, Seen> found;
    std::error_code error;
    for (fs::directory_iterator entry(options_.folder, error), end; !error && entry != end;
         entry.increment(error)) {
        std::error_code gone;
        if (!is_table(entry->path()) || entry->symlink_status(gone).type() != fs::file_type::regular)
            continue;
        Seen seen{entry->file_size(gone), {}};
        if (!gone) seen.changed = entry->last_write_time(gone);
        if (!gone) found.emplace(entry->path(), seen);
    }
    if (!std::exchange(unreadable_, static_cast<bool>(error)) && error && options_.log)
        options_.log(fmt::format("{}: can't be read: {}", options_.folder.string(), error.message()));
    return found;
}

int ReceiptFolder::look() {
    std::map<fs::path, Seen> found = files();
    int moved = 0;
    for (auto& [file, seen] : found) {
        const auto before = seen_.find(file);
        if (before == seen_.end()) continue;  // it may still grow
        seen.moved = before->second.moved;
        if (seen != before->second || !seen.moved) {
            if (seen != before->second) seen.moved = true;
            continue;
        }
        {
            const MutexLock lock(mutex_);
            if (stopping_) break;
        }
        if (take(file)) ++moved;
        std::error_code ignored;
        seen.moved = trouble_.empty() ? !fs::exists(file, ignored) : true;
    }
    seen_ = std::move(found);
    if (trouble_.empty()) told_.clear();
    return moved;
}

bool ReceiptFolder::take(const fs::path& file) {
    const auto in_trouble = [this](const std::string& what) {
        if (told_.insert(what).second && options_.log) options_.log(what + "; it is tried again");
        trouble_ = what;
        return false;
    };
    const std::string name = file.filename().string();
    std::error_code gone;
    if (const auto bytes = fs::file_size(file, gone); !gone && bytes > kReceiptTableBytesMax) {
        trouble_.clear();
        return finish(file,
                      fmt::format("{}: has {} MiB, more than {}; split it\n", name, bytes >> 20U,
                                  kReceiptTableBytesMax >> 20U),
                      0, 0);
    }
    const auto content = content_of(file);
    if (!content) return in_trouble(content.error().message);
    auto table = parse_receipt_table(*content, name, options_.instant_of);
    if (!table) {
        trouble_.clear();
        return finish(file, table.error().message + "\n", 0, 0);
    }
    std::string reason;
    std::size_t added = 0;
    std::size_t known = 0;
    auto& rows = table->receipts;
    for (std::size_t begin = 0; begin < rows.size(); begin += kReceiptsAtOnce) {
        const std::size_t end = std::min(rows.size(), begin + kReceiptsAtOnce);
        std::vector<Receipt> receipts;
        receipts.reserve(end - begin);
        for (std::size_t i = begin; i < end; ++i)
            receipts.push_back(std::move(rows[i].receipt));
        const auto taken = options_.take(std::move(receipts));
        if (!taken) return in_trouble(fmt::format("{}: {}", name, taken.error().message));
        for (std::size_t i = 0; i < taken->size(); ++i) {
            const auto& problem = (*taken)[i].problem;
            if (!problem)
                ++((*taken)[i].added ? added : known);
            else
                reason += fmt::format("{}: line {}: {}: {}\n", name, rows[begin + i].line,
                                      to_text(problem->code), problem->message);
        }
    }
    trouble_.clear();
    for (const std::string& problem : table->problems)
        reason += fmt::format("{}: {}\n", name, problem);
    if (table->problem_count > table->problems.size())
        reason += fmt::format("{}: and {} more lines\n", name, table->problem_count - table->problems.size());
    return finish(file, reason, added, known);
}

bool ReceiptFolder::finish(const fs::path& file, const std::string& reason, std::size_t added,
                           std::size_t known) {
    const std::string name = file.filename().string();
    const fs::path target = free_name(options_.folder / (reason.empty() ? "done" : "failed"), file);
    if (!reason.empty()) {
        fs::path beside = target;
        beside += ".reason.txt";
        const auto written = write_text(
            beside, fmt::format("{}{} receipts of the file were new and are kept, {} were known. Correct the "
                                "lines above and put the file back; what is known is not counted twice.\n",
                                reason, added, known));
        if (!written) options_.log(written.error().message);
    }
    std::error_code error;
    fs::rename(file, target, error);
    options_.log(
        fmt::format("receipts of {}: {} new, {} known{}", name, added, known,
                    reason.empty() ? "" : "; some were refused: see " + target.string() + ".reason.txt"));
    if (error) options_.log(fmt::format("{}: can't be moved: {}", file.string(), error.message()));
    return !error;
}

}  // namespace vitrina::app

#include "privacy/key_ring.h"

#include <array>
#include <cerrno>
#include <sstream>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sodium.h>
#include <unistd.h>

#include "privacy/key_file.h"
#include "privacy/sealing.h"

namespace vitrina::privacy {
namespace {

constexpr std::string_view kRingBegin = "vitrina-keys-1 ";
constexpr const char* kCheckContext = "gallery master key";
constexpr const char* kCheckText = "vitrina gallery";

std::filesystem::path next_of(const std::filesystem::path& file) {
    std::filesystem::path next = file;
    return next += ".next";
}

/// The word that the master key is checked by; nothing for what is no ring.
std::string check_in(const std::string& text) {
    const std::size_t end = text.find('\n');
    if (!text.starts_with(kRingBegin) || end == std::string::npos) return "";
    return text.substr(kRingBegin.size(), end - kRingBegin.size());
}

bool is_right(const Sealer& key, const std::string& check) {
    const auto text = key.open_sealed(check, kCheckContext);
    return text && *text == kCheckText;
}

Result<void> put_in_place(const std::filesystem::path& next, const std::filesystem::path& file) {
    if (std::rename(next.c_str(), file.c_str()) != 0)
        return failed(
            fmt::format("{}: can't be written: {}", file.string(), std::generic_category().message(errno)));
    sync_folder_of(file);
    return {};
}

std::string random_name() {
    constexpr std::size_t kBytes = 12;
    std::array<unsigned char, kBytes> bytes{};
    randombytes_buf(bytes.data(), bytes.size());
    return hex_of(bytes);
}

}  // namespace

KeyFiles key_files_in(const std::filesystem::path& folder) {
    return {folder / "gallery.key", folder / "gallery.keys"};
}

Result<KeyRing> KeyRing::open(const KeyFiles& files) {
    TRY_ASSIGN(const auto text_there, read_private(files.ring));
    if (!text_there) {
        if (std::filesystem::exists(files.master))
            return failed(
                files.ring.string() +
                ": the keys of the people in the gallery are not there; put the file back, or have everybody "
                "in the gallery erased, remove " +
                files.master.string() + " too and begin with an empty one");
        TRY_ASSIGN(auto master, Sealer::open(files.master));
        KeyRing ring(files, std::move(master));
        TRY(ring.write(*ring.master_));
        return ring;
    }
    const std::string& text = *text_there;
    const std::string check = check_in(text);
    if (check.empty())
        return failed(files.ring.string() + ": is damaged, or is no file with keys; put the right file back");
    auto master = Sealer::open(files.master, NoKey::kFails);
    if (!master || !is_right(**master, check)) {
        auto next = Sealer::open(next_of(files.master), NoKey::kFails);
        if (next && is_right(**next, check)) {
            TRY(put_in_place(next_of(files.master), files.master));  // a rotation was interrupted at its end
            master = std::move(next);
        } else if (master) {
            return failed(files.master.string() +
                          ": is not the key that the gallery was sealed with; put the right file back");
        }
    }
    if (!master) return tl::unexpected(std::move(master).error());
    KeyRing ring(files, std::move(*master));
    TRY(ring.read(text));
    return ring;
}

Result<void> KeyRing::read(const std::string& text) {
    // A line without its end was being added when the power went: nothing was sealed with its key yet.
    const std::size_t whole = text.rfind('\n') + 1;
    std::istringstream lines(text.substr(0, whole));
    std::string line;
    std::getline(lines, line);  // the head
    for (int number = 2; std::getline(lines, line); ++number) {
        const std::size_t blank = line.find(' ');
        auto key = blank == std::string::npos ? Result<PersonKey>(failed("is damaged"))
                                              : PersonKey::open(line.substr(blank + 1), *master_);
        if (!key) return failed(fmt::format("{}:{}: {}", files_.ring.string(), number, key.error().message));
        keys_.emplace(line.substr(0, blank), std::move(*key));
    }
    return whole == text.size() ? Result<void>() : write(*master_);
}

Result<void> KeyRing::write(const Sealer& master) const {
    std::string text = fmt::format("{}{}\n", kRingBegin, master.seal(kCheckText, kCheckContext));
    for (const auto& [name, key] : keys_)
        text += fmt::format("{} {}\n", name, key.sealed_by(master));
    const std::filesystem::path part = next_of(files_.ring);
    TRY(write_private(part, text));
    return put_in_place(part, files_.ring);
}

const PersonKey* KeyRing::find(const std::string& name) const {
    const auto found = keys_.find(name);
    return found == keys_.end() ? nullptr : &found->second;
}

Result<std::string> KeyRing::add() {
    const std::string name = random_name();
    PersonKey key = PersonKey::make();
    // Only its line, or who enrols thousands would write the whole ring thousands of times.
    if (torn_) TRY(write(*master_));
    torn_ = false;
    if (auto added = append_private(files_.ring, fmt::format("{} {}\n", name, key.sealed_by(*master_)));
        !added) {
        torn_ = true;
        return tl::unexpected(std::move(added).error());
    }
    keys_.emplace(name, std::move(key));
    return name;
}

Result<void> KeyRing::destroy(const std::string& name) {
    auto key = keys_.extract(name);
    if (key.empty()) return {};
    if (auto written = write(*master_); !written) {
        keys_.insert(std::move(key));
        return tl::unexpected(std::move(written).error());
    }
    return {};
}

Result<void> KeyRing::strike(const KeyFiles& files, const std::string& name) {
    TRY_ASSIGN(const auto text, read_private(files.ring));
    if (!text) return {};  // then nothing opens him in any case
    // A line without its end is of a key that nothing was sealed with.
    std::istringstream lines(text->substr(0, text->rfind('\n') + 1));
    std::string left;
    bool found = false;
    for (std::string line; std::getline(lines, line);) {
        const bool is_his = line.starts_with(name + " ");
        found = found || is_his;
        if (!is_his) left += line + '\n';
    }
    if (!found) return {};
    TRY(write_private(next_of(files.ring), left));
    return put_in_place(next_of(files.ring), files.ring);
}

Result<void> KeyRing::rotate() {
    const std::filesystem::path next_file = next_of(files_.master);
    std::error_code ignored;
    std::filesystem::remove(next_file, ignored);  // of a rotation that came to nothing
    TRY_ASSIGN(auto next, Sealer::open(next_file));
    TRY(write(*next));
    TRY(put_in_place(next_file, files_.master));
    master_ = std::move(next);
    return {};
}

}  // namespace vitrina::privacy

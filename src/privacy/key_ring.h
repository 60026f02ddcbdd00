// The keys of all people of the gallery: one file beside the database and, like the master key that seals it,
// in none of its backups. So that whose key is taken out of it is erased from every copy of the database too,
// wherever it lies. One thread at a time.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "base/result.h"
#include "privacy/person_key.h"
#include "privacy/sealer.h"

namespace vitrina::privacy {

struct KeyFiles {
    std::filesystem::path master;
    std::filesystem::path ring;
};
/// "gallery.key" and "gallery.keys" of a data folder.
[[nodiscard]] KeyFiles key_files_in(const std::filesystem::path& folder);

class KeyRing {
  public:
    /// Opens both files, or makes them where neither is there. Fails, with what to do, when one is missing,
    /// is damaged, or the master key is another than sealed the ring.
    [[nodiscard]] static Result<KeyRing> open(const KeyFiles& files);

    /// Null when there is none of that name: it was erased.
    [[nodiscard]] const PersonKey* find(const std::string& name) const;
    [[nodiscard]] std::size_t size() const { return keys_.size(); }
    /// A new key, on the disk when this returns; its name, which tells nothing.
    [[nodiscard]] Result<std::string> add();
    /// It is on the disk no more when this returns. Fails when the disk can't be written; then it is as it
    /// was.
    [[nodiscard]] Result<void> destroy(const std::string& name);
    /// The same of a ring that can't be opened: whoever wants to be forgotten need not wait for its master
    /// key.
    [[nodiscard]] static Result<void> strike(const KeyFiles& files, const std::string& name);

    /// A new master key seals all of them, and the old one is destroyed. However it is interrupted, opening
    /// finds the files of before or those of after.
    [[nodiscard]] Result<void> rotate();

  private:
    KeyRing(KeyFiles files, std::unique_ptr<Sealer> master)
        : files_(std::move(files)), master_(std::move(master)) {}
    [[nodiscard]] Result<void> read(const std::string& text);
    [[nodiscard]] Result<void> write(const Sealer& master) const;

    KeyFiles files_;
    std::unique_ptr<Sealer> master_;
    std::map<std::string, PersonKey> keys_;
    bool torn_ = false;  // a part of a line may stand at the end of the file
};

}  // namespace vitrina::privacy

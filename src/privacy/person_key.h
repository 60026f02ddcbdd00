// The key of one person: all that is kept of him is sealed with it, so that who destroys it has erased him
// from every copy, also from those nobody can reach. It is itself kept sealed by the master key. Any thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "privacy/sealer.h"

namespace vitrina::privacy {

struct HeldKey;

class PersonKey {
  public:
    /// A new one, at random.
    [[nodiscard]] static PersonKey make();
    /// Fails for another master.
    [[nodiscard]] static Result<PersonKey> open(std::string_view sealed, const Sealer& master);
    ~PersonKey();
    PersonKey(PersonKey&& other) noexcept;
    PersonKey& operator=(PersonKey&& other) noexcept;
    PersonKey(const PersonKey&) = delete;
    PersonKey& operator=(const PersonKey&) = delete;

    /// To be stored.
    [[nodiscard]] std::string sealed_by(const Sealer& master) const;

    /// As Sealer has them.
    [[nodiscard]] std::string seal(std::string_view secret, std::string_view context) const;
    [[nodiscard]] Result<std::string> unseal(std::string_view sealed, std::string_view context) const;

  private:
    explicit PersonKey(std::unique_ptr<HeldKey> key);
    std::unique_ptr<HeldKey> key_;
};

}  // namespace vitrina::privacy

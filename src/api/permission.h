// Who may use a route. Plain values.
#pragma once

#include <cstdint>
#include <initializer_list>

#include "api/accounts/identity.h"

namespace vitrina::api {

/// A set of roles, or everybody. The empty set lets nobody in: what is not named is refused.
class Permission {
  public:
    constexpr Permission() = default;
    constexpr Permission(std::initializer_list<Role> roles) {
        for (const Role role : roles)
            roles_ |= 1U << static_cast<unsigned>(role);
    }
    [[nodiscard]] static constexpr Permission everybody() {
        Permission permission;
        permission.public_ = true;
        return permission;
    }

    [[nodiscard]] constexpr bool is_public() const { return public_; }
    [[nodiscard]] constexpr bool includes(Role role) const {
        return (roles_ & 1U << static_cast<unsigned>(role)) != 0;
    }

  private:
    std::uint8_t roles_ = 0;
    bool public_ = false;
};

}  // namespace vitrina::api

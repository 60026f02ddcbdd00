// What a server asks for answers. The dispatcher is one; tests of the server bring simpler ones.
#pragma once

#include <cstddef>

#include "api/http.h"
#include "api/router.h"

namespace vitrina::api {

class Responder {
  public:
    Responder() = default;
    Responder(const Responder&) = delete;
    Responder& operator=(const Responder&) = delete;
    virtual ~Responder() = default;

    /// What a request will cost, known from its head.
    struct Plan {
        std::size_t body_bytes_max = kBodyBytesMax;
        Cost cost = Cost::kQuick;
    };
    /// Any thread; returns soon.
    [[nodiscard]] virtual Plan plan(const Request& request) const = 0;
    /// Fills in who asks (request.who), and answers. Never fails: what goes wrong is an answer too. Any
    /// thread; blocks as long as the work takes.
    [[nodiscard]] virtual Response answer(Request& request) const = 0;
};

}  // namespace vitrina::api

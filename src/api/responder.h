// What a server asks for answers. The dispatcher is one; tests of the server bring simpler ones.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

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
        /// Its body may be large: refuse_early() is asked before it is read.
        bool may_be_refused_early = false;
        /// The key of a session or token that came with it, true or not; empty: none.
        std::string key;
    };
    /// Any thread; returns soon.
    [[nodiscard]] virtual Plan plan(const Request& request) const = 0;
    /// Why he who asks may not do this, known from the head alone; nothing when he may. Any thread; may wait
    /// for the records.
    [[nodiscard]] virtual std::optional<Response> refuse_early(Request& /*request*/) const {
        return std::nullopt;
    }
    /// Fills in who asks (request.who), and answers. Never fails: what goes wrong is an answer too. Any
    /// thread; blocks as long as the work takes.
    [[nodiscard]] virtual Response answer(Request& request) const = 0;
};

}  // namespace vitrina::api

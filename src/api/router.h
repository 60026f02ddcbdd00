// The table of routes: what there is, who may use it and what it costs. It is the one truth: the dispatcher
// refuses by it, and the tests walk it. Plain values; a Router doesn't change once it is made.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "api/http.h"
#include "api/permission.h"

namespace vitrina::api {

struct Services;

/// Whether a request may change anything: if so, a session's must carry the forgery token, and an API token
/// needs the scope kWrite; where it only adds receipts, kReceipts will do.
enum class Effect : std::uint8_t { kReads, kChanges, kAddsReceipts };

/// kSlow computes a password or waits for a camera, kReport goes through months of records: such requests
/// wait for others of their kind only.
enum class Cost : std::uint8_t { kQuick, kSlow, kReport };

/// Whether the handler reads the query, with QueryFields, which refuses what it doesn't know. Where it
/// doesn't, the dispatcher refuses every parameter.
enum class Query : std::uint8_t { kNone, kRead };

inline constexpr std::size_t kBodyBytesMax = std::size_t{64} << 10;
inline constexpr std::size_t kLayoutBodyBytesMax = std::size_t{1} << 20;
inline constexpr std::size_t kReceiptBodyBytesMax = std::size_t{1} << 20;   // 1,000 lines with long names
inline constexpr std::size_t kReceiptsBodyBytesMax = std::size_t{8} << 20;  // 1,000 receipts of 40 lines

inline constexpr std::size_t kDrawingBodyBytesMax = std::size_t{21}
                                                    << 20;  // drawing::kUploadBytesMax, and its error

inline constexpr std::size_t kGoodsPictureBodyBytesMax = std::size_t{17}
                                                         << 20;  // teach::kPictureBytesMax, and its error

/// Photographs of telephones, in base64.
inline constexpr std::size_t kPhotographsBodyBytesMax = std::size_t{28} << 20;

using Handler = std::function<Reply(const Request&, const Services&)>;

struct Route {
    Method method = Method::kGet;
    std::string_view pattern;  // "/api/cameras/{id}"
    Permission who;
    Effect effect = Effect::kReads;
    Handler handle;
    Cost cost = Cost::kQuick;
    std::size_t body_bytes_max = kBodyBytesMax;
    Query query = Query::kNone;
};

class Router {
  public:
    explicit Router(std::vector<Route> routes) : routes_(std::move(routes)) {}

    struct Match {
        const Route* route = nullptr;                   // none: see allowed
        std::map<std::string, std::string> parameters;  // of the pattern
        std::string allowed;                            // methods of the path: "GET, HEAD, PUT"
    };
    /// HEAD finds the route of GET.
    [[nodiscard]] Match match(Method method, const std::vector<std::string>& path) const;

    [[nodiscard]] const std::vector<Route>& routes() const { return routes_; }

  private:
    std::vector<Route> routes_;
};

}  // namespace vitrina::api

// The fields of a request, checked: of a JSON body and of a query. Each get looks at one field and remembers
// what is wrong with it; done() tells the first mistake, and refuses fields that nobody asked for and those
// that stand twice. What a get gave counts only when done() succeeded. Used by one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "api/http.h"
#include "base/result.h"
#include "base/time.h"

namespace vitrina::api {

inline constexpr std::size_t kTextLengthMax = 64;       // bytes are up to four times that: names
inline constexpr std::size_t kAddressLengthMax = 2000;  // as video::check_camera_address()
inline constexpr std::size_t kSecretLengthMax = 1024;
inline constexpr std::int64_t kOffsetMax = 1'000'000'000;  // of a page in its list

/// Of a JSON object in the body.
class BodyFields {
  public:
    /// Fails (kConfiguration) for what is not a JSON object, is nested too deeply or has a key twice, and
    /// where Content-Type is not application/json: a form of another site can't send that.
    [[nodiscard]] static Result<BodyFields> of(const Request& request);

    /// At most so many characters, without control characters; empty counts as missing.
    std::string text(const char* name, std::size_t length_max = kTextLengthMax);
    std::optional<std::string> optional_text(const char* name, std::size_t length_max = kTextLengthMax);
    std::optional<bool> optional_flag(const char* name);
    /// null is like a missing field.
    std::optional<UtcTime> optional_instant(const char* name);
    /// Marks the field as known, and gives it as it is; null when it is missing.
    const nlohmann::json& raw(const char* name);

    [[nodiscard]] Result<void> done() const;

  private:
    explicit BodyFields(nlohmann::json object) : object_(std::move(object)) {}
    const nlohmann::json* find(const char* name);
    void problem(const std::string& name, const std::string& what);

    nlohmann::json object_;
    std::set<std::string> known_;
    std::optional<std::string> problem_;
};

/// Of the query.
class QueryFields {
  public:
    explicit QueryFields(const Request& request)
        : request_(request), known_(request.read_fields.begin(), request.read_fields.end()) {}

    std::optional<std::string> text(const char* name);
    std::optional<UtcTime> instant(const char* name);
    std::optional<std::int64_t> whole_number(const char* name, std::int64_t min, std::int64_t max);
    std::optional<double> number(const char* name, double min, double max);
    /// Those between the commas; empty when the field is missing.
    std::vector<std::string> list(const char* name);
    void problem(const std::string& name, const std::string& what);

    [[nodiscard]] Result<void> done() const;

  private:
    const std::string* find(const char* name);

    const Request& request_;
    std::set<std::string> known_;
    std::optional<std::string> problem_;
};

/// The JSON in a body: with BodyFields' checks, but any value.
[[nodiscard]] Result<nlohmann::json> parse_body(const Request& request);

}  // namespace vitrina::api

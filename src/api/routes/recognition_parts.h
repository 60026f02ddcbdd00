// What the routes of the gallery and of the watchlist share. Any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "api/fields.h"
#include "api/http.h"
#include "api/person_export.h"
#include "api/recognition_services.h"
#include "api/services.h"

namespace vitrina::api {

/// As TRY_ASSIGN, where the error is an answer already.
// NOLINTBEGIN(bugprone-macro-parentheses): a declaration can't stand in parentheses
#define VITRINA_TRY_OR_REFUSE(result, declaration, expression)                \
    auto result = (expression);                                               \
    if (!result) return tl::unexpected<HttpError>(std::move(result).error()); \
    declaration = std::move(*result)
// NOLINTEND(bugprone-macro-parentheses)
#define TRY_OR_REFUSE(declaration, expression) \
    VITRINA_TRY_OR_REFUSE(VITRINA_CONCAT(try_or_refuse_, __LINE__), declaration, expression)

/// Refuses where nobody is known by face (a simulated shop).
[[nodiscard]] tl::expected<const RecognitionServices*, HttpError> recognition_of(const Services& services);
/// The same, and where the gallery is closed.
[[nodiscard]] tl::expected<const RecognitionServices*, HttpError> open_gallery_of(const Services& services);
/// The same, and where the mode of the shop allows no more than that.
[[nodiscard]] tl::expected<const RecognitionServices*, HttpError> recognising(const Services& services);

[[nodiscard]] PersonSources sources_of(const RecognitionServices& recognition, const Services& services);

/// Puts into the log that the asker looked; what can't be noted is not shown.
[[nodiscard]] Result<void> note_look(const RecognitionServices& recognition, const Request& request,
                                     const std::string& what, std::int64_t whom = 0);

/// The same of somebody who was just added: what can't be noted is taken back.
[[nodiscard]] Result<void> noted_or_undone(const RecognitionServices& recognition, const Request& request,
                                           const std::string& what, std::int64_t added);

/// The field `photographs`: a list of files in base64, each with the face of one person. The refusal says
/// which one is wrong, and how.
[[nodiscard]] tl::expected<std::vector<privacy::Photograph>, HttpError> photographs_in(
    const nlohmann::json& field, const RecognitionServices& recognition);

// Of texts about a person, characters.
inline constexpr std::size_t kConsentLengthMax = 1000;
inline constexpr std::size_t kExternalLengthMax = 200;
inline constexpr std::size_t kReasonLengthMax = 500;

/// What a person of this kind is; nothing where there is none of that id.
[[nodiscard]] std::optional<privacy::KnownPerson> person_of(const RecognitionServices& recognition,
                                                            const Request& request, bool watched);

/// Alarms of somebody who goes wait for an answer no more.
[[nodiscard]] Result<void> end_alarms_of(const RecognitionServices& recognition, const Services& services,
                                         std::int64_t person, const std::string& who);

[[nodiscard]] Response jpeg_of(const std::vector<std::uint8_t>& jpeg);

/// 422 for what is the asker's mistake, 409 for a full gallery, else as it is.
[[nodiscard]] tl::unexpected<HttpError> why_not(Error error);

}  // namespace vitrina::api

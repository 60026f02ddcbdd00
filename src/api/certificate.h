// A certificate for a shop that has none from an authority: made on request, trusted by whoever accepts it in
// the browser. Called by one thread.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "api/server.h"
#include "base/result.h"

namespace vitrina::api {

/// As long as browsers accept one.
inline constexpr int kCertificateDays = 825;
/// So long before its end it is replaced: programs run for months between two starts.
inline constexpr std::chrono::days kCertificateRenewal{90};

/// A key (EC P-256, mode 0600) and a certificate for these host names and IP addresses, in new files: where
/// one is there already it is an error, and it stays as it is. "localhost", 127.0.0.1 and ::1 are always
/// among the names.
[[nodiscard]] Result<void> make_certificate(const TlsFiles& files, const std::vector<std::string>& names);

/// As make_certificate(), where there is no such pair, only half of one, or one that ends within
/// kCertificateRenewal. Whether it was made.
[[nodiscard]] Result<bool> ensure_certificate(const TlsFiles& files, const std::vector<std::string>& names);

/// Whether the file holds a certificate in PEM form; and whether the key's holds that of the certificate.
[[nodiscard]] Result<void> check_certificate(const std::filesystem::path& certificate);
[[nodiscard]] Result<void> check_key(const TlsFiles& files);

/// This computer's name and its addresses but those of the loop: who it may be called in the shop.
[[nodiscard]] std::vector<std::string> names_of_this_computer();

}  // namespace vitrina::api

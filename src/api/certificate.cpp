#include "api/certificate.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <memory>
#include <system_error>

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>
#include <unistd.h>

namespace vitrina::api {
namespace {

constexpr long kSecondsOfDay = 24L * 60 * 60;

template <auto Free>
struct Deleter {
    template <typename T>
    void operator()(T* object) const {
        Free(object);
    }
};
using Key = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Deleter<X509_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Deleter<X509_EXTENSION_free>>;
using File = std::unique_ptr<std::FILE, Deleter<std::fclose>>;

bool is_address(const std::string& name) {
    std::array<unsigned char, sizeof(in6_addr)> bytes{};
    return ::inet_pton(AF_INET, name.c_str(), bytes.data()) == 1 ||
           ::inet_pton(AF_INET6, name.c_str(), bytes.data()) == 1;
}

/// Names come from the computer and its owner, but a comma would begin another entry.
bool is_host_name(const std::string& name) {
    return !name.empty() && name.size() <= 253 &&
           name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_*") ==
               std::string::npos;
}

bool add_extension(X509& certificate, int kind, const std::string& value) {
    const Extension extension(X509V3_EXT_conf_nid(nullptr, nullptr, kind, value.c_str()));
    return extension != nullptr && X509_add_ext(&certificate, extension.get(), -1) == 1;
}

bool set_random_serial(X509& certificate) {
    std::array<unsigned char, 16> bytes{};
    if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) return false;
    bytes[0] &= 0x7FU;  // positive
    std::unique_ptr<BIGNUM, Deleter<BN_free>> number(
        BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr));
    return number != nullptr &&
           BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(&certificate)) != nullptr;
}

Certificate make(EVP_PKEY& key, const std::string& names) {
    Certificate certificate(X509_new());
    if (!certificate) return nullptr;
    X509_NAME* const name = X509_get_subject_name(certificate.get());
    const auto* const title = reinterpret_cast<const unsigned char*>("Vitrina");
    const bool made = X509_set_version(certificate.get(), 2) == 1 && set_random_serial(*certificate) &&
                      // A clock that is a little behind shall accept it too.
                      X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -kSecondsOfDay) != nullptr &&
                      X509_gmtime_adj(X509_getm_notAfter(certificate.get()),
                                      (kCertificateDays - 1) * kSecondsOfDay) != nullptr &&
                      X509_set_pubkey(certificate.get(), &key) == 1 &&
                      X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, title, -1, -1, 0) == 1 &&
                      X509_set_issuer_name(certificate.get(), name) == 1 &&
                      add_extension(*certificate, NID_basic_constraints, "critical,CA:FALSE") &&
                      add_extension(*certificate, NID_key_usage, "critical,digitalSignature") &&
                      add_extension(*certificate, NID_ext_key_usage, "serverAuth") &&
                      add_extension(*certificate, NID_subject_alt_name, names) &&
                      X509_sign(certificate.get(), &key, EVP_sha256()) > 0;
    return made ? std::move(certificate) : nullptr;
}

template <typename Write>
Result<void> write_new(const std::filesystem::path& path, mode_t mode, Write write) {
    const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (descriptor < 0)
        return misconfigured(
            fmt::format("{}: can't be made: {}", path.string(), std::generic_category().message(errno)));
    File file(::fdopen(descriptor, "w"));
    const bool written =
        file != nullptr && write(file.get()) == 1 && std::fflush(file.get()) == 0 && ::fsync(descriptor) == 0;
    if (written) return {};
    ::unlink(path.c_str());
    return failed(path.string() + ": can't be written whole");
}

Certificate read_certificate(const std::filesystem::path& path) {
    const File file(std::fopen(path.c_str(), "re"));
    return Certificate(file ? PEM_read_X509(file.get(), nullptr, nullptr, nullptr) : nullptr);
}

/// One with a password is none: nobody is there to type it.
Key read_key(const std::filesystem::path& path) {
    const File file(std::fopen(path.c_str(), "re"));
    const auto no_password = [](char*, int, int, void*) { return -1; };
    return Key(file ? PEM_read_PrivateKey(file.get(), nullptr, no_password, nullptr) : nullptr);
}

bool is_valid_for_long(const std::filesystem::path& path) {
    const Certificate certificate = read_certificate(path);
    if (!certificate) return false;
    std::time_t limit = std::time(nullptr) + std::chrono::seconds(kCertificateRenewal).count();
    return X509_cmp_time(X509_get0_notAfter(certificate.get()), &limit) > 0;
}

}  // namespace

Result<void> make_certificate(const TlsFiles& files, const std::vector<std::string>& names) {
    std::string alternatives = "DNS:localhost,IP:127.0.0.1,IP:::1";
    for (const std::string& name : names) {
        if (is_address(name))
            alternatives += ",IP:" + name;
        else if (is_host_name(name))
            alternatives += ",DNS:" + name;
        else
            return misconfigured(name + ": is neither a host name nor an IP address");
    }
    const Key key(EVP_EC_gen("P-256"));
    if (!key) return failed("a key for the certificate could not be made");
    const Certificate certificate = make(*key, alternatives);
    if (!certificate) return failed("a certificate for " + alternatives + " could not be made");
    TRY(write_new(files.key, 0600, [&](std::FILE* file) {
        return PEM_write_PrivateKey(file, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    }));
    const auto written = write_new(files.certificate, 0644,
                                   [&](std::FILE* file) { return PEM_write_X509(file, certificate.get()); });
    if (!written) ::unlink(files.key.c_str());  // or the next attempt would find half of the pair
    return written;
}

Result<bool> ensure_certificate(const TlsFiles& files, const std::vector<std::string>& names) {
    std::error_code error;
    if (std::filesystem::exists(files.key, error) && is_valid_for_long(files.certificate)) return false;
    // One alone was left by a start that was killed between the two.
    for (const auto& file : {files.certificate, files.key})
        if (!std::filesystem::remove(file, error) && error)
            return misconfigured(fmt::format("{}: can't be replaced: {}", file.string(), error.message()));
    TRY(make_certificate(files, names));
    return true;
}

Result<void> check_certificate(const std::filesystem::path& certificate) {
    if (read_certificate(certificate)) return {};
    return misconfigured(certificate.string() + " is not a certificate in PEM form");
}

Result<void> check_key(const TlsFiles& files) {
    const Key key = read_key(files.key);
    if (!key) return misconfigured(files.key.string() + " is not a key in PEM form without a password");
    const Certificate certificate = read_certificate(files.certificate);
    if (!certificate || X509_check_private_key(certificate.get(), key.get()) == 1) return {};
    return misconfigured(
        fmt::format("{} is not the key of {}", files.key.string(), files.certificate.string()));
}

std::vector<std::string> names_of_this_computer() {
    std::vector<std::string> names;
    std::array<char, 256> host{};
    if (::gethostname(host.data(), host.size() - 1) == 0 && is_host_name(host.data()) &&
        std::string_view(host.data()) != "localhost")
        names.emplace_back(host.data());
    ifaddrs* first = nullptr;
    if (::getifaddrs(&first) != 0) return names;
    const std::unique_ptr<ifaddrs, Deleter<freeifaddrs>> all(first);
    for (const ifaddrs* entry = first; entry != nullptr; entry = entry->ifa_next) {
        if (entry->ifa_addr == nullptr || entry->ifa_addr->sa_family != AF_INET) continue;
        std::array<char, INET_ADDRSTRLEN> text{};
        const auto& address = reinterpret_cast<const sockaddr_in*>(entry->ifa_addr)->sin_addr;
        if (::inet_ntop(AF_INET, &address, text.data(), text.size()) == nullptr) continue;
        if (std::string_view(text.data()).starts_with("127.")) continue;
        names.emplace_back(text.data());
    }
    return names;
}

}  // namespace vitrina::api

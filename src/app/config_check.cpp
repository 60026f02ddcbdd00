#include "app/config_check.h"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "api/certificate.h"
#include "app/sim_file.h"

namespace vitrina::app {
namespace {

namespace fs = std::filesystem;

std::string why(int code) {
    return std::generic_category().message(code);
}

Result<void> check_folder(const fs::path& folder) {
    std::error_code error;
    if (fs::exists(folder, error)) {
        if (!fs::is_directory(folder, error)) return misconfigured(folder.string() + " is no folder");
        if (::access(folder.c_str(), W_OK | X_OK) != 0)
            return misconfigured(fmt::format("{} can't be written to: {}", folder.string(), why(errno)));
        return {};
    }
    // It is made at the first start, where that is possible.
    fs::path above = fs::absolute(folder, error).parent_path();
    while (!fs::exists(above, error) && above.has_relative_path())
        above = above.parent_path();
    // Rights don't say it all: nobody makes a folder in /proc, root neither.
    std::string trial = (above / ".vitrina-check-XXXXXX").string();
    if (::mkdtemp(trial.data()) != nullptr) {
        ::rmdir(trial.c_str());
        return {};
    }
    return misconfigured(fmt::format("{} is not there and can't be made in {}: {}", folder.string(),
                                     above.string(), why(errno)));
}

Result<void> check_file(const fs::path& file) {
    std::error_code error;
    if (!fs::exists(file, error)) return misconfigured(file.string() + " is not there");
    if (fs::is_directory(file, error)) return misconfigured(file.string() + " is a folder");
    if (::access(file.c_str(), R_OK) != 0)
        return misconfigured(fmt::format("{} can't be read: {}", file.string(), why(errno)));
    return {};
}

/// Listens at no port: the server that runs has it.
Result<void> check_address(const std::string& address) {
    sockaddr_in v4{};
    sockaddr_in6 v6{};
    const bool is_v4 = ::inet_pton(AF_INET, address.c_str(), &v4.sin_addr) == 1;
    if (!is_v4 && ::inet_pton(AF_INET6, address.c_str(), &v6.sin6_addr) != 1)
        return misconfigured(address + " is not an IP address");
    v4.sin_family = AF_INET;
    v6.sin6_family = AF_INET6;
    const int descriptor = ::socket(is_v4 ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const auto* const where =
        is_v4 ? reinterpret_cast<const sockaddr*>(&v4) : reinterpret_cast<const sockaddr*>(&v6);
    const bool bound = descriptor >= 0 && ::bind(descriptor, where, is_v4 ? sizeof v4 : sizeof v6) == 0;
    const int code = errno;
    if (descriptor >= 0) ::close(descriptor);
    if (bound) return {};
    return misconfigured(fmt::format("{} is not an address of this computer: {}", address, why(code)));
}

class Check {
  public:
    explicit Check(const Config& config) : config_(config) {}

    void that(const Result<void>& fine, const std::string& key) {
        if (fine) return;
        const auto& places = config_.places.of_keys;
        const auto place = places.find(key);
        problems_.add(place == places.end() ? Place{} : place->second, key, fine.error().message);
    }
    [[nodiscard]] Result<void> result() const { return problems_.result(config_.places.file); }

  private:
    const Config& config_;
    Problems problems_;
};

void check_tls(const TlsConfig& tls, Check& check) {
    const Result<void> certificate = check_file(tls.certificate);
    const Result<void> key = check_file(tls.key);
    check.that(certificate ? api::check_certificate(tls.certificate) : certificate, "http.tls.certificate");
    check.that(key ? api::check_key({tls.certificate, tls.key}) : key, "http.tls.key");
}

Result<void> check_network(const char* name, const fs::path& models) {
    TRY_ASSIGN(const perceive::ModelInfo model, perceive::find_model(name));
    TRY(perceive::verified_model(model, models));
    return {};
}

/// No key names the first one: nobody is found without it.
void check_networks(const Config& config, const fs::path& models, Check& check) {
    check.that(check_network(perceive::kPeopleNetwork, models), "");
    if (config.analysis.poses) check.that(check_network(perceive::kPoseNetwork, models), "analysis.poses");
    if (config.people.faces)
        for (const char* const network : {perceive::kFaceNetwork, perceive::kFaceReader})
            check.that(check_network(network, models), "people.faces");
}

Result<void> check_simulated_shop(const fs::path& file) {
    TRY(load_sim_shop(file));
    return {};
}

}  // namespace

Result<void> check_surroundings(const Config& config, Surroundings what, const fs::path& models) {
    Check check(config);
    // The one that nobody named is of whoever runs the program, who may be another than who checks.
    if (what == Surroundings::kToStart || config.places.of_keys.contains("data"))
        check.that(check_folder(config.data), "data");
    check.that(check_address(config.http.address), "http.address");
    if (config.http.tls && !config.http.tls->self_signed) check_tls(*config.http.tls, check);
    if (!config.receipts.folder.empty()) check.that(check_folder(config.receipts.folder), "receipts.folder");
    if (what == Surroundings::kToStart) return check.result();
    if (!config.simulation.shop.empty())
        check.that(check_simulated_shop(config.simulation.shop), "simulation.shop");
    for (std::size_t i = 0; i < config.cameras.size(); ++i)
        if (!config.cameras[i].file.empty())
            check.that(check_file(config.cameras[i].file), fmt::format("cameras[{}].file", i));
    check_networks(config, models, check);
    return check.result();
}

Error at_key(const Config& config, const std::string& key, Error error) {
    const auto place = config.places.of_keys.find(key);
    if (place != config.places.of_keys.end())
        error.message = fmt::format("{}:{}:{}: {}: {}", config.places.file, place->second.line,
                                    place->second.column, key, error.message);
    return error;
}

}  // namespace vitrina::app

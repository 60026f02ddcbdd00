#include "api/certificate.h"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "api/responder.h"

namespace vitrina::api {
namespace {

class Hello final : public Responder {
  public:
    Plan plan(const Request& /*request*/) const override { return {}; }
    Response answer(Request& request) const override {
        Response response;
        response.type = "text/plain";
        response.body = request.secure ? "over TLS" : "in the clear";
        return response;
    }
};

class CertificateTest : public testing::Test {
  protected:
    CertificateTest() {
        std::string pattern = (std::filesystem::temp_directory_path() / "vitrina-tls-XXXXXX").string();
        folder_ = ::mkdtemp(pattern.data());
        files_ = {folder_ / "certificate.pem", folder_ / "key.pem"};
    }
    ~CertificateTest() override { std::filesystem::remove_all(folder_); }

    std::filesystem::path folder_;
    TlsFiles files_;
};

/// What a client that trusts this certificate gets; empty when it does not believe the server to be `host`.
std::string get_over_tls(std::uint16_t port, const TlsFiles& files, const char* host) {
    const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context(SSL_CTX_new(TLS_client_method()),
                                                                    SSL_CTX_free);
    SSL_CTX_load_verify_locations(context.get(), files.certificate.c_str(), nullptr);
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
    const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    std::string text;
    if (::connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
        const std::unique_ptr<SSL, decltype(&SSL_free)> ssl(SSL_new(context.get()), SSL_free);
        SSL_set_fd(ssl.get(), descriptor);
        SSL_set1_host(ssl.get(), host);
        if (SSL_connect(ssl.get()) == 1) {
            const std::string request = "GET / HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n";
            SSL_write(ssl.get(), request.data(), static_cast<int>(request.size()));
            char bytes[4096];
            for (int count = 0; (count = SSL_read(ssl.get(), bytes, sizeof bytes)) > 0;)
                text.append(bytes, static_cast<std::size_t>(count));
        }
    }
    ::close(descriptor);
    return text;
}

/// Rewrites it so that it ends in so many days; its signature doesn't matter to who made it.
void shorten_certificate(const TlsFiles& files, long days) {
    std::FILE* file = std::fopen(files.certificate.c_str(), "re");
    X509* const certificate = PEM_read_X509(file, nullptr, nullptr, nullptr);
    std::fclose(file);
    X509_gmtime_adj(X509_getm_notAfter(certificate), days * 24 * 60 * 60);
    i2d_re_X509_tbs(certificate, nullptr);  // forget how it was encoded
    file = std::fopen(files.certificate.c_str(), "we");
    PEM_write_X509(file, certificate);
    std::fclose(file);
    X509_free(certificate);
}

TEST_F(CertificateTest, ServesWhoTrustsIt) {
    const auto made = make_certificate(files_, {"shop.local", "192.0.2.7"});
    ASSERT_TRUE(made.has_value()) << made.error().message;
    Hello hello;
    ServerOptions options;
    options.port = 0;
    options.tls = files_;
    const auto server = Server::create(hello, options);
    ASSERT_TRUE(server.has_value()) << server.error().message;
    const std::uint16_t port = (*server)->port();
    for (const char* host : {"localhost", "shop.local"})
        EXPECT_THAT(get_over_tls(port, files_, host), testing::HasSubstr("over TLS")) << host;
    EXPECT_EQ(get_over_tls(port, files_, "another.local"), "");
}

TEST_F(CertificateTest, OnlyTheOwnerReadsTheKey) {
    ASSERT_TRUE(make_certificate(files_, names_of_this_computer()).has_value());
    struct stat status {};
    ASSERT_EQ(::stat(files_.key.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST_F(CertificateTest, NothingIsOverwritten) {
    ASSERT_TRUE(make_certificate(files_, {}).has_value());
    EXPECT_FALSE(make_certificate(files_, {}).has_value());
    // The key of a certificate that can't be written isn't left behind.
    const TlsFiles half = {files_.certificate, folder_ / "other.pem"};
    EXPECT_FALSE(make_certificate(half, {}).has_value());
    EXPECT_FALSE(std::filesystem::exists(half.key));
}

TEST_F(CertificateTest, APairIsMadeWhereThereIsNoneThatWillDo) {
    EXPECT_TRUE(ensure_certificate(files_, {}).value());
    const auto written = std::filesystem::last_write_time(files_.certificate);
    EXPECT_FALSE(ensure_certificate(files_, {}).value());
    EXPECT_EQ(std::filesystem::last_write_time(files_.certificate), written);
    for (const auto& half : {files_.certificate, files_.key}) {  // killed between the two
        std::filesystem::remove(half);
        EXPECT_TRUE(ensure_certificate(files_, {}).value());
        EXPECT_FALSE(ensure_certificate(files_, {}).value());
    }
    std::filesystem::resize_file(files_.certificate, 100);
    EXPECT_TRUE(ensure_certificate(files_, {}).value());
}

TEST_F(CertificateTest, OneThatEndsSoonIsRenewed) {
    ASSERT_TRUE(ensure_certificate(files_, {}).value());
    shorten_certificate(files_, 80);
    EXPECT_TRUE(ensure_certificate(files_, {}).value());
    EXPECT_FALSE(ensure_certificate(files_, {}).value());
}

TEST_F(CertificateTest, StrangeNamesAreRefused) {
    for (const char* name : {"", "a,IP:1.2.3.4", "a b", "\n"})
        EXPECT_FALSE(make_certificate(files_, {name}).has_value()) << name;
    EXPECT_FALSE(std::filesystem::exists(files_.key));
}

TEST_F(CertificateTest, TheServerSaysWhatIsWrongWithItsFiles) {
    ASSERT_TRUE(make_certificate(files_, {}).has_value());
    const TlsFiles other = {folder_ / "2.pem", folder_ / "2.key"};
    ASSERT_TRUE(make_certificate(other, {}).has_value());
    Hello hello;
    ServerOptions options;
    options.port = 0;
    options.tls = TlsFiles{files_.certificate, other.key};
    EXPECT_THAT(Server::create(hello, options).error().message,
                testing::HasSubstr("2.key: is not the key of "));
    options.tls = TlsFiles{folder_ / "none.pem", other.key};
    EXPECT_THAT(Server::create(hello, options).error().message,
                testing::HasSubstr("none.pem: is not a certificate"));
}

}  // namespace
}  // namespace vitrina::api

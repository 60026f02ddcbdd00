#include "api/static_files.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/stream.h"

namespace vitrina::api {
namespace {

class StaticFilesTest : public testing::Test {
  protected:
    StaticFilesTest() {
        std::string pattern = (std::filesystem::temp_directory_path() / "vitrina-files-XXXXXX").string();
        root_ = ::mkdtemp(pattern.data());
        folder_ = root_ / "dist";
        write(root_ / "secret.txt", "secret");
        write(folder_ / "index.html", "<page>");
        write(folder_ / "assets" / "app-B3xk.js", "0123456789");
        write(folder_ / "assets" / "app-B3xk.js.gz", "packed");
        write(folder_ / ".hidden", "hidden");
        std::filesystem::create_symlink(root_ / "secret.txt", folder_ / "link.txt");
        std::filesystem::create_directory_symlink(root_, folder_ / "up");
    }
    ~StaticFilesTest() override { std::filesystem::remove_all(root_); }

    static void write(const std::filesystem::path& path, const std::string& text) {
        std::filesystem::create_directories(path.parent_path());
        std::ofstream(path) << text;
    }

    /// Status and body, as "200 text".
    std::string get(const std::string& target, const std::map<std::string, std::string>& headers = {}) {
        Request request;
        request.headers = headers;
        const auto parsed = parse_target(target, request);
        if (!parsed) return "400";
        const Reply reply = StaticFiles::of(folder_).get(request);
        if (!reply) return std::to_string(reply.error().status);
        last_ = *reply;
        std::string body;
        while (last_.stream) {
            const Batch batch = last_.stream->next();
            for (const Chunk& chunk : batch.chunks)
                body += chunk.bytes;
            if (batch.end || batch.broken) break;
        }
        return std::to_string(last_.status) + " " + body;
    }
    std::string header(const std::string& name) const {
        for (const auto& [key, value] : last_.headers)
            if (key == name) return value;
        return "";
    }

    std::filesystem::path root_;
    std::filesystem::path folder_;
    Response last_;
};

TEST_F(StaticFilesTest, ThePageAndItsRoutes) {
    for (const char* target : {"/", "/visits", "/cameras/door", "/visits?zone=till", "/index.html"}) {
        EXPECT_EQ(get(target), "200 <page>") << target;
        EXPECT_EQ(last_.type, "text/html; charset=utf-8");
        EXPECT_EQ(header("Cache-Control"), "no-cache");
    }
    EXPECT_EQ(get("/nothing.js"), "404");
    EXPECT_EQ(get("/assets/nothing-1234.js"), "404");
}

TEST_F(StaticFilesTest, NothingOutsideOfTheFolder) {
    for (const char* target : {"/../secret.txt",
                               "/..%2fsecret.txt",
                               "/%2e%2e/secret.txt",
                               "/%2e%2e%2fsecret.txt",
                               "/assets/../../secret.txt",
                               "/..%5csecret.txt",
                               "/link.txt",
                               "/up/secret.txt",
                               "/./secret.txt",
                               "//secret.txt",
                               "/.hidden",
                               "/%2fetc%2fpasswd.txt",
                               "/assets/..%2f..%2fsecret.txt",
                               "/....//secret.txt",
                               "/..;/secret.txt",
                               "/%00secret.txt",
                               "/secret.txt%00.html",
                               "/%c0%ae%c0%ae/secret.txt",
                               "/../etc/passwd",
                               "/%2e%2e/etc/passwd",
                               "/..%2f..%2fetc%2fpasswd",
                               "/visits/..%5cetc",
                               "/visits/..",
                               "/.."}) {
        const std::string answer = get(target);
        EXPECT_TRUE(answer == "404" || answer == "400") << target << ": " << answer;
    }
}

TEST_F(StaticFilesTest, NamesWithAHashNeverChange) {
    EXPECT_EQ(get("/assets/app-B3xk.js"), "200 0123456789");
    EXPECT_EQ(header("Cache-Control"), "public, max-age=31536000, immutable");
    EXPECT_EQ(last_.type, "text/javascript; charset=utf-8");
}

TEST_F(StaticFilesTest, UnchangedFilesAreNotSentAgain) {
    get("/");
    const std::string tag = header("ETag");
    EXPECT_EQ(get("/", {{"if-none-match", tag}}), "304 ");
    EXPECT_EQ(get("/", {{"if-none-match", "W/\"other\", " + tag}}), "304 ");
    EXPECT_EQ(get("/", {{"if-none-match", "\"other\""}}), "200 <page>");
    write(folder_ / "index.html", "<another page>");
    EXPECT_EQ(get("/", {{"if-none-match", tag}}), "200 <another page>");
}

TEST_F(StaticFilesTest, PackedWhereTheBrowserTakesIt) {
    EXPECT_EQ(get("/assets/app-B3xk.js", {{"accept-encoding", "gzip, br"}}), "200 packed");
    EXPECT_EQ(header("Content-Encoding"), "gzip");
    EXPECT_EQ(header("Vary"), "Accept-Encoding");
    EXPECT_EQ(last_.type, "text/javascript; charset=utf-8");
}

TEST_F(StaticFilesTest, Ranges) {
    const auto range = [&](const char* text) { return get("/assets/app-B3xk.js", {{"range", text}}); };
    EXPECT_EQ(range("bytes=2-4"), "206 234");
    EXPECT_EQ(header("Content-Range"), "bytes 2-4/10");
    EXPECT_EQ(range("bytes=7-"), "206 789");
    EXPECT_EQ(range("bytes=-2"), "206 89");
    EXPECT_EQ(range("bytes=-200"), "206 0123456789");
    EXPECT_EQ(range("bytes=5-1000"), "206 56789");
    EXPECT_EQ(range("bytes=10-"), "416 ");
    EXPECT_EQ(header("Content-Range"), "bytes */10");
    for (const char* whole : {"bytes=4-2", "bytes=1-2,4-5", "lines=1-2", "bytes=x-", "bytes=", "bytes=-"})
        EXPECT_EQ(range(whole), "200 0123456789") << whole;
}

TEST_F(StaticFilesTest, WithoutADashboardAPageSaysWhatToDo) {
    folder_ = root_ / "nowhere";
    EXPECT_EQ(get("/"), "503 ");
    EXPECT_THAT(last_.body, testing::HasSubstr("scripts/build.sh"));
    EXPECT_EQ(get("/app.js"), "404");
}

}  // namespace
}  // namespace vitrina::api

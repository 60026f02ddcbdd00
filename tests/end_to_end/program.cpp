#include "end_to_end/program.h"

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <system_error>

#include <gtest/gtest.h>
#include <sys/wait.h>

#include "source_dir.h"

namespace vitrina::end_to_end {

Outcome run(const std::string& command) {
    const TemporaryFolder folder;
    const std::string wrapped =
        "( " + command + " ) >" + quoted(folder / "out") + " 2>" + quoted(folder / "err") + " </dev/null";
    const int status = std::system(wrapped.c_str());  // NOLINT(concurrency-mt-unsafe): tests run one by one
    Outcome outcome;
    outcome.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    outcome.out = read(folder / "out");
    outcome.err = read(folder / "err");
    return outcome;
}

Outcome vitrina(const std::vector<std::string>& words) {
    std::string command = quoted(VITRINA_PROGRAM);
    for (const std::string& word : words)
        command += " " + quoted(word);
    return run(command);
}

std::string quoted(const std::string& word) {
    std::string result = "'";
    for (const char letter : word) {
        if (letter == '\'')
            result += "'\\''";
        else
            result += letter;
    }
    result += '\'';
    return result;
}

TemporaryFolder::TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "vitrina-test-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) throw std::system_error(errno, std::generic_category(), pattern);
    path_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

std::string read(const std::filesystem::path& path) {
    std::ostringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    return text.str();
}

std::optional<std::string> shared_clip(const std::string& name) {
    const char* shared = std::getenv("VITRINA_SHARED");  // NOLINT(concurrency-mt-unsafe)
    const std::filesystem::path folder = shared != nullptr
                                             ? std::filesystem::path(shared)
                                             : std::filesystem::path(VITRINA_SOURCE_DIR) / ".." / "shared";
    const std::filesystem::path clip = folder / "data" / "video" / "intel" / name;
    if (!std::filesystem::exists(clip)) return std::nullopt;
    return clip.string();
}

void transform(const std::string& source, const std::string& options, const std::string& target) {
    const Outcome outcome =
        run("ffmpeg -v error -y -i " + quoted(source) + " " + options + " " + quoted(target));
    ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
}

}  // namespace vitrina::end_to_end

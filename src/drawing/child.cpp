#include "drawing/child.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <optional>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace vitrina::drawing {
namespace {

constexpr int kInputDescriptor = 3;  // of the child
constexpr std::size_t kComplaintBytesMax = 4096;

/// A descriptor that is closed when it goes.
class Descriptor {
  public:
    explicit Descriptor(int number = -1) : number_(number) {}
    ~Descriptor() { close(); }
    Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        std::swap(number_, other.number_);
        return *this;
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    [[nodiscard]] int number() const { return number_; }
    void close() {
        if (number_ >= 0) ::close(std::exchange(number_, -1));
    }

  private:
    int number_ = -1;
};

struct Pipe {
    Descriptor read;
    Descriptor write;
};

tl::unexpected<Error> system_error(const char* what) {
    return failed(fmt::format("{}: {}", what, std::generic_category().message(errno)));
}

Result<Pipe> make_pipe() {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) return system_error("a pipe can't be made");
    return Pipe{Descriptor(ends[0]), Descriptor(ends[1])};
}

/// In memory, so that no disk is needed and any place of it can be read.
Result<Descriptor> input_of(std::string_view bytes) {
    Descriptor file(memfd_create("input", MFD_CLOEXEC));
    if (file.number() < 0) return system_error("no memory for the input");
    while (!bytes.empty()) {
        const ssize_t written = write(file.number(), bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return system_error("no memory for the input");
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return file;
}

void limit(int resource, rlim_t value) {
    const rlimit limits{value, value};
    setrlimit(static_cast<__rlimit_resource>(resource), &limits);
}

/// After fork(): only what may be called then, see signal-safety(7).
[[noreturn]] void become(const char* program, char* const* arguments, char* const* environment, int input,
                         int output, int complaints, const ChildLimits& limits, pid_t parent) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    if (getppid() != parent) _exit(127);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    // Above those that are taken, so that none overwrites another.
    const int high_input = fcntl(input, F_DUPFD, 10);
    const int high_output = fcntl(output, F_DUPFD, 10);
    const int high_complaints = fcntl(complaints, F_DUPFD, 10);
    const int nothing = open("/dev/null", O_RDONLY);
    if (dup2(nothing, STDIN_FILENO) < 0 || dup2(high_output, STDOUT_FILENO) < 0 ||
        dup2(high_complaints, STDERR_FILENO) < 0 || dup2(high_input, kInputDescriptor) < 0)
        _exit(127);
    close_range(kInputDescriptor + 1, ~0U, 0);
    if (limits.memory_bytes > 0) limit(RLIMIT_AS, limits.memory_bytes);
    limit(RLIMIT_CPU, static_cast<rlim_t>(limits.time.count()));
    limit(RLIMIT_FSIZE, limits.file_bytes);
    limit(RLIMIT_NOFILE, static_cast<rlim_t>(limits.descriptors));
    limit(RLIMIT_CORE, 0);
    execve(program, arguments, environment);
    _exit(127);
}

class Child {
  public:
    explicit Child(pid_t pid) : pid_(pid) {}
    ~Child() {
        if (pid_ < 0) return;
        kill(pid_, SIGKILL);
        static_cast<void>(wait());
    }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    [[nodiscard]] int wait() {
        int status = 0;
        while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
        }
        pid_ = -1;
        return status;
    }

  private:
    pid_t pid_;
};

/// Reads both to their ends. What went wrong, if something did.
Result<void> gather(Descriptor& output, Descriptor& complaints, std::vector<std::uint8_t>& bytes,
                    std::string& words, const ChildLimits& limits) {
    const auto end = std::chrono::steady_clock::now() + limits.time;
    std::array<std::uint8_t, 65536> buffer{};
    while (output.number() >= 0 || complaints.number() >= 0) {
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
        if (left.count() <= 0) return misconfigured(fmt::format("took more than {} s", limits.time.count()));
        if (limits.stop != nullptr && limits.stop->load()) return failed("was cut off");
        constexpr std::int64_t kStopAskedMs = 200;
        const auto wait_ms =
            limits.stop == nullptr ? left.count() : std::min<std::int64_t>(left.count(), kStopAskedMs);
        std::array<pollfd, 2> waits = {pollfd{output.number(), POLLIN, 0},
                                       pollfd{complaints.number(), POLLIN, 0}};
        if (poll(waits.data(), waits.size(), static_cast<int>(wait_ms)) < 0 && errno != EINTR)
            return system_error("poll");
        for (std::size_t i = 0; i < waits.size(); ++i) {
            if ((waits.at(i).revents & (POLLIN | POLLHUP | POLLERR)) == 0) continue;
            const ssize_t count = read(waits.at(i).fd, buffer.data(), buffer.size());
            if (count < 0 && errno == EINTR) continue;
            if (count <= 0) {
                (i == 0 ? output : complaints).close();
            } else if (i == 0) {
                if (bytes.size() + static_cast<std::size_t>(count) > limits.output_bytes)
                    return misconfigured(
                        fmt::format("is more than {} MB when it is drawn", limits.output_bytes >> 20));
                bytes.insert(bytes.end(), buffer.begin(), buffer.begin() + count);
            } else if (words.size() < kComplaintBytesMax) {
                words.append(buffer.begin(), buffer.begin() + count);
            }
        }
    }
    return {};
}

/// For execve(): it points into the words.
std::vector<char*> pointers_to(std::vector<std::string>& words) {
    std::vector<char*> pointers;
    pointers.reserve(words.size() + 1);
    for (std::string& word : words)
        pointers.push_back(word.data());
    pointers.push_back(nullptr);
    return pointers;
}

std::string first_line(const std::string& words) {
    std::string line = words.substr(0, words.find('\n')).substr(0, 200);
    std::replace_if(
        line.begin(), line.end(), [](unsigned char c) { return c < ' ' || c > '~'; }, '?');
    return line;
}

}  // namespace

Result<std::vector<std::uint8_t>> run_child(const std::string& program,
                                            const std::vector<std::string>& arguments, std::string_view input,
                                            const ChildLimits& limits) {
    if (access(program.c_str(), X_OK) != 0) return failed(program + " is not installed");
    TRY_ASSIGN(const Descriptor file, input_of(input));
    TRY_ASSIGN(Pipe output, make_pipe());
    TRY_ASSIGN(Pipe complaints, make_pipe());
    std::vector<std::string> words = {program};
    for (const std::string& argument : arguments)
        words.push_back(argument == kInputName ? fmt::format("/proc/self/fd/{}", kInputDescriptor)
                                               : argument);
    const std::vector<char*> pointers = pointers_to(words);
    std::vector<std::string> variables = {"LC_ALL=C.UTF-8"};
    if (!limits.home.empty())
        variables.insert(variables.end(),
                         {"PATH=/usr/bin:/bin", "HOME=" + limits.home, "TMPDIR=" + limits.home});
    const std::vector<char*> environment = pointers_to(variables);

    const pid_t parent = getpid();
    const pid_t pid = fork();
    if (pid < 0) return system_error("a program can't be started");
    if (pid == 0)
        become(program.c_str(), pointers.data(), environment.data(), file.number(), output.write.number(),
               complaints.write.number(), limits, parent);
    Child child(pid);
    output.write.close();
    complaints.write.close();
    std::vector<std::uint8_t> bytes;
    std::string said;
    TRY(gather(output.read, complaints.read, bytes, said, limits));
    const int status = child.wait();
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return bytes;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 127 && said.empty())
        return failed(program + " can't be started");
    if (WIFSIGNALED(status)) return misconfigured("needs more memory or time than it may have");
    return misconfigured(said.empty() ? "can't be drawn" : "can't be drawn: " + first_line(said));
}

}  // namespace vitrina::drawing

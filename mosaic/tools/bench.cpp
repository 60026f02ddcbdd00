#include "bench.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <latch>
#include <random>
#include <thread>

#include "backend_choice.h"
#include "compiler.h"
#include "graph_access.h"

namespace mosaic::tools {

namespace {

// Of the network's products and convolutions.
Result<double> operations_of(const Graph& graph, const Options& options) {
    MOSAIC_TRY_ASSIGN(const ir::Graph source, GraphAccess::of(graph, options));
    MOSAIC_TRY_ASSIGN(const Prepared prepared, prepare(source, options));
    double total = 0;
    for (const ir::Node& node : prepared.graph.nodes)
        total += ir::operations(prepared.graph, node);
    return total;
}

Result<std::vector<Tensor>> random_inputs(const Session& session, unsigned seed) {
    std::mt19937 random(seed);
    std::vector<Tensor> tensors;
    tensors.reserve(session.inputs().size());
    for (const ValueInfo& info : session.inputs()) {
        MOSAIC_TRY_ASSIGN(Tensor tensor, Tensor::create(info.type, info.shape));
        std::normal_distribution<float> floats(0.0F, 1.0F);
        if (info.type == DataType::kFloat32) {
            for (float& element : tensor.elements<float>())
                element = floats(random);
        } else if (info.type == DataType::kInt32) {
            for (std::int32_t& element : tensor.elements<std::int32_t>())
                element = static_cast<std::int32_t>(random() % 256);
        }
        tensors.push_back(std::move(tensor));
    }
    return tensors;
}

constexpr double kPerGiga = 1e9;
constexpr double kPerSecond = 1e3;  // milliseconds

double median_of(std::vector<double>& values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

// The first size of the first input; one for networks that read no pictures.
std::int64_t pictures_of(const Session& session) {
    const bool none = session.inputs().empty() || session.inputs()[0].shape.rank() == 0;
    return none ? 1 : session.inputs()[0].shape[0];
}

// A session and its inputs, timed run by run.
struct Runner {
    using Clock = std::chrono::steady_clock;

    Session session;
    std::vector<Tensor> tensors;
    std::vector<TensorView> views;
    std::vector<double> times_ms;
    Result<void> outcome;

    void run(int runs) {
        for (int i = 0; i < runs && outcome; ++i) {
            const auto start = Clock::now();
            outcome = session.run(views);
            times_ms.push_back(std::chrono::duration<double, std::milli>(Clock::now() - start).count());
        }
    }
};

Result<Runner> make_runner(const Graph& graph, const Options& options, const BenchOptions& how) {
    MOSAIC_TRY_ASSIGN(Session session, Session::compile(graph, options));
    MOSAIC_TRY_ASSIGN(std::vector<Tensor> tensors, random_inputs(session, how.seed));
    Runner runner{std::move(session), std::move(tensors), {}, {}, {}};
    for (const Tensor& tensor : runner.tensors)
        runner.views.push_back(tensor.view());
    runner.times_ms.reserve(static_cast<std::size_t>(how.runs));
    return runner;
}

Result<void> bench_together(const Graph& graph, const Options& options, const BenchOptions& how) {
    std::vector<Runner> runners;
    for (int i = 0; i < how.sessions; ++i) {
        MOSAIC_TRY_ASSIGN(Runner runner, make_runner(graph, options, how));
        runners.push_back(std::move(runner));
    }
    std::latch warm(how.sessions);
    std::latch begin(1);
    std::vector<std::thread> threads;
    threads.reserve(runners.size());
    for (Runner& runner : runners) {
        threads.emplace_back([&runner, &how, &warm, &begin] {
            runner.outcome = runner.session.run(runner.views);
            warm.count_down();
            begin.wait();
            runner.run(how.runs);
        });
    }
    warm.wait();
    const auto start = Runner::Clock::now();
    begin.count_down();
    for (std::thread& thread : threads)
        thread.join();
    const std::chrono::duration<double> taken = Runner::Clock::now() - start;
    std::vector<double> times_ms;
    for (const Runner& runner : runners) {
        if (!runner.outcome) return runner.outcome;
        times_ms.insert(times_ms.end(), runner.times_ms.begin(), runner.times_ms.end());
    }
    const auto pictures = static_cast<double>(pictures_of(runners[0].session) * how.runs * how.sessions);
    std::printf("sessions %d of threads %d: pictures_per_s %.2f median_ms %.3f runs %d of each\n",
                how.sessions, options.threads, pictures / taken.count(), median_of(times_ms), how.runs);
    return {};
}

}  // namespace

void print_peaks(int threads) {
    for (const Peak& peak : measure_peaks(threads)) {
        const std::string of =
            peak.threads == 1 ? "one core" : std::to_string(peak.threads) + " threads at once";
        std::printf("%s: %.1f G/s of %s\n", peak.what.c_str(), peak.gflops, of.c_str());
    }
}

Result<void> bench(const Graph& graph, const Options& options, const BenchOptions& how) {
    if (how.sessions > 1) return bench_together(graph, options, how);
    MOSAIC_TRY_ASSIGN(const double all, operations_of(graph, options));
    MOSAIC_TRY_ASSIGN(Runner runner, make_runner(graph, options, how));
    MOSAIC_TRY(runner.session.run(runner.views));
    runner.run(how.runs);
    if (!runner.outcome) return runner.outcome;
    std::vector<double>& times_ms = runner.times_ms;
    const double median = median_of(times_ms);
    std::printf("median_ms %.3f min_ms %.3f max_ms %.3f runs %d\n", median, times_ms.front(), times_ms.back(),
                how.runs);
    const double operations = all / kPerGiga;
    const double reached = operations / times_ms.front() * kPerSecond;
    std::printf("operations %.3f G, at best %.1f G/s", operations, reached);
    const std::vector<Peak> peaks = measure_peaks(options.threads);
    // Winograd's filters multiply less than that; --no-winograd shows the kernels alone.
    if (const Peak* peak = peak_for(peaks, Precision::kFloat32); peak != nullptr)
        std::printf(", %.2f of %.1f (%s, %d threads)", reached / peak->gflops, peak->gflops,
                    peak->what.c_str(), peak->threads);
    std::printf("\n");
    return {};
}

}  // namespace mosaic::tools

// How good a model is, and how sure that is. Plain functions of predictions and labels.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include <mosaic/dataset.h>
#include <mosaic/error.h>
#include <mosaic/trainer.h>

namespace mosaic::train {

struct Interval {
    double low = 0.0, high = 0.0;
};

struct ClassFigures {
    std::string name;
    std::size_t count = 0;
    double precision = 0.0, recall = 0.0;  // 0 where there is nothing to divide by
    double roc_area = 0.0;                 // of one class against the rest; 0.5 is chance
    double average_precision = 0.0;        // area under precision over recall
};

// A point of a curve; of ROC: false and true positive rate; of precision-recall: recall and precision.
struct CurvePoint {
    double x = 0.0, y = 0.0;
};

struct Evaluation {
    std::size_t count = 0;
    double accuracy = 0.0;
    Interval accuracy_95;  // Wilson, Probable inference (1927)
    double balanced_accuracy = 0.0;
    Interval balanced_accuracy_95;   // bootstrap over pictures, 2000 draws from a fixed seed
    double loss = 0.0;               // cross-entropy
    double calibration_error = 0.0;  // expected, over 15 equal bins (Guo et al., On calibration, 2017)
    // Divides the logits for the lowest loss; 1: the model is as sure as it should be.
    double best_temperature = 1.0;
    // With a temperature fitted on other pictures: of each half of the pictures, on the other half.
    double calibration_error_scaled = 0.0;
    std::vector<ClassFigures> classes;
    std::vector<std::vector<std::size_t>> confusion;  // [truth][said]
    std::vector<CurvePoint> roc, precision_recall;    // over all classes together
    // Indices of pictures: those that are wrong with the greatest certainty, those that were least certain.
    std::vector<std::size_t> most_confused, least_certain;
};

// probabilities: [pictures][classes]. Labels below the number of classes. At least one picture.
[[nodiscard]] Evaluation evaluate(std::span<const std::vector<float>> probabilities,
                                  std::span<const std::int32_t> labels,
                                  const std::vector<std::string>& classes);

// Lowers the expected loss of softmax(log(p) / t).
[[nodiscard]] double fit_temperature(std::span<const std::vector<float>> probabilities,
                                     std::span<const std::int32_t> labels);

struct ReportInput {
    std::string title, model;
    const Dataset* data = nullptr;
    std::span<const std::vector<float>> probabilities;
    const Evaluation* evaluation = nullptr;
    std::span<const Epoch> epochs;  // for the learning curves; may be empty
};
// One HTML file with everything in it: figures, curves, confusion matrix, pictures. No script, no network.
[[nodiscard]] Result<void> write_report(const std::filesystem::path& path, const ReportInput& input);

}  // namespace mosaic::train

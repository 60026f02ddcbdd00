// Figures of small cases that can be worked out by hand, and the closed form of leaving examples out.
#include "mosaic/evaluation.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "train/random.h"

namespace mosaic::train {
namespace {

TEST(Evaluations, OfFourPictures) {
    const std::vector<std::vector<float>> probabilities = {
        {0.9F, 0.1F}, {0.6F, 0.4F}, {0.7F, 0.3F}, {0.2F, 0.8F}};
    const std::vector<std::int32_t> labels = {0, 0, 1, 1};
    const Evaluation e = evaluate(probabilities, labels, {"a", "b"});
    EXPECT_DOUBLE_EQ(e.accuracy, 0.75);
    EXPECT_DOUBLE_EQ(e.balanced_accuracy, 0.75);
    EXPECT_LT(e.accuracy_95.low, 0.75);
    EXPECT_GT(e.accuracy_95.high, 0.75);
    EXPECT_DOUBLE_EQ(e.classes[0].recall, 1.0);
    EXPECT_NEAR(e.classes[0].precision, 2.0 / 3.0, 1e-9);
    EXPECT_EQ(e.confusion[1][0], 1U);
    // Of the four pairs of an a and a b, three are in the right order.
    EXPECT_NEAR(e.classes[0].roc_area, 0.75, 1e-9);
    EXPECT_NEAR(e.classes[0].average_precision, 0.5 + 0.5 * 2.0 / 3.0, 1e-9);
    EXPECT_NEAR(e.loss, -(std::log(0.9) + std::log(0.6) + std::log(0.3) + std::log(0.8)) / 4.0, 1e-6);
    ASSERT_EQ(e.most_confused.size(), 1U);
    EXPECT_EQ(e.most_confused[0], 2U);
    EXPECT_EQ(e.least_certain[0], 1U);
}

TEST(Evaluations, TemperatureMendsTooMuchCertainty) {
    // Right three times in four, and said with 0.99.
    std::vector<std::vector<float>> probabilities;
    std::vector<std::int32_t> labels;
    for (int i = 0; i < 40; ++i) {
        probabilities.push_back({0.99F, 0.01F});
        labels.push_back(i % 4 == 0 ? 1 : 0);
    }
    const Evaluation e = evaluate(probabilities, labels, {"a", "b"});
    EXPECT_NEAR(e.calibration_error, 0.24, 1e-3);
    EXPECT_GT(e.best_temperature, 2.0);
    EXPECT_LT(e.calibration_error_scaled, 0.03);
}

// Fitted and measured on the same pictures, half of them right would be a fine calibration.
TEST(Evaluations, ScaledCalibrationIsOfPicturesThatTheTemperatureWasNotFittedOn) {
    std::vector<std::vector<float>> probabilities;
    std::vector<std::int32_t> labels;
    for (int i = 0; i < 40; ++i) {
        probabilities.push_back(i % 2 == 0 ? std::vector<float>{0.9F, 0.1F} : std::vector<float>{0.1F, 0.9F});
        labels.push_back(0);
    }
    const Evaluation e = evaluate(probabilities, labels, {"a", "b"});
    EXPECT_GT(e.calibration_error_scaled, 0.5);
    const Evaluation one =
        evaluate(std::span(probabilities).first(1), std::span(labels).first(1), {"a", "b"});
    EXPECT_DOUBLE_EQ(one.calibration_error_scaled, one.calibration_error);
}

// With more classes than a matrix can show, and curves.
TEST(Reports, PairsThatAreConfusedMostAreListed) {
    const auto folder = std::filesystem::temp_directory_path() / "mosaic_report_pairs";
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    ASSERT_TRUE(write_png(folder / "one.png", {8, 8, std::vector<std::uint8_t>(8 * 8 * 3, 90)}));
    std::ofstream list(folder / "list.csv");
    list << "path,label\n";
    constexpr std::size_t kClasses = 61;
    for (std::size_t i = 0; i < kClasses + 2; ++i)
        list << "one.png,kind " << (i < kClasses ? 100 + i : 107) << '\n';
    list.close();
    auto data = Dataset::open(folder / "list.csv");
    ASSERT_TRUE(data && data->load({}));
    ASSERT_EQ(data->classes().size(), kClasses);
    const auto place = [&](const std::string& name) {
        return static_cast<std::int32_t>(std::find(data->classes().begin(), data->classes().end(), name) -
                                         data->classes().begin());
    };
    std::vector<std::vector<float>> probabilities;
    std::vector<std::int32_t> labels;
    for (const Sample& sample : data->samples()) {
        labels.push_back(sample.label);
        std::int32_t said = sample.label;
        if (said == place("kind 107")) said = place("kind 109");
        if (said == place("kind 120")) said = place("kind 121");
        std::vector<float> row(kClasses, 0.1F / static_cast<float>(kClasses));
        row[static_cast<std::size_t>(said)] += 0.9F;
        probabilities.push_back(std::move(row));
    }
    const Evaluation evaluation = evaluate(probabilities, labels, data->classes());
    const std::vector<Epoch> epochs = {{1, 2.0, 2.1, 0.3, 1e-3, 1.0}, {2, 1.0, 1.2, 0.6, 1e-3, 2.0}};
    const auto written =
        write_report(folder / "report.html", {"Many", "model", &*data, probabilities, &evaluation, epochs});
    ASSERT_TRUE(written) << written.error().message;
    std::ifstream file(folder / "report.html");
    const std::string html((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    const auto first = html.find("<td>kind 107</td><td>kind 109</td><td>3</td>");
    const auto second = html.find("<td>kind 120</td><td>kind 121</td><td>1</td>");
    EXPECT_NE(first, std::string::npos);
    EXPECT_NE(second, std::string::npos);
    EXPECT_LT(first, second);
    EXPECT_EQ(html.find("class='matrix'"), std::string::npos);
    EXPECT_NE(html.find("Loss by epoch"), std::string::npos);
    EXPECT_NE(html.find("held-back loss"), std::string::npos);
    std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace mosaic::train

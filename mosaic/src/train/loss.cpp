#include "train/loss.h"

#include <algorithm>
#include <cmath>

namespace mosaic::train {

namespace {

// log(softmax(row)).
void log_softmax(std::span<const float> row, std::span<double> logs) {
    const double largest = *std::max_element(row.begin(), row.end());
    double total = 0.0;
    for (const float x : row)
        total += std::exp(x - largest);
    const double shift = largest + std::log(total);
    for (std::size_t i = 0; i < row.size(); ++i)
        logs[i] = row[i] - shift;
}

}  // namespace

double CrossEntropy::operator()(std::span<const float> logits, std::span<const float> targets,
                                std::size_t classes, std::span<float> gradient) const {
    const auto weight = [&](std::size_t c) { return class_weights.empty() ? 1.0 : class_weights[c]; };
    double total_weight = 0.0;
    for (std::size_t i = 0; i < targets.size(); ++i)
        total_weight += targets[i] * weight(i % classes);
    total_weight = std::max(total_weight, 1e-12);
    std::vector<double> logs(classes);
    std::vector<double> slopes(classes);  // of the loss with respect to each log p
    double loss = 0.0;
    for (std::size_t row = 0; row < logits.size(); row += classes) {
        log_softmax(logits.subspan(row, classes), logs);
        double sum = 0.0;
        for (std::size_t c = 0; c < classes; ++c) {
            const double p = std::exp(logs[c]);
            const double share = targets[row + c] * weight(c) / total_weight;
            // log1p-free: 1 - p may round to 0, where the factor is 0 as well.
            const double rest = std::max(1.0 - p, 0.0);
            const double factor = focal_gamma > 0.0F ? std::pow(rest, focal_gamma) : 1.0;
            loss -= share * factor * logs[c];
            slopes[c] = -share * factor;
            if (focal_gamma > 0.0F && rest > 0.0) {
                slopes[c] += share * focal_gamma * std::pow(rest, focal_gamma - 1.0) * p * logs[c];
            }
            sum += slopes[c];
        }
        for (std::size_t c = 0; c < classes; ++c)
            gradient[row + c] = static_cast<float>(slopes[c] - std::exp(logs[c]) * sum);
    }
    return loss;
}

void smooth_label(std::span<float> row, std::size_t label, float smoothing) {
    std::fill(row.begin(), row.end(), smoothing / static_cast<float>(row.size()));
    row[label] += 1.0F - smoothing;
}

double mean_squared_error(std::span<const float> output, std::span<const float> target,
                          std::span<float> gradient) {
    const auto count = static_cast<double>(output.size());
    double loss = 0.0;
    for (std::size_t i = 0; i < output.size(); ++i) {
        const double apart = static_cast<double>(output[i]) - target[i];
        loss += apart * apart / count;
        gradient[i] = static_cast<float>(2.0 * apart / count);
    }
    return loss;
}

double huber(std::span<const float> output, std::span<const float> target, float delta,
             std::span<float> gradient) {
    const auto count = static_cast<double>(output.size());
    double loss = 0.0;
    for (std::size_t i = 0; i < output.size(); ++i) {
        const double apart = static_cast<double>(output[i]) - target[i];
        const double size = std::abs(apart);
        loss += (size <= delta ? 0.5 * apart * apart : delta * (size - 0.5 * delta)) / count;
        gradient[i] = static_cast<float>(std::clamp<double>(apart, -delta, delta) / count);
    }
    return loss;
}

double triplet(std::span<const float> embeddings, std::span<const std::int32_t> labels, std::size_t width,
               float margin, std::span<float> gradient) {
    const std::size_t batch = labels.size();
    const auto distance = [&](std::size_t a, std::size_t b) {
        double sum = 0.0;
        for (std::size_t i = 0; i < width; ++i) {
            const double apart = static_cast<double>(embeddings[a * width + i]) - embeddings[b * width + i];
            sum += apart * apart;
        }
        return std::sqrt(std::max(sum, 1e-12));
    };
    // d|a - b| into both gradients.
    const auto push = [&](std::size_t a, std::size_t b, double factor) {
        const double slope = factor / distance(a, b);
        for (std::size_t i = 0; i < width; ++i) {
            const double apart = static_cast<double>(embeddings[a * width + i]) - embeddings[b * width + i];
            gradient[a * width + i] += static_cast<float>(slope * apart);
            gradient[b * width + i] -= static_cast<float>(slope * apart);
        }
    };
    std::fill(gradient.begin(), gradient.end(), 0.0F);
    double loss = 0.0;
    for (std::size_t a = 0; a < batch; ++a) {
        std::size_t positive = batch;
        std::size_t negative = batch;
        for (std::size_t b = 0; b < batch; ++b) {
            if (a == b) continue;
            std::size_t& hardest = labels[a] == labels[b] ? positive : negative;
            const bool farther = hardest == batch || distance(a, b) > distance(a, hardest);
            if (hardest == batch || farther == (labels[a] == labels[b])) hardest = b;
        }
        if (positive == batch || negative == batch) continue;
        const double violation = distance(a, positive) - distance(a, negative) + margin;
        if (violation <= 0.0) continue;
        loss += violation / static_cast<double>(batch);
        push(a, positive, 1.0 / static_cast<double>(batch));
        push(a, negative, -1.0 / static_cast<double>(batch));
    }
    return loss;
}

double additive_margin(std::span<const float> cosines, std::span<const std::int32_t> labels,
                       std::size_t classes, float scale, float margin, std::span<float> gradient) {
    std::vector<float> logits(cosines.begin(), cosines.end());
    std::vector<float> targets(cosines.size());
    for (std::size_t row = 0; row < labels.size(); ++row) {
        const std::size_t at = row * classes + static_cast<std::size_t>(labels[row]);
        logits[at] -= margin;
        targets[at] = 1.0F;
    }
    for (float& logit : logits)
        logit *= scale;
    const double loss = CrossEntropy{}(logits, targets, classes, gradient);
    for (float& slope : gradient)
        slope *= scale;
    return loss;
}

double centre_heat(std::span<const float> logits, std::span<const float> targets, std::size_t centres,
                   std::span<float> gradient) {
    const double count = std::max<double>(1.0, static_cast<double>(centres));
    double loss = 0.0;
    for (std::size_t i = 0; i < logits.size(); ++i) {
        const double x = logits[i];
        const double p = 1.0 / (1.0 + std::exp(-x));
        // log p and log(1 - p), safe for large x of both signs.
        const double log_p = x >= 0.0 ? -std::log1p(std::exp(-x)) : x - std::log1p(std::exp(x));
        const double log_rest = log_p - x;
        if (targets[i] >= 1.0F) {
            const double rest = 1.0 - p;
            loss -= rest * rest * log_p / count;
            gradient[i] = static_cast<float>((2.0 * rest * rest * p * log_p - rest * rest * rest) / count);
        } else {
            const double far = std::pow(1.0 - targets[i], 4.0);
            loss -= far * p * p * log_rest / count;
            gradient[i] = static_cast<float>(far * (p * p * p - 2.0 * p * p * (1.0 - p) * log_rest) / count);
        }
    }
    return loss;
}

}  // namespace mosaic::train

// A network in OpenCV 4.6 DNN: see peer.h.
#include <opencv2/core.hpp>
#include <opencv2/dnn.hpp>

#include "nn/peer.h"

int main(int argc, char** argv) {
    return peer::main_of(
        argc, argv, [](const std::string& model, peer::Array input, int threads, const std::string& output) {
            cv::setNumThreads(threads);
            cv::dnn::Net network = cv::dnn::readNetFromONNX(model);
            network.setPreferableBackend(cv::dnn::DNN_BACKEND_OPENCV);
            network.setPreferableTarget(cv::dnn::DNN_TARGET_CPU);
            const std::vector<int> sizes(input.shape.begin(), input.shape.end());
            const cv::Mat blob(sizes, CV_32F, input.values.data());
            cv::Mat made;
            const auto run = [&] {
                network.setInput(blob);
                made = network.forward();
            };
            run();
            peer::write_npy(output, made.ptr<float>(), made.total());
            peer::serve(run);
        });
}

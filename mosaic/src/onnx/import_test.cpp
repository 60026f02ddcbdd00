// What an ONNX file may not be: of another opset, of operators that mosaic doesn't know, with data elsewhere.
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <unistd.h>

#include "mosaic/mosaic.h"

namespace mosaic {
namespace {

namespace fs = std::filesystem;

// A protobuf message, written by hand: fields by their numbers in onnx.proto.
class Message {
  public:
    Message& number(int field, std::uint64_t value) {
        varint(static_cast<std::uint64_t>(field) << 3U);
        varint(value);
        return *this;
    }
    Message& text(int field, const std::string& value) {
        varint(static_cast<std::uint64_t>(field) << 3U | 2U);
        varint(value.size());
        bytes_ += value;
        return *this;
    }
    Message& message(int field, const Message& value) { return text(field, value.bytes_); }
    [[nodiscard]] const std::string& bytes() const { return bytes_; }

  private:
    void varint(std::uint64_t value) {
        for (; value >= 0x80U; value >>= 7U)
            bytes_ += static_cast<char>(value | 0x80U);
        bytes_ += static_cast<char>(value);
    }

    std::string bytes_;
};

constexpr int kFloat = 1;

// [2] floats.
Message value_info(const std::string& name) {
    const Message shape = Message().message(1, Message().number(1, 2));
    const Message tensor = Message().number(1, kFloat).message(2, shape);
    return Message().text(1, name).message(2, Message().message(1, tensor));
}

struct OneNode {
    std::string op = "Relu";
    std::string domain;
    std::int64_t opset = 13;
    bool has_opset = true;
    std::vector<std::string> inputs{"x"};
    std::vector<Message> initializers;

    [[nodiscard]] std::string model() const {
        Message node;
        for (const std::string& input : inputs)
            node.text(1, input);
        node.text(2, "y").text(3, "odd").text(4, op);
        if (!domain.empty()) node.text(7, domain);
        Message graph;
        graph.message(1, node).text(2, "graph");
        for (const Message& initializer : initializers)
            graph.message(5, initializer);
        graph.message(11, value_info("x")).message(12, value_info("y"));
        Message all;
        all.number(1, 8).message(7, graph);
        if (has_opset) all.message(8, Message().text(1, "").number(2, static_cast<std::uint64_t>(opset)));
        return all.bytes();
    }
    [[nodiscard]] Result<Graph> parse() const {
        const std::string bytes = model();
        return Graph::parse_onnx(std::as_bytes(std::span(bytes)));
    }
};

void expect_error(const Result<Graph>& graph, const std::string& part) {
    ASSERT_FALSE(graph) << "expected: " << part;
    EXPECT_NE(graph.error().message.find(part), std::string::npos) << graph.error().message;
}

TEST(OnnxImport, TakesAGoodModel) {
    const auto graph = OneNode().parse();
    ASSERT_TRUE(graph) << graph.error().message;
    EXPECT_EQ(graph->input_names(), std::vector<std::string>{"x"});
    EXPECT_EQ(graph->output_names(), std::vector<std::string>{"y"});
}

TEST(OnnxImport, NamesAnUnknownOperatorItsVersionAndTheNode) {
    OneNode model;
    model.op = "Frobnicate";
    expect_error(model.parse(), "node odd (Frobnicate): operator Frobnicate of opset 13 isn't supported");
    model.op = "Relu";
    model.domain = "com.example";
    expect_error(model.parse(), "node odd (Relu): operator com.example.Relu of opset 13 isn't supported");
}

TEST(OnnxImport, TakesOpsets7To21) {
    OneNode model;
    for (const std::int64_t opset : {7, 21}) {
        model.opset = opset;
        const auto graph = model.parse();
        EXPECT_TRUE(graph) << graph.error().message;
    }
    for (const std::int64_t opset : {-1, 0, 6, 22, 1000}) {
        model.opset = opset;
        expect_error(model.parse(), "opset " + std::to_string(opset) + " isn't supported, only 7 to 21");
    }
    model.has_opset = false;
    expect_error(model.parse(), "opset");
}

// A model whose second operand lies in another file.
class OnnxExternalData : public ::testing::Test {
  protected:
    void SetUp() override { fs::create_directories(folder_ / "model" / "within"); }
    void TearDown() override { fs::remove_all(folder_); }

    static void write(const fs::path& path, std::size_t bytes) {
        const std::vector<float> numbers(16, 3.0F);
        std::ofstream file(path, std::ios::binary);
        file.write(reinterpret_cast<const char*>(numbers.data()), static_cast<std::streamsize>(bytes));
    }

    using Entries = std::vector<std::pair<std::string, std::string>>;
    [[nodiscard]] static OneNode model(const Entries& entries) {
        Message tensor;
        tensor.number(1, 2).number(2, kFloat).text(8, "w");
        for (const auto& [key, value] : entries)
            tensor.message(13, Message().text(1, key).text(2, value));
        tensor.number(14, 1);  // EXTERNAL
        OneNode made;
        made.op = "Add";
        made.inputs = {"x", "w"};
        made.initializers = {tensor};
        return made;
    }
    [[nodiscard]] Result<Graph> load(const Entries& entries) const {
        std::ofstream(folder_ / "model/m.onnx", std::ios::binary) << model(entries).model();
        return Graph::load(folder_ / "model/m.onnx");
    }

    fs::path folder_ = fs::temp_directory_path() / ("mosaic_onnx_test_" + std::to_string(getpid()));
};

TEST_F(OnnxExternalData, IsReadFromTheModelsFolder) {
    write(folder_ / "model/within/w.bin", 20);
    const auto graph = load({{"location", "within/w.bin"}, {"offset", "12"}, {"length", "8"}});
    ASSERT_TRUE(graph) << graph.error().message;
    auto session = Session::compile(*graph);
    ASSERT_TRUE(session) << session.error().message;
    const std::vector<float> x = {1.0F, 2.0F};
    ASSERT_TRUE(session->run(TensorView(Shape{2}, std::span(x))));
    EXPECT_EQ(session->output(0).elements<float>()[0], 4.0F);
    EXPECT_EQ(session->output(0).elements<float>()[1], 5.0F);
}

TEST_F(OnnxExternalData, StaysInTheModelsFolder) {
    write(folder_ / "outside.bin", 8);
    expect_error(load({{"location", "../outside.bin"}}), "outside the model's folder");
    expect_error(load({{"location", "within/../../outside.bin"}}), "outside the model's folder");
    expect_error(load({{"location", (folder_ / "outside.bin").string()}}), "outside the model's folder");
    expect_error(load({{"location", ""}}), "outside the model's folder");
    expect_error(load({}), "outside the model's folder");
    fs::create_symlink(folder_ / "outside.bin", folder_ / "model/link.bin");
    expect_error(load({{"location", "link.bin"}}), "outside the model's folder");
    fs::create_directory_symlink(folder_, folder_ / "model/up");
    expect_error(load({{"location", "up/outside.bin"}}), "outside the model's folder");
    // A model that comes without a folder has no such data at all.
    expect_error(model({{"location", "outside.bin"}}).parse(), "lies in another file");
}

TEST_F(OnnxExternalData, IsAsLongAsItsShape) {
    write(folder_ / "model/w.bin", 16);
    EXPECT_TRUE(load({{"location", "w.bin"}, {"offset", "8"}}));
    for (const Entries& entries :
         {Entries{{"location", "w.bin"}, {"offset", "9"}}, Entries{{"location", "w.bin"}, {"offset", "17"}},
          Entries{{"location", "w.bin"}, {"length", "4"}}, Entries{{"location", "w.bin"}, {"length", "16"}},
          Entries{{"location", "w.bin"}, {"offset", "999999999999999999"}}}) {
        expect_error(load(entries), "doesn't hold 8 bytes");
    }
    for (const char* offset : {"-8", "8x", "", "99999999999999999999"})
        expect_error(load({{"location", "w.bin"}, {"offset", offset}}), "isn't a number");
    write(folder_ / "model/short.bin", 7);
    expect_error(load({{"location", "short.bin"}}), "tensor w: external data short.bin doesn't hold 8 bytes");
    expect_error(load({{"location", "none.bin"}}), "isn't a file");
    expect_error(load({{"location", "within"}}), "isn't a file");
}

}  // namespace
}  // namespace mosaic

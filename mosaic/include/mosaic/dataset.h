// Labelled pictures from folders, lists and YOLO boxes. Loading reads every picture once: what can't be read
// is reported and left out, twins are found, small copies are kept in memory. After loading a Dataset is only
// read, by any number of threads.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <mosaic/error.h>

namespace mosaic::train {

// Red, green, blue, row by row.
struct Picture {
    std::int64_t width = 0, height = 0;
    std::vector<std::uint8_t> rgb;
};

// JPEG (turned as its EXIF orientation says) or PNG (transparent parts on white). At least `side_min` pixels
// of the shorter side are kept when a JPEG can be decoded smaller; 0: all. Errors name the file: missing, not
// a picture, damaged, above 100 megapixels.
[[nodiscard]] Result<Picture> read_picture(const std::filesystem::path& path, std::int64_t side_min = 0);
[[nodiscard]] Result<void> write_png(const std::filesystem::path& path, const Picture& picture);

// As parts of the picture's width and height; x and y are the centre.
struct Box {
    std::int32_t label = 0;
    float x = 0.0F, y = 0.0F, width = 0.0F, height = 0.0F;
};

struct Sample {
    std::filesystem::path path;
    std::int32_t label = -1;  // -1: none
    std::vector<Box> boxes;
};

// Something about the data that a person should know; training goes on without the file or line it names.
struct DataProblem {
    std::string where, what;
};

// Two samples that show the same: the same bytes, or nearly the same pixels.
struct Twins {
    std::size_t first = 0, second = 0;
    bool identical = false;
};

struct LoadOptions {
    // Shorter side of the copies that are kept; larger pictures are shrunk to it. Pixels.
    std::int64_t side_px = 256;
    // Memory for the copies; what doesn't fit is read again when needed. Bytes.
    std::uint64_t memory_bytes_max = std::uint64_t{1} << 30;
    int threads = 1;
    // Among more pictures than this only identical files are found, and a problem says so: comparing every
    // pair takes the square of it.
    std::size_t compared_max = 20'000;
};

class Dataset {
  public:
    // Each folder in `folder` is a class, named as the folder; pictures lie in it or below.
    [[nodiscard]] static Result<Dataset> from_folders(const std::filesystem::path& folder);
    // A .csv with the columns path and label (or class) in its first line, or .jsonl with those keys; paths
    // are relative to the list. Lines that make no sense are problems, not errors.
    [[nodiscard]] static Result<Dataset> from_list(const std::filesystem::path& list);
    // Pictures of a folder, each with NAME.txt of boxes beside it, or in labels/ where the picture is in
    // images/. A picture without a text has no boxes.
    [[nodiscard]] static Result<Dataset> from_yolo(const std::filesystem::path& folder);
    // What `path` looks like: a list, a folder of YOLO texts, folders of classes.
    [[nodiscard]] static Result<Dataset> open(const std::filesystem::path& path);

    // Reads the pictures. Afterwards samples() are those that could be read.
    [[nodiscard]] Result<void> load(const LoadOptions& options);

    [[nodiscard]] const std::vector<std::string>& classes() const { return classes_; }
    [[nodiscard]] const std::vector<Sample>& samples() const { return samples_; }
    [[nodiscard]] const std::vector<DataProblem>& problems() const { return problems_; }
    [[nodiscard]] const std::vector<Twins>& twins() const { return twins_; }
    // Twins of which the first is a sample of this set and the second one of the other. Both loaded.
    [[nodiscard]] std::vector<Twins> twins_with(const Dataset& other) const;
    // Samples of each class.
    [[nodiscard]] std::vector<std::size_t> counts() const;
    // A number that changes with the pictures and labels, as 16 hexadecimal digits. After load().
    [[nodiscard]] std::string fingerprint() const;

    // What tells the bytes of a sample's file from others, as 16 hexadecimal digits. After load().
    [[nodiscard]] std::string content(std::size_t index) const;

    // The kept copy, or the file read again. After load().
    [[nodiscard]] Result<Picture> picture(std::size_t index) const;

    // Renumbers labels to those of `classes`. A class that isn't there is an error that names both lists.
    [[nodiscard]] Result<void> match_classes(const std::vector<std::string>& classes);
    // The samples of these indices, with their copies.
    [[nodiscard]] Dataset subset(const std::vector<std::size_t>& indices) const;

  private:
    void find_twins();

    std::vector<std::string> classes_;
    std::vector<Sample> samples_;
    std::vector<DataProblem> problems_;
    std::vector<Twins> twins_;
    std::vector<std::shared_ptr<const Picture>> copies_;
    std::vector<std::uint64_t> content_;                 // of each sample: a hash of the file's bytes
    std::vector<std::vector<std::uint8_t>> thumbnails_;  // 8x8, three channels
    LoadOptions load_options_;
};

struct Split {
    std::vector<std::size_t> train, held;
};
// Each class is parted in the same proportion; a class of one picture goes to train. Identical files stay
// together, however many they are.
[[nodiscard]] Split stratified_split(const Dataset& data, double held_part, std::uint64_t seed);
// `folds` splits whose held parts together are all samples (a class of fewer pictures is held in fewer
// folds).
[[nodiscard]] std::vector<Split> stratified_folds(const Dataset& data, std::size_t folds, std::uint64_t seed);
// Twins of which one is in train and one held.
[[nodiscard]] std::vector<Twins> twins_across(const Dataset& data, const Split& split);

}  // namespace mosaic::train

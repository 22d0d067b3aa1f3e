// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/idx_reader.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <optional>

#include "base/digest.h"
#include "base/format.h"
#include "data/csv_source.h"
#include "data/file_bytes.h"

namespace holdout {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t MostColumns = 100'000;

/// The head of an IDX file: what its values are, and how many along each dimension.
struct Head {
    unsigned type = 0;  ///< 0x08 byte, 0x09 signed byte, 0x0b short, 0x0c int, 0x0d float, 0x0e double
    std::vector<std::uint64_t> sizes;
    std::size_t valueBytes = 0;
    std::size_t begin = 0;  ///< of the values

    /// Values of one row; nothing where the product is beyond all bounds.
    std::optional<std::uint64_t> perRow() const {
        std::uint64_t product = 1;
        for (std::size_t i = 1; i < sizes.size(); ++i) {
            product *= sizes[i];
            if (product > std::uint64_t{1} << 40) return std::nullopt;
        }
        return product;
    }
};

std::uint32_t bigEndian(std::string_view bytes, std::size_t at) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i) value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
    return value;
}

std::size_t bytesOfType(unsigned type) {
    switch (type) {
        case 0x08:
        case 0x09:
            return 1;
        case 0x0b:
            return 2;
        case 0x0c:
        case 0x0d:
            return 4;
        case 0x0e:
            return 8;
        default:
            return 0;
    }
}

std::optional<Head> headOf(std::string_view bytes) {
    if (bytes.size() < 8 || bytes[0] != 0 || bytes[1] != 0) return std::nullopt;
    Head head;
    head.type = static_cast<unsigned char>(bytes[2]);
    head.valueBytes = bytesOfType(head.type);
    const auto dimensions = static_cast<unsigned char>(bytes[3]);
    head.begin = 4 + std::size_t{4} * dimensions;
    if (head.valueBytes == 0 || dimensions < 1 || dimensions > 4 || bytes.size() < head.begin) return std::nullopt;
    for (std::size_t i = 0; i < dimensions; ++i) head.sizes.push_back(bigEndian(bytes, 4 + 4 * i));
    return head;
}

Head checkedHead(std::string_view bytes, const std::string& name) {
    const std::optional<Head> head = headOf(bytes);
    if (!head) throw Error("This is no IDX file.", {.file = name}, "Check that the file is whole.");
    const std::optional<std::uint64_t> perRow = head->perRow();
    const std::uint64_t there = (bytes.size() - head->begin) / head->valueBytes;
    if (head->sizes[0] == 0 || !perRow || *perRow == 0)
        throw Error("The file holds no values.", {.file = name}, "Choose another file.");
    if (there / *perRow < head->sizes[0])
        throw Error("The file is cut off: it promises " + formatCount(static_cast<std::int64_t>(head->sizes[0])) +
                        " rows and holds " + formatCount(static_cast<std::int64_t>(there / *perRow)) + ".",
                    {.file = name}, "Fetch it again.");
    return *head;
}

/// The value at `at`, of any type.
double valueAt(std::string_view bytes, std::size_t at, const Head& head) {
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < head.valueBytes; ++i) bits = bits << 8 | static_cast<unsigned char>(bytes[at + i]);
    switch (head.type) {
        case 0x08:
            return static_cast<double>(bits);
        case 0x09:
            return static_cast<std::int8_t>(bits);
        case 0x0b:
            return static_cast<std::int16_t>(bits);
        case 0x0c:
            return static_cast<std::int32_t>(bits);
        case 0x0d:
            return static_cast<double>(std::bit_cast<float>(static_cast<std::uint32_t>(bits)));
        default:
            return std::bit_cast<double>(bits);
    }
}

/// Column `index` of so many in each row.
ColumnPtr numbersOf(std::string_view bytes, const Head& head, std::string name, std::size_t index,
                    std::size_t columns) {
    std::vector<double> values(head.sizes[0]);
    MissingMask missing(values.size());
    for (std::size_t row = 0; row < values.size(); ++row) {
        const double value = valueAt(bytes, head.begin + (row * columns + index) * head.valueBytes, head);
        if (value == value)
            values[row] = value;
        else
            missing.set(row);
    }
    return Column::numbers(std::move(name), std::move(values), std::move(missing));
}

bool areImages(const Head& head) {
    if (head.type != 0x08 || head.sizes.size() < 3) return false;
    return head.sizes.size() == 3 || head.sizes[3] == 3 || head.sizes[3] == 1;
}

ColumnPtr imagesOf(std::string_view bytes, const Head& head, const std::string& name) {
    constexpr std::uint64_t Longest = std::numeric_limits<std::int32_t>::max();
    ImageValues images;
    const std::uint64_t rows = head.sizes[0];
    if (rows > bytes.size() || head.sizes[1] > Longest || head.sizes[2] > Longest)
        throw Error("The sizes of the pictures make no sense.", {.file = name}, "Check that the file is whole.");
    images.channels = head.sizes.size() == 4 ? static_cast<std::int32_t>(head.sizes[3]) : 1;
    images.sizes.assign(rows, {static_cast<std::int32_t>(head.sizes[1]), static_cast<std::int32_t>(head.sizes[2])});
    const std::uint64_t each = *head.perRow();
    for (std::uint64_t row = 0; row <= rows; ++row) images.offsets.push_back(row * each);
    images.pixels.resize(rows * each);
    std::memcpy(images.pixels.data(), bytes.data() + head.begin, images.pixels.size());
    return std::make_shared<const Column>("image", std::move(images), MissingMask());
}

/// "t10k-labels-idx1-ubyte.gz" beside "t10k-images-idx3-ubyte.gz", packed or not, with the dots of some copies.
std::optional<fs::path> labelsBeside(const FileSource& source) {
    if (source.path.empty()) return std::nullopt;
    std::string name = source.path.filename().string();
    const std::size_t at = name.find("images");
    if (at == std::string::npos) return std::nullopt;
    name.replace(at, 6, "labels");
    if (const std::size_t dimensions = name.find("idx3"); dimensions != std::string::npos) name[dimensions + 3] = '1';
    std::vector<std::string> names = {name, name + ".gz"};
    if (name.ends_with(".gz")) names.push_back(name.substr(0, name.size() - 3));
    std::error_code unknown;
    for (const std::string& candidate : names)
        if (fs::is_regular_file(source.path.parent_path() / candidate, unknown))
            return source.path.parent_path() / candidate;
    return std::nullopt;
}

ColumnPtr readLabels(const fs::path& path, std::size_t rows, std::string& packedDigest, JobContext& context) {
    const csv::MappedFile file(path);
    const std::string name = path.filename().string();
    packedDigest = digestOf(file.bytes(), context);
    const std::string bytes = unpacked(file.bytes(), packingOf(file.bytes()), name, context);
    const Head head = checkedHead(bytes, name);
    if (head.sizes.size() != 1 || head.sizes[0] != rows)
        throw Error("The file holds " + formatCount(static_cast<std::int64_t>(head.sizes[0])) + " labels for " +
                        formatCount(static_cast<std::int64_t>(rows)) + " pictures.",
                    {.file = name}, "Put the labels that belong to the pictures beside them.");
    std::size_t lost = 0;
    return retyped(numbersOf(bytes, head, "label", 0, 1), ColumnType::Category, lost);
}

/// A file of one dimension is a column, of two a table; more are flattened.
std::vector<ColumnPtr> numberColumns(std::string_view bytes, const Head& head, const std::string& name,
                                     const JobContext& context) {
    const std::uint64_t columns = *head.perRow();
    if (columns > MostColumns)
        throw Error("Each row holds more than " + formatCount(MostColumns) + " values.", {.file = name},
                    "Choose a file of smaller rows.");
    std::vector<ColumnPtr> result;
    for (std::size_t c = 0; c < columns; ++c) {
        context.throwIfStopped();
        result.push_back(numbersOf(bytes, head, columns == 1 ? "value" : "value" + std::to_string(c + 1), c, columns));
    }
    return result;
}

}  // namespace

bool isIdx(const FileSource& source) {
    // Four bytes are little to tell a format by: the size has to agree, or the name.
    const std::optional<Head> head = headOf(source.bytes);
    if (!head) return false;
    const std::optional<std::uint64_t> perRow = head->perRow();
    const bool fits = perRow && head->begin + head->sizes[0] * *perRow * head->valueBytes == source.bytes.size();
    return fits || source.kindName.find("idx") != std::string::npos ||
           source.kindName.find("ubyte") != std::string::npos;
}

ReadResult readIdx(const FileSource& source, const ReadOptions& options, JobContext& context) {
    ReadResult result;
    result.format.kind = "idx";
    const Head head = checkedHead(source.bytes, source.name);
    context.progress.report(0.3, "Reading the file");
    std::vector<ColumnPtr> columns;
    if (areImages(head)) {
        columns.push_back(imagesOf(source.bytes, head, source.name));
        if (const auto labels = labelsBeside(source)) {
            std::string digest;
            columns.push_back(readLabels(*labels, head.sizes[0], digest, context));
            // Both files are the data.
            const csv::MappedFile file(source.path);
            result.bytes = file.bytes().size() + fs::file_size(*labels);
            result.sha256 = sha256(digestOf(file.bytes(), context) + digest);
        } else {
            result.warnings.push_back(
                {"There is no file of labels beside the pictures (its name has \"labels\" for \"images\").",
                 {.file = source.name}});
        }
    } else {
        columns = numberColumns(source.bytes, head, source.name, context);
    }
    result.table = Table(std::move(columns));
    for (const auto& [name, type] : options.types) {
        std::size_t lost = 0;
        const std::size_t at = requireColumn(result.table, name, "types");
        result.table = result.table.withColumn(at, retyped(result.table.columnPtr(at), type, lost));
    }
    return result;
}

}  // namespace holdout

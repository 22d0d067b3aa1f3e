// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/memory_need.h"

#include <algorithm>
#include <fstream>
#include <limits>

#include "data/arff_header.h"
#include "data/csv_sniff.h"
#include "data/csv_source.h"
#include "data/file_bytes.h"
#include "data/file_format.h"

namespace holdout {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t HeadBytes = 256 * 1024;
/// Text tables are rarely packed to less than an eighth.
constexpr std::uint64_t Unpacked = 8;

std::string headOf(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::string head(HeadBytes, '\0');
    file.read(head.data(), static_cast<std::streamsize>(head.size()));
    head.resize(static_cast<std::size_t>(std::max<std::streamsize>(0, file.gcount())));
    return head;
}

/// Eight bytes a cell, or its text. A cell ends with the delimiter, whichever it is.
double tablePerText(std::string_view head) {
    std::ptrdiff_t delimiters = 0;
    for (const char mark : {',', ';', '\t', '|'}) delimiters = std::max(delimiters, std::count(head.begin(), head.end(), mark));
    const auto cells = static_cast<double>(delimiters + std::count(head.begin(), head.end(), '\n'));
    return head.empty() ? 1 : std::max(1.0, 8 * cells / static_cast<double>(head.size()));
}

std::string_view formatOf(const fs::path& path, std::string_view head) {
    std::error_code unknown;
    if (fs::is_directory(path, unknown) || packingOf(head) != Packing::None || head.empty()) return {};
    const std::string name = path.filename().string();
    std::string kind = name;
    std::transform(kind.begin(), kind.end(), kind.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    const FileSource source{path, name, kind, head, false};
    for (const FileFormat& format : fileFormats())
        if (format.recognises(source)) return format.id;
    return {};
}

/// An ARFF file's attributes. A file of more declarations than its head holds has its columns found when it is read.
std::vector<std::string> attributesOf(std::string_view head, const std::string& name) {
    std::vector<std::string> names;
    for (const arff::Attribute& attribute : arff::readHeader(head, name).attributes) names.push_back(attribute.name);
    return names;
}

std::uint64_t numberIn(const char* path) {
    std::ifstream file(path);
    std::uint64_t value = 0;
    return file >> value ? value : 0;  // "max": no limit
}

}  // namespace

std::uint64_t availableMemory() {
    std::uint64_t available = 0;
    std::ifstream file("/proc/meminfo");
    for (std::string name; file >> name;) {
        std::uint64_t kilobytes = 0;
        if (name == "MemAvailable:" && file >> kilobytes) available = kilobytes * 1024;
        file.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
    }
    // Of a container (control groups, version 2).
    const std::uint64_t limit = numberIn("/sys/fs/cgroup/memory.max"), used = numberIn("/sys/fs/cgroup/memory.current");
    if (limit > 0) available = std::min(available, limit > used ? limit - used : 1);
    return available;
}

MemoryNeed memoryNeed(const fs::path& path) {
    MemoryNeed need;
    need.available = availableMemory();
    std::error_code failed;
    if (!fs::is_regular_file(path, failed)) return need;
    need.file = fs::file_size(path, failed);
    if (failed) need.file = 0;
    const std::string head = headOf(path);
    if (packingOf(head) != Packing::None)
        need.table = Unpacked * need.file;
    else
        need.table = static_cast<std::uint64_t>(tablePerText(head) * static_cast<double>(need.file));
    return need;
}

bool hardlyFits(const fs::path& path) {
    return memoryNeed(path).hardlyFits();
}

std::vector<std::string> columnNames(const fs::path& path) {
    const std::string bytes = headOf(path);
    const std::string_view kind = formatOf(path, bytes);
    const std::string name = path.filename().string();
    try {
        const Encoding encoding = csv::guessEncoding(bytes);
        const std::string head = csv::toUtf8(csv::withoutMark(bytes, encoding), encoding);
        if (kind == "arff") return attributesOf(head, name);
        return kind == "csv" ? csv::sniff(head.substr(0, head.rfind('\n') + 1), {}, name).names : std::vector<std::string>();
    } catch (const Error&) {
        return {};  // reading it says what is wrong
    }
}

std::string_view streamedFormat(const fs::path& path) {
    return formatOf(path, headOf(path));
}

bool canBeStreamed(const fs::path& path) {
    const std::string_view kind = streamedFormat(path);
    return kind == "csv" || kind == "arff";
}

}  // namespace holdout

// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/csv_source.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "base/format.h"
#include "data/csv_layout.h"
#include "data/single_byte.h"

namespace holdout::csv {
namespace {

constexpr std::size_t HeadBytes = 64 * 1024;
constexpr char32_t Replacement = 0xfffd;

[[noreturn]] void cannotOpen(const std::filesystem::path& path, int reason) {
    throw Error(std::string("The file cannot be opened: ") + std::strerror(reason) + ".", {.file = path.string()},
                "Check that it exists and that you may read it.");
}

/// Not the time of the last change of its state, which a renaming sets too.
std::int64_t modified(const struct stat& info) {
    return std::int64_t{info.st_mtim.tv_sec} * 1'000'000'000 + info.st_mtim.tv_nsec;
}

void append(std::string& out, char32_t c) {
    if (c < 0x80) {
        out += static_cast<char>(c);
    } else if (c < 0x800) {
        out += static_cast<char>(0xc0 | c >> 6);
        out += static_cast<char>(0x80 | (c & 0x3f));
    } else if (c < 0x10000) {
        out += static_cast<char>(0xe0 | c >> 12);
        out += static_cast<char>(0x80 | (c >> 6 & 0x3f));
        out += static_cast<char>(0x80 | (c & 0x3f));
    } else {
        out += static_cast<char>(0xf0 | c >> 18);
        out += static_cast<char>(0x80 | (c >> 12 & 0x3f));
        out += static_cast<char>(0x80 | (c >> 6 & 0x3f));
        out += static_cast<char>(0x80 | (c & 0x3f));
    }
}

/// Bytes 0x80 … 0x9f of Windows-1252 (WHATWG encoding standard, index-windows-1252).
constexpr std::array<char16_t, 32> Windows1252 = {0x20ac, 0x0081, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021,
                                                  0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0x008d, 0x017d, 0x008f,
                                                  0x0090, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
                                                  0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0x009d, 0x017e, 0x0178};

std::string fromLatin1(std::string_view bytes) {
    std::string out;
    out.reserve(bytes.size() + bytes.size() / 16);
    for (const char byte : bytes) {
        const auto c = static_cast<unsigned char>(byte);
        append(out, c >= 0x80 && c < 0xa0 ? Windows1252[c - 0x80] : c);
    }
    return out;
}

std::string fromSingleByte(std::string_view bytes, const UpperHalf& upper) {
    std::string out;
    out.reserve(bytes.size() + bytes.size() / 8);
    for (const char byte : bytes) {
        const auto c = static_cast<unsigned char>(byte);
        append(out, c < 0x80 ? c : upper[c - 0x80]);
    }
    return out;
}

std::string fromUtf16(std::string_view bytes, bool littleEndian) {
    std::string out;
    out.reserve(bytes.size() / 2 + bytes.size() / 16);
    const auto unit = [&](std::size_t at) {
        const auto first = static_cast<unsigned char>(bytes[at]);
        const auto second = static_cast<unsigned char>(bytes[at + 1]);
        return static_cast<char32_t>(littleEndian ? first | second << 8 : first << 8 | second);
    };
    for (std::size_t at = 0; at + 1 < bytes.size(); at += 2) {
        char32_t c = unit(at);
        if (c >= 0xd800 && c < 0xdc00 && at + 3 < bytes.size()) {
            const char32_t low = unit(at + 2);
            if (low >= 0xdc00 && low < 0xe000) {
                c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
                at += 2;
            }
        }
        append(out, c >= 0xd800 && c < 0xe000 ? Replacement : c);
    }
    return out;
}

}  // namespace

OpenFile::OpenFile(const std::filesystem::path& path) : m_descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
    if (m_descriptor < 0) cannotOpen(path, errno);
    struct stat info {};
    const int failed = ::fstat(m_descriptor, &info) != 0 ? errno : 0;
    if (failed != 0 || !S_ISREG(info.st_mode)) {
        ::close(m_descriptor);
        if (failed != 0) cannotOpen(path, failed);
        throw Error(S_ISDIR(info.st_mode) ? "This is a folder." : "This is no regular file.", {.file = path.string()},
                    "Choose a file.");
    }
    m_size = static_cast<std::size_t>(info.st_size);
    m_modified = modified(info);
}

OpenFile::~OpenFile() {
    ::close(m_descriptor);
}

bool OpenFile::hasChanged() const {
    struct stat info {};
    return ::fstat(m_descriptor, &info) != 0 || static_cast<std::size_t>(info.st_size) != m_size || modified(info) != m_modified;
}

MappedFile::MappedFile(const std::filesystem::path& path) : m_file(std::make_shared<const OpenFile>(path)) {
    if (m_file->size() == 0) return;
    void* const data = ::mmap(nullptr, m_file->size(), PROT_READ, MAP_PRIVATE, m_file->descriptor(), 0);
    if (data == MAP_FAILED) cannotOpen(path, errno);
    m_data = static_cast<const char*>(data);
    ::madvise(data, m_file->size(), MADV_WILLNEED);
}

MappedFile::~MappedFile() {
    if (m_data) ::munmap(const_cast<char*>(m_data), m_file->size());
}

void releasePages(std::string_view bytes) {
    static const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
    const auto begin = (reinterpret_cast<std::uintptr_t>(bytes.data()) + page - 1) / page * page;
    const auto end = (reinterpret_cast<std::uintptr_t>(bytes.data()) + bytes.size()) / page * page;
    if (begin < end) ::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED);
}

Encoding guessEncoding(std::string_view bytes) {
    if (bytes.starts_with("\xff\xfe")) return Encoding::Utf16LittleEndian;
    if (bytes.starts_with("\xfe\xff")) return Encoding::Utf16BigEndian;
    // Without a mark: plain letters leave every second byte zero.
    const std::string_view head = bytes.substr(0, HeadBytes & ~std::size_t{1});
    std::size_t zeros[2] = {0, 0};
    for (std::size_t i = 0; i < head.size(); ++i) zeros[i & 1] += head[i] == '\0';
    const std::size_t half = head.size() / 2;
    if (half >= 4 && zeros[1] > half * 7 / 10 && zeros[0] < half / 10) return Encoding::Utf16LittleEndian;
    if (half >= 4 && zeros[0] > half * 7 / 10 && zeros[1] < half / 10) return Encoding::Utf16BigEndian;
    return Encoding::Utf8;
}

std::string_view withoutMark(std::string_view bytes, Encoding encoding) {
    using namespace std::string_view_literals;
    const std::string_view mark = encoding == Encoding::Utf8                ? "\xef\xbb\xbf"sv
                                  : encoding == Encoding::Utf16LittleEndian ? "\xff\xfe"sv
                                  : encoding == Encoding::Utf16BigEndian    ? "\xfe\xff"sv
                                                                            : ""sv;
    if (bytes.starts_with(mark)) bytes.remove_prefix(mark.size());
    return bytes;
}

std::string toUtf8(std::string_view bytes, Encoding encoding) {
    switch (encoding) {
        case Encoding::Utf8:
            return std::string(bytes);
        case Encoding::Latin1:
            return fromLatin1(bytes);
        case Encoding::Utf16LittleEndian:
            return fromUtf16(bytes, true);
        case Encoding::Utf16BigEndian:
            return fromUtf16(bytes, false);
        case Encoding::Windows1250:
        case Encoding::Windows1251:
        case Encoding::Windows1254:
            return fromSingleByte(bytes, upperHalf(encoding));
    }
    return {};
}

std::optional<std::string> mixedToUtf8(std::string_view bytes, char newline, std::size_t& lines) {
    std::string text;
    bool isUtf8Somewhere = false;
    lines = 0;
    while (!bytes.empty()) {
        const std::string_view line = bytes.substr(0, std::min(bytes.find(newline), bytes.size() - 1) + 1);
        bytes.remove_prefix(line.size());
        const bool hasHigh = std::any_of(line.begin(), line.end(), [](char c) { return (c & 0x80) != 0; });
        if (hasHigh && !isValidUtf8(line)) {
            ++lines;
            text += fromLatin1(line);
            continue;
        }
        isUtf8Somewhere = isUtf8Somewhere || hasHigh;
        text += line;
    }
    return isUtf8Somewhere ? std::optional(std::move(text)) : std::nullopt;
}

namespace {

/// The first line that is neither blank nor a remark of SQL, in small letters; its beginning.
std::string firstWords(std::string_view bytes) {
    constexpr std::size_t Longest = 40;
    bytes = bytes.substr(0, HeadBytes);
    while (!bytes.empty()) {
        const std::size_t end = std::min(bytes.size(), bytes.find('\n'));
        std::string_view line = bytes.substr(0, end);
        bytes.remove_prefix(std::min(bytes.size(), end + 1));
        line.remove_prefix(std::min(line.size(), line.find_first_not_of(" \t\r")));
        if (line.empty() || line.starts_with("--") || line.starts_with("/*")) continue;
        std::string words(line.substr(0, Longest));
        for (char& c : words)
            if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
        return words;
    }
    return {};
}

/// Texts that are no tables, though a table may be in them.
void refuseOtherText(std::string_view bytes, const std::string& name) {
    const std::string words = firstWords(bytes);
    const auto begins = [&](std::initializer_list<std::string_view> with) {
        return std::any_of(with.begin(), with.end(), [&](std::string_view some) { return words.starts_with(some); });
    };
    if (begins({"insert into ", "create table ", "drop table ", "pragma foreign_keys", "begin transaction;"}))
        throw Error("This is no text table: the file holds commands of SQL.", {.file = name},
                    "Let a database carry them out, and open that (SQLite) or export a table of it as CSV.");
    if (begins({"<!doctype html", "<html", "<table", "<head"}))
        throw Error("This is no text table: the file is a web page, whatever its name says.", {.file = name},
                    "Open it in a spreadsheet program and save the table as .xlsx or CSV.");
    if (begins({"<?xml"}))
        throw Error("This is no text table: the file is an XML document.", {.file = name}, "Save the table as CSV, .xlsx or JSON lines.");
    if (begins({"{\\rtf"}))
        throw Error("This is no text table: the file is a text with formats (RTF).", {.file = name}, "Save it as plain text.");
}

}  // namespace

void refuseBinary(std::string_view bytes, const std::string& name) {
    using namespace std::string_view_literals;
    struct Known {
        std::string_view mark;
        std::string_view what;
        std::string_view remedy;
    };
    constexpr Known known[] = {
        {"PK\x03\x04"sv, "a ZIP archive or a spreadsheet", "Export the sheet as CSV, or unpack the archive."},
        {"\x1f\x8b"sv, "compressed with gzip", "Unpack it first (gunzip)."},
        {"BZh"sv, "compressed with bzip2", "Unpack it first (bunzip2)."},
        {"\xfd"
         "7zXZ"sv,
         "compressed with xz", "Unpack it first (unxz)."},
        {"\x28\xb5\x2f\xfd"sv, "compressed with zstd", "Unpack it first (unzstd)."},
        {"%PDF"sv, "a PDF document", "Choose a text table."},
        {"\x89PNG"sv, "a PNG image", "Choose a text table."},
        {"PAR1"sv, "a Parquet file", "Convert it to CSV."},
        {"\xd0\xcf\x11\xe0"sv, "an old Office document", "Export the sheet as CSV."},
        {"SQLite format 3"sv, "an SQLite database", "Export a table as CSV."},
        {"\x7f"
         "ELF"sv,
         "a program", "Choose a text table."},
    };
    for (const Known& form : known)
        if (bytes.starts_with(form.mark))
            throw Error("This is no text table: the file is " + std::string(form.what) + ".", {.file = name},
                        std::string(form.remedy));
    refuseOtherText(bytes, name);
    const std::string_view head = bytes.substr(0, HeadBytes);
    const auto control = std::count_if(head.begin(), head.end(), [](char c) {
        return (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\r' && c != '\t' && c != '\f') || c == 0x7f;
    });
    if (static_cast<std::size_t>(control) * 20 > head.size())
        throw Error("This is no text: the file holds binary data.", {.file = name},
                    "Choose a text table, or export one from the program that wrote the file.");
}

}  // namespace holdout::csv

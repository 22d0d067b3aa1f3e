// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/file_chunks.h"

#include <algorithm>

#include "data/file_bytes.h"

namespace holdout {
namespace {

constexpr std::size_t kMostWarnings = 100;
/// How much of the beginning tells the encoding.
constexpr std::size_t kHeadBytes = std::size_t{1} << 20;

}  // namespace

FileChunks::FileChunks(const std::filesystem::path& path, std::optional<Encoding> encoding, std::size_t chunkBytes)
    : m_file(path), m_name(path.filename().string()), m_chunkBytes(chunkBytes) {
    if (m_file.bytes().empty()) throw Error("The file is empty.", {.file = m_name}, "Choose another file.");
    if (packingOf(m_file.bytes()) != Packing::None)
        throw Error("A packed file cannot be read in pieces.", {.file = m_name}, "Unpack it first.");
    m_encoding = encoding.value_or(csv::guessEncoding(m_file.bytes().substr(0, kHeadBytes)));
    if (m_encoding == Encoding::Utf16LittleEndian || m_encoding == Encoding::Utf16BigEndian)
        throw Error("A file in UTF-16 cannot be read in pieces.", {.file = m_name}, "Save it as UTF-8 first.");
    m_text = csv::withoutMark(m_file.bytes(), m_encoding);
}

std::optional<Table> FileChunks::next(JobContext& context) {
    context.throwIfStopped();
    if (isAtEnd()) return std::nullopt;
    return take(context);
}

void FileChunks::stepTo(std::size_t end) {
    const std::string_view piece = m_text.substr(m_at, end - m_at);
    m_lines += std::count(piece.begin(), piece.end(), m_newline);
    m_at = end;
    csv::releasePages(piece);
}

void FileChunks::warn(Warning warning) {
    if (m_warnings.size() < kMostWarnings) addOnce(m_warnings, std::move(warning));
}

}  // namespace holdout

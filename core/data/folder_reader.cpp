// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/folder_reader.h"

#include <algorithm>
#include <atomic>
#include <unordered_map>

#include "base/digest.h"
#include "base/format.h"
#include "base/parallel.h"
#include "data/csv_source.h"
#include "data/file_bytes.h"
#include "data/image_decode.h"

namespace holdout {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t MostFiles = 20'000'000;
constexpr std::size_t NamedAsDamaged = 5;
constexpr std::uint64_t LongestText = 16'000'000;
constexpr std::uint64_t LongestPicture = 256'000'000;

/// A file with the names of the folders it lies in.
struct Member {
    fs::path path;
    std::string file;  ///< relative to the folder that is read
    std::string part;  ///< the folder above the class; often empty
    std::string label;
};

std::string endingOf(const fs::path& path) {
    std::string ending = path.extension().string();
    for (char& c : ending)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return ending;
}

bool isImageName(const fs::path& path) {
    const std::string ending = endingOf(path);
    return ending == ".png" || ending == ".jpg" || ending == ".jpeg";
}

bool isTextName(const fs::path& path) {
    const std::string ending = endingOf(path);
    return ending == ".txt" || ending.empty();
}

bool isHidden(const fs::path& path) {
    return path.filename().string().starts_with('.');
}

/// Whether a folder below holds a file of that kind: looks at the first few of each only.
bool hasMember(const fs::path& folder, bool (*isWanted)(const fs::path&)) {
    constexpr int Looked = 10'000;
    std::error_code unknown;
    int looked = 0;
    for (fs::recursive_directory_iterator at(folder, unknown), end; !unknown && at != end && looked < Looked;
         at.increment(unknown), ++looked)
        if (at.depth() >= 1 && !isHidden(at->path()) && at->is_regular_file(unknown) && isWanted(at->path()))
            return true;
    return false;
}

std::vector<Member> membersOf(const FileSource& source, bool (*isWanted)(const fs::path&), JobContext& context,
                              Warnings& warnings) {
    std::vector<Member> members;
    std::size_t others = 0;
    std::error_code error;
    for (fs::recursive_directory_iterator at(source.path, fs::directory_options::skip_permission_denied, error), end;
         !error && at != end; at.increment(error)) {
        if (members.size() % 1024 == 0) context.throwIfStopped();
        if (isHidden(at->path())) {
            if (at->is_directory(error)) at.disable_recursion_pending();
            continue;
        }
        if (!at->is_regular_file(error)) continue;
        if (at.depth() == 0 || !isWanted(at->path())) {
            ++others;
            continue;
        }
        const fs::path relative = at->path().lexically_relative(source.path);
        const fs::path folder = relative.parent_path();
        members.push_back({at->path(), relative.string(), folder.parent_path().string(), folder.filename().string()});
        if (members.size() > MostFiles)
            throw Error("The folder holds more than " + formatCount(MostFiles) + " files.", {.file = source.name},
                        "Choose a part of it.");
    }
    if (members.empty())
        throw Error("The folder holds no files to read.", {.file = source.name}, "Choose another folder.");
    std::sort(members.begin(), members.end(), [](const Member& a, const Member& b) {
        return naturalLess(a.file, b.file) || (!naturalLess(b.file, a.file) && a.file < b.file);
    });
    if (others > 0)
        warnings.push_back({formatCount(others, "other file was", "other files were") + " left out.",
                            {.file = source.name}});
    return members;
}

ColumnPtr categoryOf(std::string name, const std::vector<Member>& members, std::string Member::*word) {
    std::vector<std::string> levels;
    for (const Member& member : members) levels.push_back(member.*word);
    std::sort(levels.begin(), levels.end(), [](const std::string& a, const std::string& b) {
        return naturalLess(a, b) || (!naturalLess(b, a) && a < b);
    });
    levels.erase(std::unique(levels.begin(), levels.end()), levels.end());
    std::unordered_map<std::string, std::uint32_t> codeOf;
    for (std::uint32_t code = 0; code < levels.size(); ++code) codeOf[levels[code]] = code;
    std::vector<std::uint32_t> codes;
    for (const Member& member : members) codes.push_back(codeOf[member.*word]);
    return Column::categories(std::move(name), std::move(codes), std::move(levels));
}

/// The table of the files' contents, with what their places say; the fingerprint covers both.
void finish(ReadResult& result, ColumnPtr content, const std::vector<Member>& members,
            const std::vector<std::string>& digests, const ReadOptions& options) {
    std::vector<ColumnPtr> columns = {std::move(content), categoryOf("class", members, &Member::label)};
    if (std::any_of(members.begin(), members.end(), [](const Member& member) { return !member.part.empty(); }))
        columns.push_back(categoryOf("part", members, &Member::part));
    std::vector<std::string> files;
    Digest all;
    for (std::size_t i = 0; i < members.size(); ++i) {
        files.push_back(members[i].file);
        all.add(members[i].file + "\n" + digests[i] + "\n");
    }
    columns.push_back(Column::textsOf("file", files));
    result.sha256 = all.hex();
    result.table = Table(std::move(columns));
    for (const auto& [name, type] : options.types) {
        std::size_t lost = 0;
        const std::size_t at = requireColumn(result.table, name, "types");
        result.table = result.table.withColumn(at, retyped(result.table.columnPtr(at), type, lost));
    }
}

void checkLength(std::uint64_t bytes, std::uint64_t longest, const std::string& file) {
    if (bytes > longest)
        throw Error("The file is longer than " + formatBytes(longest) + ".", {.file = file},
                    "Cut it, or take it out of the folder.");
}

struct Decoded {
    Picture picture;
    std::string digest;
    std::uint64_t bytes = 0;
    std::string problem;  ///< of a damaged picture
};

Decoded decode(const Member& member, const JobContext& context) {
    Decoded decoded;
    const csv::MappedFile file(member.path);
    decoded.bytes = file.bytes().size();
    decoded.digest = digestOf(file.bytes(), context);
    try {
        checkLength(decoded.bytes, LongestPicture, member.file);
        decoded.picture = decodePicture(file.bytes(), member.file);
    } catch (const Error& error) {
        decoded.problem = error.what();
    }
    return decoded;
}

ColumnPtr imageColumn(std::vector<Decoded>& decoded) {
    const bool coloured =
        std::any_of(decoded.begin(), decoded.end(), [](const Decoded& one) { return one.picture.channels == 3; });
    ImageValues images;
    images.channels = coloured ? 3 : 1;
    MissingMask missing(decoded.size());
    images.offsets.push_back(0);
    for (std::size_t i = 0; i < decoded.size(); ++i) {
        Picture& picture = decoded[i].picture;
        if (coloured) makeColoured(picture);
        images.sizes.push_back(picture.size);
        images.pixels.insert(images.pixels.end(), picture.pixels.begin(), picture.pixels.end());
        images.offsets.push_back(images.pixels.size());
        if (picture.pixels.empty()) missing.set(i);
        picture.pixels = {};
    }
    return std::make_shared<const Column>("image", std::move(images), std::move(missing));
}

void warnOfDamaged(const std::vector<Decoded>& decoded, const std::string& folder, Warnings& warnings) {
    std::size_t damaged = 0;
    for (const Decoded& one : decoded) {
        if (one.problem.empty()) continue;
        if (++damaged <= NamedAsDamaged) warnings.push_back({one.problem, {}});
    }
    if (damaged == decoded.size())
        throw Error("None of the pictures can be decoded. The first: " + decoded.front().problem, {.file = folder});
    if (damaged > 0)
        warnings.push_back({formatCount(damaged, "picture is", "pictures are") + " damaged and count as missing.",
                            {.file = folder}});
}

}  // namespace

bool isImageFolder(const FileSource& source) {
    return source.isFolder && hasMember(source.path, isImageName);
}

ReadResult readImageFolder(const FileSource& source, const ReadOptions& options, JobContext& context) {
    ReadResult result;
    result.format.kind = "images";
    const std::vector<Member> members = membersOf(source, isImageName, context, result.warnings);
    std::vector<Decoded> decoded(members.size());
    std::atomic<std::size_t> finished = 0;
    parallelFor(members.size(), [&](std::size_t i) {
        context.throwIfStopped();
        decoded[i] = decode(members[i], context);
        context.progress.report(static_cast<double>(++finished) / static_cast<double>(members.size()),
                                "Decoding the pictures");
    });
    warnOfDamaged(decoded, source.name, result.warnings);
    std::vector<std::string> digests;
    for (const Decoded& one : decoded) {
        digests.push_back(one.digest);
        result.bytes += one.bytes;
    }
    finish(result, imageColumn(decoded), members, digests, options);
    return result;
}

bool isTextFolder(const FileSource& source) {
    return source.isFolder && hasMember(source.path, isTextName);
}

ReadResult readTextFolder(const FileSource& source, const ReadOptions& options, JobContext& context) {
    ReadResult result;
    result.format.kind = "texts";
    const std::vector<Member> members = membersOf(source, isTextName, context, result.warnings);
    std::vector<std::string> texts(members.size());
    std::vector<std::string> digests(members.size());
    std::atomic<std::uint64_t> bytes = 0;
    std::atomic<std::size_t> finished = 0;
    parallelFor(members.size(), [&](std::size_t i) {
        context.throwIfStopped();
        const csv::MappedFile file(members[i].path);
        checkLength(file.bytes().size(), LongestText, members[i].file);
        digests[i] = digestOf(file.bytes(), context);
        bytes += file.bytes().size();
        CsvFormat format;
        std::string buffer;
        const Encoding asked = options.encoding.value_or(Encoding::Utf8);
        texts[i] = asked == Encoding::Utf8 ? std::string(utf8Of(file.bytes(), buffer, format))
                                           : csv::toUtf8(csv::withoutMark(file.bytes(), asked), asked);
        std::erase(texts[i], '\0');
        context.progress.report(static_cast<double>(++finished) / static_cast<double>(members.size()),
                                "Reading the texts");
    });
    MissingMask missing(texts.size());
    for (std::size_t i = 0; i < texts.size(); ++i)
        if (texts[i].find_first_not_of(" \t\r\n") == std::string::npos) missing.set(i);
    finish(result, Column::textsOf("text", texts, std::move(missing)), members, digests, options);
    result.bytes = bytes;
    return result;
}

}  // namespace holdout

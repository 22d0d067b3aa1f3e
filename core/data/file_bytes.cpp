// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/file_bytes.h"

#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <memory>

#include "base/digest.h"
#include "base/format.h"
#include "data/csv_layout.h"
#include "data/csv_source.h"
#include "data/single_byte.h"

namespace holdout {
namespace {

constexpr std::size_t Step = 1 << 20;
constexpr std::uint64_t AlwaysAllowed = 16'000'000;
constexpr std::uint64_t MostExpansion = 100;

/// Where the unpacked text gathers, step by step.
class Output {
public:
    Output(std::string_view bytes, const std::string& name, JobContext& context)
        : m_limit(AlwaysAllowed + MostExpansion * bytes.size()),
          m_bytes(bytes.size()),
          m_name(name),
          m_context(context) {}

    void add(std::string_view piece, std::size_t consumed) {
        m_context.throwIfStopped();
        m_context.progress.report(static_cast<double>(consumed) / static_cast<double>(m_bytes), "Unpacking the file");
        if (m_text.size() + piece.size() > m_limit)
            throw Error("The file unpacks to more than " + formatBytes(m_limit) + ", over " +
                            std::to_string(MostExpansion) + " times its size: no table is packed so tightly.",
                        {.file = m_name}, "Unpack it by hand if you trust it, and open what comes out.");
        m_text += piece;
    }
    [[noreturn]] void damaged(std::string_view how) const {
        throw Error("The compressed file is damaged: " + std::string(how) + ".", {.file = m_name},
                    "Fetch or pack it again.");
    }
    std::string take() { return std::move(m_text); }

private:
    std::string m_text;
    std::uint64_t m_limit;
    std::size_t m_bytes;
    const std::string& m_name;
    JobContext& m_context;
};

struct InflateEnd {
    void operator()(z_stream* stream) const { inflateEnd(stream); }
};

std::string gunzipped(std::string_view bytes, Output& out) {
    z_stream stream{};
    if (inflateInit2(&stream, 15 + 16) != Z_OK) out.damaged("zlib cannot start");
    const std::unique_ptr<z_stream, InflateEnd> guard(&stream);
    std::string buffer(Step, '\0');
    std::size_t consumed = 0;
    bool ended = false;
    while (!(ended && consumed == bytes.size())) {
        const std::size_t piece = std::min(Step, bytes.size() - consumed);
        stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data() + consumed));
        stream.avail_in = static_cast<uInt>(piece);
        stream.next_out = reinterpret_cast<Bytef*>(buffer.data());
        stream.avail_out = static_cast<uInt>(Step);
        if (ended) {
            // Another member, or zeros that fill a block of a tape.
            if (bytes.find_first_not_of('\0', consumed) == std::string_view::npos) break;
            if (inflateReset(&stream) != Z_OK) out.damaged("zlib cannot go on");
        }
        const int state = inflate(&stream, Z_NO_FLUSH);
        const std::size_t made = Step - stream.avail_out;
        const std::size_t taken = piece - stream.avail_in;
        consumed += taken;
        if (state != Z_OK && state != Z_STREAM_END && state != Z_BUF_ERROR)
            out.damaged(stream.msg ? stream.msg : "its content makes no sense");
        out.add({buffer.data(), made}, consumed);
        ended = state == Z_STREAM_END;
        if (!ended && made == 0 && taken == 0) out.damaged("it ends too early");
    }
    return out.take();
}

std::string unzstded(std::string_view bytes, Output& out) {
    const std::unique_ptr<ZSTD_DStream, std::size_t (*)(ZSTD_DStream*)> stream(ZSTD_createDStream(), ZSTD_freeDStream);
    if (!stream) out.damaged("zstd cannot start");
    // A window of 128 MB at most, as the zstd program has it, but never far beyond what is allowed to come out.
    ZSTD_DCtx_setParameter(stream.get(), ZSTD_d_windowLogMax, bytes.size() < 1'000'000 ? 25 : 27);
    std::string buffer(Step, '\0');
    ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
    std::size_t left = 1;
    while (in.pos < in.size || left != 0) {
        ZSTD_outBuffer made{buffer.data(), buffer.size(), 0};
        const std::size_t before = in.pos;
        left = ZSTD_decompressStream(stream.get(), &made, &in);
        if (ZSTD_isError(left)) out.damaged(ZSTD_getErrorName(left));
        out.add({buffer.data(), made.pos}, in.pos);
        if (made.pos == 0 && in.pos == before) out.damaged("it ends too early");
    }
    return out.take();
}

}  // namespace

Packing packingOf(std::string_view bytes) {
    using namespace std::string_view_literals;
    if (bytes.starts_with("\x1f\x8b"sv)) return Packing::Gzip;
    if (bytes.starts_with("\x28\xb5\x2f\xfd"sv)) return Packing::Zstd;
    return Packing::None;
}

std::string_view packingName(Packing packing) {
    constexpr std::string_view names[] = {"", "gzip", "zstd"};
    return names[static_cast<std::size_t>(packing)];
}

std::string unpacked(std::string_view bytes, Packing packing, const std::string& name, JobContext& context) {
    Output out(bytes, name, context);
    switch (packing) {
        case Packing::Gzip:
            return gunzipped(bytes, out);
        case Packing::Zstd:
            return unzstded(bytes, out);
        case Packing::None:
            break;
    }
    return std::string(bytes);
}

std::string_view utf8Of(std::string_view bytes, std::string& buffer, CsvFormat& format) {
    format.encoding = csv::guessEncoding(bytes);
    bytes = csv::withoutMark(bytes, format.encoding);
    if (format.encoding == Encoding::Utf8 && !csv::isValidUtf8(bytes)) format.encoding = csv::guessSingleByte(bytes);
    if (format.encoding == Encoding::Utf8) return bytes;
    buffer = csv::toUtf8(bytes, format.encoding);
    return buffer;
}

std::string digestOf(std::string_view bytes, const JobContext& context) {
    Digest digest;
    for (std::size_t at = 0; at < bytes.size(); at += Step) {
        context.throwIfStopped();
        digest.add(bytes.substr(at, Step));
    }
    return digest.hex();
}

void CellBudget::charge(std::uint64_t bytes) {
    if ((m_left -= static_cast<std::int64_t>(bytes)) < 0)
        throw Error("The table would be far larger than its file: nearly all of its cells are empty.", {.file = m_name},
                    "Choose fewer columns, or leave out the rows and columns far away from the others.");
}

}  // namespace holdout

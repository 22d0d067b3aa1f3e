// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/zip_archive.h"

#include <expat.h>
#include <zip.h>

#include <algorithm>
#include <exception>

#include "base/format.h"

namespace holdout {
namespace {

constexpr std::uint64_t AlwaysAllowed = 16'000'000;
constexpr std::uint64_t MostExpansion = 100;
constexpr std::size_t Step = 1 << 16;

[[noreturn]] void damaged(const std::string& file, const std::string& how) {
    throw Error("The file is damaged: " + how + ".", {.file = file},
                "Open it in the program that wrote it, and save it again.");
}

std::string_view plainName(std::string_view name) {
    const std::size_t colon = name.rfind(':');
    return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

}  // namespace

struct ZipArchive::Impl {
    std::string name;
    JobContext& context;
    std::uint64_t left;
    std::uint64_t size;
    zip_t* archive = nullptr;
};

ZipArchive::ZipArchive(std::string_view bytes, std::string name, JobContext& context)
    : m_impl(std::make_unique<Impl>(
          Impl{std::move(name), context, AlwaysAllowed + MostExpansion * bytes.size(), bytes.size()})) {
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t* const source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
    if (source) m_impl->archive = zip_open_from_source(source, ZIP_RDONLY, &error);
    const std::string how = zip_error_strerror(&error);
    zip_error_fini(&error);
    if (m_impl->archive) return;
    if (source) zip_source_free(source);
    damaged(m_impl->name, how);
}

ZipArchive::~ZipArchive() {
    zip_discard(m_impl->archive);
}

bool ZipArchive::has(const std::string& member) const {
    return zip_name_locate(m_impl->archive, member.c_str(), 0) >= 0;
}

void ZipArchive::read(const std::string& member, const std::function<void(std::string_view)>& take) {
    const std::unique_ptr<zip_file_t, int (*)(zip_file_t*)> file(zip_fopen(m_impl->archive, member.c_str(), 0),
                                                                 zip_fclose);
    if (!file) damaged(m_impl->name, member + ": " + zip_strerror(m_impl->archive));
    std::string buffer(Step, '\0');
    while (true) {
        m_impl->context.throwIfStopped();
        const zip_int64_t length = zip_fread(file.get(), buffer.data(), buffer.size());
        if (length < 0) damaged(m_impl->name, member + ": " + zip_file_strerror(file.get()));
        if (length == 0) return;
        const auto read = static_cast<std::uint64_t>(length);
        if (read > m_impl->left)
            throw Error("The file unpacks to more than " + std::to_string(MostExpansion) +
                            " times its size: no honest workbook is packed so tightly.",
                        {.file = m_impl->name}, "Save the sheet as CSV if you trust it, and open that.");
        m_impl->left -= read;
        take({buffer.data(), static_cast<std::size_t>(read)});
    }
}

struct XmlReader::Impl {
    std::string file;
    Start start;
    End end;
    Text text;
    XML_Parser parser = nullptr;
    std::exception_ptr thrown;
    Attributes attributes;

    /// Exceptions must not pass through expat, which is C.
    template <typename Work>
    void guarded(const Work& work) {
        if (thrown) return;
        try {
            work();
        } catch (...) {
            thrown = std::current_exception();
            XML_StopParser(parser, XML_FALSE);
        }
    }
};

namespace {

void XMLCALL onStart(void* data, const XML_Char* name, const XML_Char** pairs) {
    auto& impl = *static_cast<XmlReader::Impl*>(data);
    impl.attributes.clear();
    for (; *pairs; pairs += 2) impl.attributes.emplace_back(plainName(pairs[0]), pairs[1]);
    impl.guarded([&] { impl.start(plainName(name), impl.attributes); });
}

void XMLCALL onEnd(void* data, const XML_Char* name) {
    auto& impl = *static_cast<XmlReader::Impl*>(data);
    impl.guarded([&] { impl.end(plainName(name)); });
}

void XMLCALL onText(void* data, const XML_Char* text, int length) {
    auto& impl = *static_cast<XmlReader::Impl*>(data);
    impl.guarded([&] { impl.text({text, static_cast<std::size_t>(length)}); });
}

}  // namespace

XmlReader::XmlReader(std::string file, Start start, End end, Text text) : m_impl(std::make_unique<Impl>()) {
    m_impl->file = std::move(file);
    m_impl->start = std::move(start);
    m_impl->end = std::move(end);
    m_impl->text = std::move(text);
    m_impl->parser = XML_ParserCreate(nullptr);
    if (!m_impl->parser) throw std::bad_alloc();
    XML_SetUserData(m_impl->parser, m_impl.get());
    XML_SetElementHandler(m_impl->parser, onStart, onEnd);
    XML_SetCharacterDataHandler(m_impl->parser, onText);
}

XmlReader::~XmlReader() {
    XML_ParserFree(m_impl->parser);
}

void XmlReader::add(std::string_view piece) {
    const XML_Status status = XML_Parse(m_impl->parser, piece.data(), static_cast<int>(piece.size()), XML_FALSE);
    if (m_impl->thrown) std::rethrow_exception(m_impl->thrown);
    if (status == XML_STATUS_ERROR) damaged(m_impl->file, XML_ErrorString(XML_GetErrorCode(m_impl->parser)));
}

void XmlReader::finish() {
    const XML_Status status = XML_Parse(m_impl->parser, "", 0, XML_TRUE);
    if (m_impl->thrown) std::rethrow_exception(m_impl->thrown);
    if (status == XML_STATUS_ERROR) damaged(m_impl->file, XML_ErrorString(XML_GetErrorCode(m_impl->parser)));
}

std::string_view attribute(const XmlReader::Attributes& attributes, std::string_view name) {
    for (const auto& [key, value] : attributes)
        if (key == name) return value;
    return {};
}

}  // namespace holdout

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/job_context.h"

namespace holdout {

/// The files in a ZIP archive in memory (libzip). Bytes that come out are bounded over all reads: 16 MB and 100 times
/// the archive. Throws Error for damage, passwords and bombs.
class ZipArchive {
public:
    ZipArchive(std::string_view bytes, std::string name, JobContext& context);
    ~ZipArchive();
    ZipArchive(const ZipArchive&) = delete;
    ZipArchive& operator=(const ZipArchive&) = delete;

    bool has(const std::string& member) const;
    /// Calls `take` with one piece of the member after another.
    void read(const std::string& member, const std::function<void(std::string_view)>& take);

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

/// Reads XML as it comes (expat): names without their prefixes.
class XmlReader {
public:
    using Attributes = std::vector<std::pair<std::string_view, std::string_view>>;
    using Start = std::function<void(std::string_view name, const Attributes& attributes)>;
    using End = std::function<void(std::string_view name)>;
    using Text = std::function<void(std::string_view text)>;

    XmlReader(std::string file, Start start, End end, Text text);
    ~XmlReader();
    XmlReader(const XmlReader&) = delete;
    XmlReader& operator=(const XmlReader&) = delete;

    /// Throws Error for what is no XML; what a handler throws comes out here.
    void add(std::string_view piece);
    void finish();

    struct Impl;

private:
    std::unique_ptr<Impl> m_impl;
};

/// The value of an attribute, or "".
std::string_view attribute(const XmlReader::Attributes& attributes, std::string_view name);

}  // namespace holdout

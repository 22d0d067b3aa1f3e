// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/csv_rewrite.h"

#include "base/format.h"
#include "data/csv_sniff.h"

namespace holdout::csv {
namespace {

constexpr std::size_t HeadBytes = 256 * 1024;

/// Blanks the lines that begin with `comment` outside of quotes; counts them.
std::size_t blankComments(std::string& text, char comment, char quote) {
    std::string out;
    out.reserve(text.size());
    std::size_t blanked = 0;
    bool inside = false;
    for (std::size_t at = 0; at < text.size();) {
        std::size_t next = text.find('\n', at);
        next = next == std::string::npos ? text.size() : next + 1;
        const std::string_view line = std::string_view(text).substr(at, next - at);
        if (!inside && line.front() == comment) {
            ++blanked;
            if (line.back() == '\n') out += '\n';
        } else {
            out += line;
            for (const char c : line) inside ^= c == quote;
        }
        at = next;
    }
    text = std::move(out);
    return blanked;
}

bool isFieldEnd(std::string_view text, std::size_t at) {
    return at >= text.size() || std::string_view(",;\t|\r\n").find(text[at]) != std::string_view::npos;
}

/// Whether the quotes inside of quoted cells are written \" in the beginning of the text.
bool hasEscapedQuotes(std::string_view text, char quote) {
    text = text.substr(0, HeadBytes);
    std::size_t escaped = 0;
    bool inside = false;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (!inside) {
            inside = text[at] == quote && (at == 0 || isFieldEnd(text, at - 1));
        } else if (text[at] == '\\' && at + 1 < text.size() && (text[at + 1] == quote || text[at + 1] == '\\')) {
            // "C:\" ends with a plain backslash: that quote closes.
            if (text[at + 1] == quote && !isFieldEnd(text, at + 2)) ++escaped;
            ++at;
        } else if (text[at] == quote) {
            if (at + 1 < text.size() && text[at + 1] == quote) return false;
            if (!isFieldEnd(text, at + 1)) return false;
            inside = false;
        }
    }
    return escaped > 0;
}

/// Writes escaped texts plainly, field by field.
class Unescaper {
public:
    Unescaper(std::string_view text, char escape, const Dialect& dialect)
        : m_text(text), m_escape(escape), m_dialect(dialect) {}

    std::string run() {
        m_out.reserve(m_text.size() + m_text.size() / 16);
        while (m_at < m_text.size()) {
            field();
            if (m_at < m_text.size()) m_out += m_text[m_at++];
        }
        return std::move(m_out);
    }

private:
    bool ends() const {
        return m_at >= m_text.size() || m_dialect.isDelimiter(m_text[m_at]) || m_text[m_at] == m_dialect.newline;
    }

    void field() {
        m_field.clear();
        bool wanted = false;  // quotes around it
        bool inside = false;
        for (bool first = true; inside ? m_at < m_text.size() : !ends(); first = false) {
            const char c = m_text[m_at++];
            if (c == m_escape && m_at < m_text.size()) {
                m_field += m_text[m_at++];
                wanted = true;
            } else if (c == m_dialect.quote && (first || inside)) {
                inside = first;
                wanted = true;
                if (!first && m_at < m_text.size() && m_text[m_at] == m_dialect.quote) {
                    m_field += c;  // doubled after all
                    ++m_at;
                    inside = true;
                }
            } else if (inside || c != '\r' || !ends()) {
                m_field += c;
            }
        }
        if (!wanted) {
            m_out += m_field;
            return;
        }
        m_out += m_dialect.quote;
        for (const char c : m_field) {
            if (c == m_dialect.quote) m_out += c;
            m_out += c;
        }
        m_out += m_dialect.quote;
    }

    std::string_view m_text;
    char m_escape;
    const Dialect& m_dialect;
    std::size_t m_at = 0;
    std::string m_field;
    std::string m_out;
};

}  // namespace

Rewritten rewritten(std::string_view text, const CsvOptions& options, const std::string& name) {
    Rewritten result;
    const char quote = options.quote.value_or('"');
    if (options.comment && *options.comment != NoMark) {
        std::string plain(text);
        if (blankComments(plain, *options.comment, quote) > 0) result.text = std::move(plain);
    }
    const std::string_view now = result.text ? std::string_view(*result.text) : text;
    result.escape = options.escape.value_or(hasEscapedQuotes(now, quote) ? '\\' : NoMark);
    if (result.escape == NoMark || now.find(result.escape) == std::string_view::npos) return result;
    if (!options.escape)
        result.warnings.push_back(
            {"Quotes inside of cells are written with a backslash before them; they were read so.", {.file = name}});
    const Dialect dialect = sniff(now, options, name).dialect;
    result.text = Unescaper(now, result.escape, dialect).run();
    return result;
}

}  // namespace holdout::csv

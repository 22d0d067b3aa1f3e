// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/expression/syntax.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace holdout::expression {
namespace {

constexpr int DeepestNesting = 200;
constexpr std::size_t ShownText = 16;

struct Token {
    enum class Kind { Number, Text, Word, Column, Sign, End };
    Kind kind = Kind::End;
    std::size_t position = 0;
    std::string text;
    double number = 0;
};

bool isDigit(char c) {
    return c >= '0' && c <= '9';
}

bool isWordStart(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

class Lexer {
public:
    Lexer(std::string_view text, std::string_view parameter) : m_text(text), m_parameter(parameter) {}

    std::vector<Token> tokens() {
        std::vector<Token> tokens;
        do {
            tokens.push_back(next());
        } while (tokens.back().kind != Token::Kind::End);
        return tokens;
    }

private:
    Token next() {
        while (m_at < m_text.size() && (m_text[m_at] == ' ' || m_text[m_at] == '\t' || m_text[m_at] == '\n')) ++m_at;
        const std::size_t begin = m_at;
        if (m_at == m_text.size()) return {.kind = Token::Kind::End, .position = begin};
        const char c = m_text[m_at];
        if (isDigit(c) || (c == '.' && m_at + 1 < m_text.size() && isDigit(m_text[m_at + 1]))) return number();
        if (c == '\'' || c == '"') return {.kind = Token::Kind::Text, .position = begin, .text = quoted(c)};
        if (c == '`') return {.kind = Token::Kind::Column, .position = begin, .text = quoted(c)};
        if (isWordStart(c)) return word();
        return sign();
    }

    Token number() {
        const std::size_t begin = m_at;
        double value = 0;
        const auto [end, error] = std::from_chars(m_text.data() + m_at, m_text.data() + m_text.size(), value);
        m_at = static_cast<std::size_t>(end - m_text.data());
        if (error != std::errc{}) throwAt(m_text, begin, "The number is too large or too small", m_parameter);
        return {.kind = Token::Kind::Number, .position = begin, .number = value};
    }

    /// A doubled quote stands for itself.
    std::string quoted(char quote) {
        const std::size_t begin = m_at++;
        std::string content;
        for (; m_at < m_text.size(); ++m_at) {
            if (m_text[m_at] != quote) {
                content += m_text[m_at];
            } else if (m_at + 1 < m_text.size() && m_text[m_at + 1] == quote) {
                content += quote;
                ++m_at;
            } else {
                ++m_at;
                return content;
            }
        }
        throwAt(m_text, begin, "The quote is not closed", m_parameter);
    }

    Token word() {
        const std::size_t begin = m_at;
        while (m_at < m_text.size() && (isWordStart(m_text[m_at]) || isDigit(m_text[m_at]) || m_text[m_at] == '.')) ++m_at;
        return {.kind = Token::Kind::Word, .position = begin, .text = std::string(m_text.substr(begin, m_at - begin))};
    }

    Token sign() {
        // Longer ones first.
        constexpr std::array signs = {"==", "!=", "<>", "<=", ">=", "&&", "||", "+", "-", "*", "/",
                                      "%",  "^",  "(",  ")",  ",",  "=",  "<",  ">", "!"};
        const std::size_t begin = m_at;
        for (const std::string_view known : signs)
            if (m_text.substr(m_at).starts_with(known)) {
                m_at += known.size();
                return {.kind = Token::Kind::Sign, .position = begin, .text = std::string(known)};
            }
        throwAt(m_text, begin, "This character means nothing in an expression", m_parameter);
    }

    std::string_view m_text, m_parameter;
    std::size_t m_at = 0;
};

/// Binding of operators, the weakest first: or, and, not, comparisons, + -, * / %, unary -, ^.
class Parser {
public:
    Parser(std::string_view text, std::string_view parameter)
        : m_text(text), m_parameter(parameter), m_tokens(Lexer(text, parameter).tokens()) {}

    Syntax all() {
        if (now().kind == Token::Kind::End) throwAt(m_text, 0, "The expression is empty", m_parameter);
        Syntax syntax = either();
        if (now().kind != Token::Kind::End) fail("An operator is expected here");
        return syntax;
    }

private:
    const Token& now() const { return m_tokens[m_next]; }
    [[noreturn]] void fail(const std::string& problem) const { throwAt(m_text, now().position, problem, m_parameter); }

    bool isNext(std::initializer_list<std::string_view> words) const {
        const bool canBe = now().kind == Token::Kind::Sign || now().kind == Token::Kind::Word;
        return canBe && std::find(words.begin(), words.end(), now().text) != words.end();
    }
    bool take(std::initializer_list<std::string_view> words) {
        const bool is = isNext(words);
        m_next += is;
        return is;
    }
    void expect(std::string_view sign) {
        if (!take({sign})) fail("\"" + std::string(sign) + "\" is expected");
    }

    static Syntax call(std::string name, std::size_t position, std::vector<Syntax> parts) {
        return {.kind = Syntax::Kind::Call, .position = position, .text = std::move(name), .parts = std::move(parts)};
    }

    /// part (sign part)*, grouped from the left.
    template <typename Part>
    Syntax chain(std::initializer_list<std::string_view> signs, const Part& part, std::string_view name = {}) {
        Syntax left = part();
        int length = 0;
        while (isNext(signs)) {
            if (++length > DeepestNesting) fail("The expression is too long");
            const Token sign = now();
            ++m_next;
            std::vector<Syntax> parts;
            parts.push_back(std::move(left));
            parts.push_back(part());
            left = call(name.empty() ? sign.text : std::string(name), sign.position, std::move(parts));
        }
        return left;
    }

    Syntax either() {
        if (++m_depth > DeepestNesting) fail("The expression is nested too deeply");
        Syntax syntax = chain({"or", "||"}, [this] { return both(); }, "or");
        --m_depth;
        return syntax;
    }
    Syntax both() {
        return chain({"and", "&&"}, [this] { return negation(); }, "and");
    }

    Syntax negation() {
        const std::size_t position = now().position;
        int count = 0;
        while (take({"not", "!"})) ++count;
        Syntax inner = comparison();
        // Two are more than none: the truth of a number is refused however often it is turned round.
        for (int i = 0; i < (count == 0 ? 0 : 2 - count % 2); ++i) inner = call("not", position, {std::move(inner)});
        return inner;
    }

    Syntax comparison() {
        Syntax left = sum();
        const Token sign = now();
        const bool isNegated = isNext({"not"});
        if (isNegated) ++m_next;
        if (take({"in"})) {
            expect("(");
            std::vector<Syntax> parts = list();
            parts.insert(parts.begin(), std::move(left));
            Syntax in = call("in", sign.position, std::move(parts));
            return isNegated ? call("not", sign.position, {std::move(in)}) : in;
        }
        if (isNegated) fail("\"in\" is expected after \"not\"");
        if (!take({"=", "==", "!=", "<>", "<", "<=", ">", ">="})) return left;
        std::string name = sign.text == "=" ? "==" : sign.text == "<>" ? "!=" : sign.text;
        std::vector<Syntax> parts;
        parts.push_back(std::move(left));
        parts.push_back(sum());
        if (isNext({"=", "==", "!=", "<>", "<", "<=", ">", ">="}))
            fail("Comparisons cannot follow one another; join them by \"and\"");
        return call(std::move(name), sign.position, std::move(parts));
    }

    Syntax sum() {
        return chain({"+", "-"}, [this] { return product(); });
    }
    Syntax product() {
        return chain({"*", "/", "%"}, [this] { return signedPart(); });
    }

    Syntax signedPart() {
        const std::size_t position = now().position;
        bool isNegative = false;
        while (isNext({"-", "+"})) {
            isNegative ^= now().text == "-";
            ++m_next;
        }
        Syntax inner = power();
        return isNegative ? call("negate", position, {std::move(inner)}) : inner;
    }

    /// Groups from the right: 2 ^ 3 ^ 2 is 2 ^ 9.
    Syntax power() {
        Syntax base = atom();
        const std::size_t position = now().position;
        if (!take({"^"})) return base;
        if (++m_depth > DeepestNesting) fail("The expression is nested too deeply");
        std::vector<Syntax> parts;
        parts.push_back(std::move(base));
        parts.push_back(signedPart());
        --m_depth;
        return call("^", position, std::move(parts));
    }

    /// What stands between brackets, the opening one being read already.
    std::vector<Syntax> list() {
        std::vector<Syntax> parts;
        if (take({")"})) return parts;
        do {
            parts.push_back(either());
        } while (take({","}));
        expect(")");
        return parts;
    }

    Syntax atom() {
        const Token token = now();
        if (token.kind == Token::Kind::End) fail("Something is missing at the end");
        ++m_next;
        switch (token.kind) {
            case Token::Kind::Number:
                return {.kind = Syntax::Kind::Number, .position = token.position, .number = token.number};
            case Token::Kind::Text:
                return {.kind = Syntax::Kind::Text, .position = token.position, .text = token.text};
            case Token::Kind::Column:
                return {.kind = Syntax::Kind::Column, .position = token.position, .text = token.text};
            case Token::Kind::Word:
                return word(token);
            default:
                break;
        }
        if (token.text != "(") {
            --m_next;
            fail("A value, a column or \"(\" is expected");
        }
        Syntax inner = either();
        expect(")");
        return inner;
    }

    Syntax word(const Token& token) {
        if (take({"("})) return call(token.text, token.position, list());
        if (token.text == "true" || token.text == "false")
            return {.kind = Syntax::Kind::Truth, .position = token.position, .number = token.text == "true" ? 1.0 : 0.0};
        if (token.text == "missing") return {.kind = Syntax::Kind::Missing, .position = token.position};
        return {.kind = Syntax::Kind::Column, .position = token.position, .text = token.text};
    }

    std::string_view m_text, m_parameter;
    std::vector<Token> m_tokens;
    std::size_t m_next = 0;
    int m_depth = 0;
};

}  // namespace

Syntax parse(std::string_view text, std::string_view parameter) {
    return Parser(text, parameter).all();
}

void throwAt(std::string_view text, std::size_t position, const std::string& problem, std::string_view parameter,
             std::string remedy) {
    // Characters, not bytes: continuation bytes of UTF-8 do not count.
    const auto isStart = [](char c) { return (c & 0xC0) != 0x80; };
    const auto begin = text.begin(), end = begin + static_cast<std::ptrdiff_t>(std::min(position, text.size()));
    const auto character = std::count_if(begin, end, isStart) + 1;
    std::size_t shown = std::min(ShownText, text.size() - static_cast<std::size_t>(end - begin));
    while (position + shown < text.size() && shown > 0 && !isStart(text[position + shown])) --shown;
    const std::string near = shown == 0 ? " (the end)" : " (\"" + std::string(text.substr(position, shown)) + "\")";
    throw Error(problem + ", at character " + std::to_string(character) + near + ".",
                {.parameter = std::string(parameter)},
                remedy.empty() ? "Mend the expression there. Example: age < 18 and sex = 'female'." : std::move(remedy));
}

}  // namespace holdout::expression

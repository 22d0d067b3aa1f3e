// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/expression/nodes.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>

#include "base/format.h"

namespace holdout::expression {
namespace {

constexpr std::size_t MostArguments = 3;

class Constant final : public Node {
public:
    Constant(ValueKind nodeKind, Cell cell, std::string text = {}) : Node(nodeKind), m_text(std::move(text)), m_cell(cell) {
        if (!m_cell.isMissing && nodeKind == ValueKind::Text) m_cell.text = m_text;
        isConstant = true;
    }
    Cell at(std::size_t, Scratch&) const override { return m_cell; }
    const std::string& text() const { return m_text; }

private:
    std::string m_text;
    Cell m_cell;
};

class NumberCells final : public Node {
public:
    explicit NumberCells(const Column& column) : Node(ValueKind::Number), m_column(column), m_values(column.numbers()) {}
    Cell at(std::size_t row, Scratch&) const override {
        return {.isMissing = m_column.isMissing(row), .number = m_values[row]};
    }

private:
    const Column& m_column;
    std::span<const double> m_values;
};

class CategoryCells final : public Node {
public:
    explicit CategoryCells(const Column& column) : Node(ValueKind::Text), m_column(column) { category = &column; }
    Cell at(std::size_t row, Scratch&) const override {
        if (m_column.isMissing(row)) return Cell::missing();
        return {.text = m_column.levels()[m_column.codes()[row]]};
    }

private:
    const Column& m_column;
};

class TextCells final : public Node {
public:
    explicit TextCells(const Column& column) : Node(ValueKind::Text), m_column(column) {}
    Cell at(std::size_t row, Scratch&) const override {
        return {.isMissing = m_column.isMissing(row), .text = m_column.texts().at(row)};
    }

private:
    const Column& m_column;
};

class MomentCells final : public Node {
public:
    explicit MomentCells(const Column& column) : Node(ValueKind::Moment), m_column(column) {}
    Cell at(std::size_t row, Scratch&) const override {
        return {.isMissing = m_column.isMissing(row), .moment = m_column.dateTimes().micros[row]};
    }

private:
    const Column& m_column;
};

/// A part that has parts. It depends on one category alone when those of its parts that are no constants all do.
class Compound : public Node {
public:
    /// Takes by reference: the kind may be that of a part, and must be looked up before the parts move.
    Compound(ValueKind nodeKind, std::vector<NodePtr>&& nodes) : Node(nodeKind), parts(std::move(nodes)) {
        isConstant = std::all_of(parts.begin(), parts.end(), [](const NodePtr& part) { return part->isConstant; });
        for (const NodePtr& part : parts) {
            if (part->isConstant) continue;
            if (!part->category || (category && category != part->category)) {
                category = nullptr;
                return;
            }
            category = part->category;
        }
    }

protected:
    const std::vector<NodePtr> parts;
};

class Plain final : public Compound {
public:
    Plain(const Function& function, std::vector<NodePtr> nodes)
        : Compound(function.gives, std::move(nodes)), m_at(function.at) {}
    Cell at(std::size_t row, Scratch& scratch) const override {
        std::array<Cell, MostArguments> cells;
        for (std::size_t i = 0; i < parts.size(); ++i) {
            cells[i] = parts[i]->at(row, scratch);
            if (cells[i].isMissing) return Cell::missing();
        }
        return m_at(std::span<const Cell>(cells.data(), parts.size()), scratch);
    }

private:
    Cell (*m_at)(std::span<const Cell>, Scratch&);
};

/// Kleene's: a false part makes `and` false, and a true one `or` true, whatever is missing beside it.
class Logic final : public Compound {
public:
    Logic(bool isAnd, std::vector<NodePtr> nodes) : Compound(ValueKind::Truth, std::move(nodes)), m_decides(isAnd ? 0.0 : 1.0) {}
    Cell at(std::size_t row, Scratch& scratch) const override {
        const Cell left = parts[0]->at(row, scratch);
        if (!left.isMissing && left.number == m_decides) return left;
        const Cell right = parts[1]->at(row, scratch);
        if (!right.isMissing && right.number == m_decides) return right;
        return left.isMissing ? left : right;
    }

private:
    double m_decides;
};

class Not final : public Compound {
public:
    explicit Not(std::vector<NodePtr> nodes) : Compound(ValueKind::Truth, std::move(nodes)) {}
    Cell at(std::size_t row, Scratch& scratch) const override {
        const Cell cell = parts[0]->at(row, scratch);
        return cell.isMissing ? cell : Cell::of(cell.number == 0);
    }
};

class IsMissing final : public Compound {
public:
    explicit IsMissing(std::vector<NodePtr> nodes) : Compound(ValueKind::Truth, std::move(nodes)) {}
    Cell at(std::size_t row, Scratch& scratch) const override { return Cell::of(parts[0]->at(row, scratch).isMissing); }
};

class If final : public Compound {
public:
    explicit If(std::vector<NodePtr> nodes) : Compound(nodes[1]->kind, std::move(nodes)) {}
    Cell at(std::size_t row, Scratch& scratch) const override {
        const Cell test = parts[0]->at(row, scratch);
        return test.isMissing ? Cell::missing() : parts[test.isTrue() ? 1 : 2]->at(row, scratch);
    }
};

class Coalesce final : public Compound {
public:
    explicit Coalesce(std::vector<NodePtr> nodes) : Compound(nodes[0]->kind, std::move(nodes)) {}
    Cell at(std::size_t row, Scratch& scratch) const override {
        for (const NodePtr& part : parts)
            if (const Cell cell = part->at(row, scratch); !cell.isMissing) return cell;
        return Cell::missing();
    }
};

class In final : public Compound {
public:
    explicit In(std::vector<NodePtr> nodes) : Compound(ValueKind::Truth, std::move(nodes)) {}
    Cell at(std::size_t row, Scratch& scratch) const override {
        const Cell cell = parts[0]->at(row, scratch);
        if (cell.isMissing) return cell;
        for (std::size_t i = 1; i < parts.size(); ++i) {
            const Cell other = parts[i]->at(row, scratch);
            if (!other.isMissing && same(cell, other)) return Cell::of(true);
        }
        return Cell::of(false);
    }

private:
    bool same(const Cell& a, const Cell& b) const {
        switch (parts[0]->kind) {
            case ValueKind::Text: return a.text == b.text;
            case ValueKind::Moment: return a.moment == b.moment;
            default: return a.number == b.number;
        }
    }
};

/// RE2: its time grows with the text alone, whatever the pattern.
class Matches final : public Compound {
public:
    Matches(std::vector<NodePtr> nodes, std::unique_ptr<re2::RE2> pattern)
        : Compound(ValueKind::Truth, std::move(nodes)), m_pattern(std::move(pattern)) {}
    Cell at(std::size_t row, Scratch& scratch) const override {
        const Cell cell = parts[0]->at(row, scratch);
        if (cell.isMissing) return cell;
        return Cell::of(re2::RE2::PartialMatch(re2::StringPiece(cell.text.data(), cell.text.size()), *m_pattern));
    }

private:
    std::unique_ptr<re2::RE2> m_pattern;
};

/// Looks up what a part comes to for each category, computed once.
class ByCategory final : public Node {
public:
    explicit ByCategory(NodePtr part) : Node(part->kind), m_part(std::move(part)) {
        category = m_part->category;
        m_cells.resize(category->levels().size());
        std::vector<char> isKnown(m_cells.size());
        bool isMissingKnown = false;
        for (std::size_t row = 0; row < category->rows(); ++row) {
            if (category->isMissing(row)) {
                if (!std::exchange(isMissingKnown, true)) m_missing = m_part->at(row, m_scratch);
            } else if (const std::uint32_t code = category->codes()[row]; !std::exchange(isKnown[code], 1)) {
                m_cells[code] = m_part->at(row, m_scratch);
            }
        }
    }
    Cell at(std::size_t row, Scratch&) const override {
        return category->isMissing(row) ? m_missing : m_cells[category->codes()[row]];
    }

private:
    NodePtr m_part;
    Scratch m_scratch;  ///< holds the texts that the cells refer to
    std::vector<Cell> m_cells;
    Cell m_missing;
};

class Binder {
public:
    Binder(std::string_view text, const Table& table, std::string_view parameter)
        : m_text(text), m_table(table), m_parameter(parameter) {}

    NodePtr bind(const Syntax& syntax) const {
        switch (syntax.kind) {
            case Syntax::Kind::Number:
                return std::make_unique<Constant>(ValueKind::Number, Cell::of(syntax.number));
            case Syntax::Kind::Text:
                return std::make_unique<Constant>(ValueKind::Text, Cell{}, syntax.text);
            case Syntax::Kind::Truth:
                return std::make_unique<Constant>(ValueKind::Truth, Cell::of(syntax.number));
            case Syntax::Kind::Missing: {
                auto node = std::make_unique<Constant>(ValueKind::Number, Cell::missing());
                node->isBareMissing = true;
                return node;
            }
            case Syntax::Kind::Column:
                return column(syntax);
            case Syntax::Kind::Call:
                break;
        }
        NodePtr node = call(syntax);
        return node->category && !node->isConstant ? std::make_unique<ByCategory>(std::move(node)) : std::move(node);
    }

private:
    [[noreturn]] void fail(const Syntax& at, const std::string& problem, std::string remedy = {}) const {
        throwAt(m_text, at.position, problem, m_parameter, std::move(remedy));
    }

    NodePtr column(const Syntax& syntax) const {
        const auto index = m_table.indexOf(syntax.text);
        if (!index) {
            std::vector<std::string_view> names;
            for (const ColumnPtr& known : m_table.columns()) names.push_back(known->name());
            const std::string near = nearest(syntax.text, names);
            fail(syntax, "There is no column \"" + syntax.text + "\"",
                 near.empty() ? "Text stands in quotes ('" + syntax.text + "'); a column's name with spaces in `back quotes`."
                              : "Did you mean \"" + near + "\"? Text stands in quotes.");
        }
        const Column& found = m_table.column(*index);
        switch (found.type()) {
            case ColumnType::Number: return std::make_unique<NumberCells>(found);
            case ColumnType::Category: return std::make_unique<CategoryCells>(found);
            case ColumnType::Text: return std::make_unique<TextCells>(found);
            case ColumnType::DateTime: return std::make_unique<MomentCells>(found);
            default: break;
        }
        fail(syntax, "A column of type " + std::string(columnTypeName(found.type())) + " cannot stand in an expression",
             "Use columns of numbers, categories, text or dates.");
    }

    NodePtr call(const Syntax& syntax) const {
        std::vector<NodePtr> parts;
        for (const Syntax& part : syntax.parts) parts.push_back(bind(part));
        if (syntax.text == "and" || syntax.text == "or") {
            for (std::size_t i = 0; i < parts.size(); ++i) requireKind(syntax.parts[i], parts[i], ValueKind::Truth);
            return std::make_unique<Logic>(syntax.text == "and", std::move(parts));
        }
        if (syntax.text == "not") {
            requireKind(syntax.parts[0], parts[0], ValueKind::Truth);
            return std::make_unique<Not>(std::move(parts));
        }
        if (syntax.text == "is_missing") {
            requireCount(syntax, 1, 1);
            return std::make_unique<IsMissing>(std::move(parts));
        }
        if (syntax.text == "if") {
            requireCount(syntax, 3, 3);
            requireKind(syntax.parts[0], parts[0], ValueKind::Truth);
            makeAlike(syntax, parts, 1);
            return std::make_unique<If>(std::move(parts));
        }
        if (syntax.text == "coalesce") {
            requireCount(syntax, 2, 100);
            makeAlike(syntax, parts, 0);
            return std::make_unique<Coalesce>(std::move(parts));
        }
        if (syntax.text == "in") {
            requireCount(syntax, 2, 10'000);
            makeAlike(syntax, parts, 0);
            return std::make_unique<In>(std::move(parts));
        }
        if (syntax.text == "matches") return matches(syntax, std::move(parts));
        return plain(syntax, std::move(parts));
    }

    void requireCount(const Syntax& syntax, std::size_t least, std::size_t most) const {
        if (syntax.parts.size() < least || syntax.parts.size() > most)
            fail(syntax, syntax.text + " takes " + std::to_string(least) + (most > least ? " values or more" : least == 1 ? " value" : " values") +
                             ", but has " + std::to_string(syntax.parts.size()), usage(syntax.text));
    }

    void requireKind(const Syntax& syntax, NodePtr& part, ValueKind kind) const {
        if (part->isBareMissing) {
            part = std::make_unique<Constant>(kind, Cell::missing());
            return;
        }
        if (kind == ValueKind::Moment) asMoment(syntax, part);
        if (part->kind != kind)
            fail(syntax, "This is " + std::string(valueKindName(part->kind)) + " where " + std::string(valueKindName(kind)) + " is expected",
                 kind == ValueKind::Text ? "Write text in quotes: '3'." : "");
    }

    /// A text that is written out stands for the date that it tells, beside a date.
    void asMoment(const Syntax& syntax, NodePtr& part) const {
        const auto* constant = dynamic_cast<const Constant*>(part.get());
        if (!constant || part->kind != ValueKind::Text) return;
        Cell cell;
        bool hasTime = false;
        if (!parseDateTime(constant->text(), cell.moment, hasTime))
            fail(syntax, "\"" + constant->text() + "\" is no date", "Write dates as '2015-01-31' or '2015-01-31 10:20'.");
        part = std::make_unique<Constant>(ValueKind::Moment, cell);
    }

    /// Gives all parts from `first` on the kind that the first of them has which has one.
    void makeAlike(const Syntax& syntax, std::vector<NodePtr>& parts, std::size_t first) const {
        const auto isMoment = [](const NodePtr& part) { return part->kind == ValueKind::Moment; };
        const auto begin = parts.begin() + static_cast<std::ptrdiff_t>(first);
        const auto known = std::find_if(begin, parts.end(), [](const NodePtr& part) { return !part->isBareMissing; });
        if (known == parts.end()) fail(syntax, "All values here are missing");
        const ValueKind kind = std::any_of(begin, parts.end(), isMoment) ? ValueKind::Moment : (*known)->kind;
        for (std::size_t i = first; i < parts.size(); ++i) requireKind(syntax.parts[i], parts[i], kind);
    }

    NodePtr matches(const Syntax& syntax, std::vector<NodePtr> parts) const {
        requireCount(syntax, 2, 2);
        requireKind(syntax.parts[0], parts[0], ValueKind::Text);
        if (syntax.parts[1].kind != Syntax::Kind::Text) fail(syntax.parts[1], "The pattern must be written out in quotes");
        auto pattern = std::make_unique<re2::RE2>(syntax.parts[1].text, re2::RE2::Quiet);
        if (!pattern->ok()) fail(syntax.parts[1], "The pattern is no regular expression: " + pattern->error());
        return std::make_unique<Matches>(std::move(parts), std::move(pattern));
    }

    std::string usage(std::string_view name) const {
        for (const FunctionHelp& help : expressionFunctions())
            if (help.call.substr(0, help.call.find('(')) == name)
                return "Write " + std::string(help.call) + ": " + std::string(help.help) + ".";
        return {};
    }

    NodePtr plain(const Syntax& syntax, std::vector<NodePtr> parts) const {
        std::vector<const Function*> named;
        for (const Function& function : plainFunctions())
            if (function.name == syntax.text) named.push_back(&function);
        if (named.empty()) failUnknown(syntax);
        // A date written as text beside a date.
        const bool hasMoment = std::any_of(parts.begin(), parts.end(), [](const NodePtr& p) { return p->kind == ValueKind::Moment; });
        if (hasMoment && parts.size() == 2)
            for (std::size_t i = 0; i < 2; ++i) asMoment(syntax.parts[i], parts[i]);
        for (const Function* function : named) {
            if (function->takes.size() != parts.size()) continue;
            bool fits = true;
            for (std::size_t i = 0; i < parts.size(); ++i)
                fits = fits && (parts[i]->isBareMissing || parts[i]->kind == function->takes[i]);
            if (fits) return std::make_unique<Plain>(*function, std::move(parts));
        }
        failMismatch(syntax, parts, named);
    }

    [[noreturn]] void failUnknown(const Syntax& syntax) const {
        std::vector<std::string_view> names = {"if", "is_missing", "coalesce", "matches"};
        for (const Function& function : plainFunctions()) names.push_back(function.name);
        const std::string near = nearest(syntax.text, names);
        fail(syntax, "There is no function \"" + syntax.text + "\"", near.empty() ? "" : "Did you mean " + near + "?");
    }

    [[noreturn]] void failMismatch(const Syntax& syntax, const std::vector<NodePtr>& parts,
                                   const std::vector<const Function*>& named) const {
        const bool isCountRight = std::any_of(named.begin(), named.end(), [&](const Function* f) { return f->takes.size() == parts.size(); });
        if (!isCountRight)
            fail(syntax, syntax.text + " does not take " + std::to_string(parts.size()) + (parts.size() == 1 ? " value" : " values"), usage(syntax.text));
        std::string kinds;
        for (const NodePtr& part : parts) kinds += (kinds.empty() ? "" : " and ") + std::string(valueKindName(part->kind));
        const bool mixesText = parts.size() == 2 && (parts[0]->kind == ValueKind::Text) != (parts[1]->kind == ValueKind::Text);
        fail(syntax, "\"" + syntax.text + "\" cannot be done with " + kinds,
             mixesText ? "Categories count as text: write their values in quotes ('3'), or use number(…)." : usage(syntax.text));
    }

    std::string_view m_text;
    const Table& m_table;
    std::string_view m_parameter;
};

}  // namespace

NodePtr bind(const Syntax& syntax, std::string_view text, const Table& table, std::string_view parameter) {
    return Binder(text, table, parameter).bind(syntax);
}

}  // namespace holdout::expression

// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/format.h"
#include "prepare/builtin_steps.h"
#include "prepare/step_columns.h"
#include "prepare/text/term_matrix.h"

namespace holdout {

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(TermRule, unit, least, most, lowerCase, shortest, language, dropStopWords, stem)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(TermFeatures, rule, weight, logCounts, unitLength, hashed, terms, idf)

namespace {

constexpr std::string_view kId = "tf-idf";

std::vector<OneOf::Choice> languageChoices() {
    // Names of stemmers of libstemmer 2.2; those with a list of stop words come first.
    return {{"english", "English"},       {"danish", "Danish"},         {"dutch", "Dutch"},
            {"finnish", "Finnish"},       {"french", "French"},         {"german", "German"},
            {"hungarian", "Hungarian"},   {"italian", "Italian"},       {"norwegian", "Norwegian"},
            {"portuguese", "Portuguese"}, {"romanian", "Romanian"},     {"russian", "Russian"},
            {"spanish", "Spanish"},       {"swedish", "Swedish"},       {"arabic", "Arabic"},
            {"basque", "Basque"},         {"catalan", "Catalan"},       {"greek", "Greek"},
            {"hindi", "Hindi"},           {"indonesian", "Indonesian"}, {"irish", "Irish"},
            {"lithuanian", "Lithuanian"}, {"turkish", "Turkish"}};
}

const std::vector<ParamSpec>& tfIdfSpecs() {
    static const std::vector<ParamSpec> specs = {
        columnsSpec("Which text columns become features.", "texts"),
        {.id = "terms",
         .label = "Terms are",
         .help =
             "words: one or several words in a row. characters: runs of characters, which also catch misspelt words "
             "and endings. characters-in-words: the same without crossing from one word into the next.",
         .fallback = std::string("words"),
         .rule = OneOf{{{"words", "Words"},
                        {"characters", "Characters"},
                        {"characters-in-words", "Characters within words"}}}},
        {.id = "shortest_run",
         .label = "From",
         .help = "How many words, or characters, a term has at least.",
         .fallback = std::int64_t{1},
         .rule = IntegerRange{.low = 1, .high = 10}},
        {.id = "longest_run",
         .label = "To",
         .help = "How many words, or characters, a term has at most. 2: pairs of words count too, such as not good. "
                 "Less than From counts as From.",
         .fallback = std::int64_t{1},
         .rule = IntegerRange{.low = 1, .high = 10}},
        {.id = "lower_case",
         .label = "Lower case",
         .help = "Reads Free and free as one word.",
         .fallback = true,
         .rule = AnyBool{}},
        {.id = "language",
         .label = "Language",
         .help = "Whose stop words and word endings are meant.",
         .fallback = std::string("english"),
         .rule = OneOf{languageChoices()}},
        {.id = "stop_words",
         .label = "Drop stop words",
         .help =
             "Leaves out the, of, is and their like, which say little of a topic. Keep them when not and no matter.",
         .fallback = false,
         .rule = AnyBool{},
         .when = EnabledWhen{"terms", {"words"}}},
        {.id = "stem",
         .label = "Stem words",
         .help = "Cuts endings off, so that call, calls and called are one word.",
         .fallback = false,
         .rule = AnyBool{},
         .when = EnabledWhen{"terms", {"words"}}},
        {.id = "shortest_word",
         .label = "Shortest word",
         .help = "How many characters a word must have to count.",
         .fallback = std::int64_t{1},
         .rule = IntegerRange{.low = 1, .high = 20},
         .when = EnabledWhen{"terms", {"words"}}},
        {.id = "min_rows",
         .label = "In at least",
         .help = "How many training texts a term must stand in. 2 leaves out misspellings and names that come once.",
         .fallback = std::int64_t{2},
         .rule = IntegerRange{.low = 1, .high = 1'000'000'000},
         .scale = Scale::Log,
         .usual = {{1, 100}}},
        {.id = "max_share",
         .label = "In at most this share",
         .help = "Terms that a larger share of the training texts have are left out.",
         .fallback = 1.0,
         .rule = RealRange{.low = 0, .high = 1, .lowOpen = true},
         .usual = {{0.1, 1}}},
        {.id = "most_terms",
         .label = "Most terms",
         .help = "How many terms are kept, the most frequent ones.",
         .fallback = std::int64_t{100'000},
         .rule = IntegerRange{.low = 1, .high = 10'000'000},
         .scale = Scale::Log,
         .usual = {{100, 200'000}}},
        {.id = "weights",
         .label = "Cells hold",
         .help = "tf-idf: counts, with terms that few texts have counting more. counts: how often the term stands in "
                 "the text. binary: 1 where it does.",
         .fallback = std::string("tf-idf"),
         .rule = OneOf{{{"tf-idf", "Weighted counts (tf-idf)"}, {"counts", "Counts"}, {"binary", "0 and 1"}}}},
        {.id = "log_counts",
         .label = "Logarithm of counts",
         .help = "Takes 1 + ln(count) for the count: a word that comes ten times then says little more than one that "
                 "comes five times.",
         .fallback = false,
         .rule = AnyBool{},
         .when = EnabledWhen{"weights", {"tf-idf", "counts"}}},
        {.id = "unit_length",
         .label = "Same length for all texts",
         .help = "Divides each row by its Euclidean length, so that long texts do not outweigh short ones.",
         .fallback = true,
         .rule = AnyBool{}},
        {.id = "hash_bits",
         .label = "Hash to bits",
         .help = "0: each term has a feature of its own. Otherwise terms share 2 to this power features by a hash: no "
                 "list of terms is kept, but features have no names.",
         .fallback = std::int64_t{0},
         .rule = IntegerRange{.low = 0, .high = 22}},
    };
    return specs;
}

/// One text column and the features that its terms become.
struct TextFeatures {
    std::string column;
    TermFeatures features;
    std::string learnt;
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(TextFeatures, column, features, learnt)

std::shared_ptr<const std::vector<std::string>> namesOf(const TextFeatures& text) {
    std::vector<std::string> names;
    names.reserve(text.features.width());
    for (const std::string& term : text.features.terms) names.push_back(text.column + ":" + term);
    for (std::size_t i = 0; i < text.features.hashed; ++i) names.push_back(text.column + "#" + std::to_string(i));
    return std::make_shared<const std::vector<std::string>>(std::move(names));
}

class FittedTfIdf final : public FittedStep {
public:
    explicit FittedTfIdf(std::vector<TextFeatures> texts) : m_texts(std::move(texts)) {
        for (const TextFeatures& text : m_texts) {
            m_indices.emplace_back(text.features);
            m_names.push_back(namesOf(text));
        }
    }

    Table apply(const Table& table, StepNotes&) const override {
        std::vector<ColumnPtr> columns = table.columns();
        for (std::size_t i = 0; i < m_texts.size(); ++i) {
            ColumnPtr& column = columns[requireFitted(table, m_texts[i].column, ColumnType::Text, kId)];
            column = std::make_shared<const Column>(
                column->name(), SparseValues{m_indices[i].rowsOf(*column), m_names[i]}, MissingMask{});
        }
        return {std::move(columns), table.rows()};
    }

    bool keepsUnits() const override { return true; }
    std::vector<std::string> learnt() const override {
        if (m_texts.empty()) return {"There is no column that this step acts on."};
        std::vector<std::string> sentences;
        for (const TextFeatures& text : m_texts) sentences.push_back(text.learnt);
        return sentences;
    }
    nlohmann::json save() const override { return {{"texts", m_texts}}; }

private:
    std::vector<TextFeatures> m_texts;
    std::vector<TermIndex> m_indices;
    std::vector<std::shared_ptr<const std::vector<std::string>>> m_names;
};

TermRule ruleOf(const Params& params) {
    TermRule rule;
    const std::string& terms = params.text("terms");
    rule.unit = terms == "words"        ? TermRule::Unit::Words
                : terms == "characters" ? TermRule::Unit::Characters
                                        : TermRule::Unit::CharactersInWords;
    rule.least = static_cast<std::size_t>(params.integer("shortest_run"));
    rule.most = std::max(rule.least, static_cast<std::size_t>(params.integer("longest_run")));
    rule.lowerCase = params.flag("lower_case");
    if (rule.unit != TermRule::Unit::Words) return rule;
    rule.shortest = static_cast<std::size_t>(params.integer("shortest_word"));
    rule.language = params.text("language");
    rule.dropStopWords = params.flag("stop_words");
    rule.stem = params.flag("stem");
    return rule;
}

class TfIdf final : public Step {
public:
    explicit TfIdf(const Params& params)
        : m_columns(params.text("columns")),
          m_minRows(static_cast<std::uint64_t>(params.integer("min_rows"))),
          m_maxShare(params.real("max_share")),
          m_mostTerms(static_cast<std::size_t>(params.integer("most_terms"))) {
        m_features.rule = ruleOf(params);
        const std::string& weights = params.text("weights");
        m_features.weight = weights == "tf-idf"   ? TermWeight::TfIdf
                            : weights == "counts" ? TermWeight::Counts
                                                  : TermWeight::Binary;
        m_features.logCounts = params.flag("log_counts") && m_features.weight != TermWeight::Binary;
        m_features.unitLength = params.flag("unit_length");
        const std::int64_t bits = params.integer("hash_bits");
        m_features.hashed = bits > 0 ? std::size_t{1} << bits : 0;
        TermReader check(m_features.rule);  // refuses a language at once, not when it comes to fitting
    }

    std::shared_ptr<const FittedStep> fit(const TrainingFrame& training, StepNotes& notes,
                                          JobContext& context) const override {
        std::vector<TextFeatures> texts;
        for (const std::size_t i : chosenColumnsOf(training.table, m_columns, kId, {ColumnType::Text})) {
            const Column& column = training.table.column(i);
            texts.push_back(m_features.hashed > 0 ? hashed(column, context) : listed(column, context));
            if (texts.back().features.width() == 0 && column.rows() > 0)
                addOnce(notes.warnings, {"No term of this column is in as many training texts as the step asks for: "
                                         "the column tells a model nothing.",
                                         {.column = column.name(), .parameter = "min_rows"}});
        }
        return std::make_shared<FittedTfIdf>(std::move(texts));
    }

    std::shared_ptr<const FittedStep> load(const nlohmann::json& state) const override {
        return std::make_shared<FittedTfIdf>(state.at("texts").get<std::vector<TextFeatures>>());
    }

private:
    TextFeatures listed(const Column& column, const JobContext& context) const {
        std::vector<TermCount> counts = countTerms(column, m_features.rule, context);
        const std::size_t all = counts.size();
        const double mostRows = m_maxShare * static_cast<double>(column.rows());
        std::erase_if(counts, [&](const TermCount& count) {
            return count.rows < m_minRows || static_cast<double>(count.rows) > mostRows;
        });
        // The most frequent ones, and among equals those that come first.
        std::ranges::stable_sort(counts, std::greater<>{}, &TermCount::total);
        if (counts.size() > m_mostTerms) counts.resize(m_mostTerms);
        std::vector<std::string> frequent;
        for (std::size_t i = 0; i < std::min<std::size_t>(counts.size(), 5); ++i) frequent.push_back(counts[i].term);
        std::ranges::sort(counts, {}, &TermCount::term);
        TextFeatures text{column.name(), m_features, {}};
        for (TermCount& count : counts) {
            if (m_features.weight == TermWeight::TfIdf)
                text.features.idf.push_back(smoothIdf(count.rows, column.rows()));
            text.features.terms.push_back(std::move(count.term));
        }
        text.learnt = column.name() + ": " + formatCount(static_cast<std::int64_t>(counts.size())) + " of " +
                      formatCount(static_cast<std::int64_t>(all)) + " terms of " +
                      formatCount(static_cast<std::int64_t>(column.rows())) + " training texts";
        if (!frequent.empty()) text.learnt += ", most often " + listedNames(frequent);
        return text;
    }

    TextFeatures hashed(const Column& column, const JobContext& context) const {
        TextFeatures text{column.name(), m_features, {}};
        text.learnt = column.name() + ": terms hashed to " + formatCount(static_cast<std::int64_t>(m_features.hashed)) +
                      " features";
        if (m_features.weight != TermWeight::TfIdf) return text;
        context.throwIfStopped();
        TermFeatures plain = m_features;
        plain.weight = TermWeight::Counts;
        const SparseRows rows = TermIndex(plain).rowsOf(column);
        std::vector<std::uint64_t> having(m_features.hashed);
        for (const std::int32_t place : rows.columns) ++having[static_cast<std::size_t>(place)];
        for (const std::uint64_t count : having) text.features.idf.push_back(smoothIdf(count, column.rows()));
        return text;
    }

    std::string m_columns;
    TermFeatures m_features;
    std::uint64_t m_minRows;
    double m_maxShare;
    std::size_t m_mostTerms;
};

}  // namespace

StepInfo tfIdfStep() {
    return {.id = kId,
            .label = "Turn texts into features",
            .group = StepGroup::TextsImages,
            .sentence =
                "Makes each term of a text column a feature: how often it stands in the text, with terms counting more "
                "the fewer texts have them. Most features are 0 in most rows, and only the others are kept in memory.",
            .params = tfIdfSpecs(),
            .make = makeStep<TfIdf>};
}

}  // namespace holdout

// SPDX-License-Identifier: GPL-3.0-or-later
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/parallel.h"
#include "prepare/augmentation.h"
#include "prepare/builtin_steps.h"
#include "prepare/step_columns.h"
#include "prepare/text/apertium.h"
#include "prepare/text/text_changes.h"

namespace holdout {
namespace {

constexpr std::string_view kId = "augment-text";

const ParamSpec kSpecs[] = {
    columnsSpec("Which text columns get changed copies.", "texts"),
    {.id = "copies",
     .label = "Copies of each",
     .help = "How many changed copies of each training text are added.",
     .fallback = std::int64_t{1},
     .rule = IntegerRange{.low = 0, .high = 20},
     .usual = {{0, 8}}},
    {.id = "synonyms",
     .label = "Synonyms",
     .help = "Share of the words in whose place one of the same meaning stands, by WordNet. English.",
     .fallback = 0.1,
     .rule = RealRange{.low = 0, .high = 1},
     .usual = {{0, 0.5}}},
    {.id = "delete",
     .label = "Leave out",
     .help = "Share of the words that are left out.",
     .fallback = 0.0,
     .rule = RealRange{.low = 0, .high = 0.9},
     .usual = {{0, 0.5}}},
    {.id = "swap",
     .label = "Swap",
     .help = "Share of the words that change places with another.",
     .fallback = 0.0,
     .rule = RealRange{.low = 0, .high = 1},
     .usual = {{0, 0.5}}},
    {.id = "shuffle_sentences",
     .label = "Shuffle sentences",
     .help = "Puts the sentences of each text in another order.",
     .fallback = false,
     .rule = AnyBool{}},
    {.id = "back_translation",
     .label = "Back translation",
     .help = "Translates English texts into another language and back, by Apertium, before the other changes. Slow: "
             "some hundred texts a second, and again in each epoch of a network.",
     .fallback = std::string("none"),
     .rule = OneOf{{{"none", "None"},
                    {"spanish", "By way of Spanish"},
                    {"catalan", "By way of Catalan"},
                    {"galician", "By way of Galician"}}}},
};

struct TextChanges {
    double synonyms = 0;
    double without = 0;
    double swap = 0;
    bool shuffle = false;
    std::string pivot;
};

class TextCopies final : public Augmenter {
public:
    TextCopies(std::string columns, std::size_t copies, TextChanges changes)
        : m_columns(std::move(columns)), m_copies(copies), m_changes(std::move(changes)) {}

    TrainingFrame added(const TrainingFrame& frame, JobContext& context) const override {
        const auto chosen = chosenColumnsOf(frame.table, m_columns, kId, {ColumnType::Text});
        std::vector<std::uint32_t> origins;
        for (std::size_t copy = 0; !chosen.empty() && copy < m_copies; ++copy)
            for (std::uint32_t row = 0; row < frame.rows.size(); ++row) origins.push_back(row);
        TrainingFrame rows = copiesOf(frame, std::move(origins));
        for (const std::size_t i : chosen) {
            JobContext own = context.derive("column", i);
            rows.table = rows.table.withColumn(i, changed(frame.table.column(i), rows.table.column(i), own));
        }
        return rows;
    }
    std::string what() const override { return "changed copies of texts"; }

private:
    /// Read when it is first needed, and once for all folds.
    const WordNet& wordNet() const {
        std::call_once(m_once, [this] { m_wordNet.emplace(); });
        return *m_wordNet;
    }

    ColumnPtr changed(const Column& originals, const Column& column, const JobContext& context) const {
        std::vector<std::string> texts;
        for (std::size_t row = 0; row < column.rows(); ++row) texts.emplace_back(column.texts().at(row));
        if (m_changes.pivot != "none" && column.rows() > 0) {
            // Every copy begins with the same translation, so each text is translated once.
            texts.resize(originals.rows());
            const std::vector<std::string> back = backTranslated(texts, m_changes.pivot, context.stop);
            texts.clear();
            for (std::size_t row = 0; row < column.rows(); ++row) texts.push_back(back[row % back.size()]);
        }
        const WordNet* words = m_changes.synonyms > 0 && column.rows() > 0 ? &wordNet() : nullptr;
        const std::vector<Range> parts = chunks(texts.size(), 32);
        parallelFor(parts.size(), [&](std::size_t part) {
            context.throwIfStopped();
            for (std::size_t row = parts[part].begin; row < parts[part].end; ++row) {
                RandomStream random(context.seed.derive("text", row));
                texts[row] = changedText(texts[row], words, random);
            }
        });
        return Column::textsOf(column.name(), texts, column.missing());
    }

    std::string changedText(std::string text, const WordNet* words, RandomStream& random) const {
        if (m_changes.shuffle) text = withShuffledSentences(text, random);
        if (words) text = withSynonyms(text, m_changes.synonyms, *words, random);
        if (m_changes.swap > 0) text = withSwaps(text, m_changes.swap, random);
        if (m_changes.without > 0) text = withoutWords(text, m_changes.without, random);
        return text;
    }

    std::string m_columns;
    std::size_t m_copies;
    TextChanges m_changes;
    mutable std::once_flag m_once;
    mutable std::optional<WordNet> m_wordNet;
};

class AugmentText final : public AugmentingStep {
public:
    explicit AugmentText(const Params& params) {
        const TextChanges changes{params.real("synonyms"), params.real("delete"), params.real("swap"),
                                  params.flag("shuffle_sentences"), params.text("back_translation")};
        if (changes.pivot != "none")
            if (const std::string package = missingTranslator(changes.pivot); !package.empty())
                throw Error("Back translation by way of " + changes.pivot + " is not installed.",
                            {.parameter = "back_translation"}, "Install it: apt install apertium " + package + ".");
        m_augmenter = std::make_shared<TextCopies>(params.text("columns"),
                                                   static_cast<std::size_t>(params.integer("copies")), changes);
    }
};

}  // namespace

StepInfo augmentTextStep() {
    return {
        .id = kId,
        .label = "Add changed texts",
        .group = StepGroup::Augment,
        .sentence =
            "Adds copies of the training texts of each fold that say the same in other words, so that a model learns "
            "from more than a few. Put it before the step that turns texts into features. Held-out texts stay as they "
            "are.",
        .params = kSpecs,
        .make = makeStep<AugmentText>};
}

}  // namespace holdout

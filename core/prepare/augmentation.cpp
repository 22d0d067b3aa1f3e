// SPDX-License-Identifier: GPL-3.0-or-later
#include "prepare/augmentation.h"

#include <nlohmann/json.hpp>
#include <numeric>

#include "base/format.h"
#include "data/append_rows.h"

namespace holdout {
namespace {

template <typename T>
void append(std::vector<T>& values, const std::vector<T>& more) {
    values.insert(values.end(), more.begin(), more.end());
}

Eigen::VectorXd stacked(const Eigen::VectorXd& above, const Eigen::VectorXd& below) {
    Eigen::VectorXd all(above.size() + below.size());
    all << above, below;
    return all;
}

Eigen::VectorXd weightsOrOnes(const TrainingFrame& frame) {
    return frame.weights.size() > 0 ? frame.weights
                                    : Eigen::VectorXd::Ones(static_cast<Eigen::Index>(frame.rows.size()));
}

std::string addedSentence(const Augmenter& augmenter, std::size_t added, std::size_t before) {
    return formatCount(static_cast<std::int64_t>(added)) + (added == 1 ? " row" : " rows") + " added to " +
           formatCount(static_cast<std::int64_t>(before)) + " training rows: " + augmenter.what();
}

}  // namespace

TrainingFrame copiesOf(const TrainingFrame& frame, std::vector<std::uint32_t> origins) {
    TrainingFrame copies = frame.gather(origins);
    copies.added = 0;
    copies.positions = std::move(origins);
    return copies;
}

TrainingFrame withAdded(TrainingFrame frame, const TrainingFrame& added) {
    const std::size_t before = frame.rows.size();
    if (frame.positions.empty()) {
        frame.positions.resize(before);
        std::iota(frame.positions.begin(), frame.positions.end(), 0U);
    }
    for (const std::uint32_t position : added.positions) frame.positions.push_back(frame.positions[position]);
    if (frame.weights.size() > 0 || added.weights.size() > 0)
        frame.weights = stacked(weightsOrOnes(frame), weightsOrOnes(added));
    frame.table = appendRows(frame.table, added.table);
    if (frame.target.task == Task::Regression)
        frame.target.values = stacked(frame.target.values, added.target.values);
    else
        append(frame.target.classes, added.target.classes);
    append(frame.rows, added.rows);
    frame.added += added.rows.size();
    return frame;
}

std::shared_ptr<const Augmentation> Augmentation::fit(std::shared_ptr<const Augmenter> augmenter,
                                                      const TrainingFrame& training, JobContext& context) {
    JobContext once = context.derive("once");
    TrainingFrame added = augmenter->added(training, once);
    std::string sentence = addedSentence(*augmenter, added.rows.size(), training.rows.size());
    return std::make_shared<const Augmentation>(std::move(augmenter), context.seed, std::move(added),
                                                std::move(sentence));
}

TrainingFrame Augmentation::applyToTraining(TrainingFrame frame, StepNotes&) const {
    return withAdded(std::move(frame), m_added);
}

TrainingFrame Augmentation::added(const TrainingFrame& frame, std::int64_t epoch, const JobContext& context) const {
    JobContext own{context.stop, context.finish, context.progress,
                   m_seed.derive("epoch", static_cast<std::uint64_t>(epoch))};
    return m_augmenter->added(frame, own);
}

nlohmann::json Augmentation::save() const {
    return {{"learnt", m_sentence}};
}

std::shared_ptr<const FittedStep> Augmentation::load(const nlohmann::json& state) {
    return std::make_shared<const Augmentation>(nullptr, Seed{}, TrainingFrame{},
                                                state.at("learnt").get<std::string>());
}

}  // namespace holdout

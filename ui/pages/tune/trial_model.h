// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractTableModel>
#include <memory>
#include <set>

#include "tune/study.h"

namespace holdout {

/// Trials as a table: number, score, a column for each searched parameter, seconds. Nothing is made for cells that are not
/// shown, so thousands of trials are cheap. Sort by `sortRole`.
class TrialModel : public QAbstractTableModel {
    Q_OBJECT
public:
    static constexpr int sortRole = Qt::UserRole;
    using QAbstractTableModel::QAbstractTableModel;

    /// New trials at the end are inserted; anything else resets.
    void setTrials(std::shared_ptr<const std::vector<Trial>> trials, const std::vector<std::string>& params, const QString& score);
    /// What the score is weighed against, and the trials that no other beats in both: they are marked. Sizes get a column.
    void setFront(SecondGoal against, const std::vector<std::size_t>& front);
    const std::vector<Trial>& trials() const { return *m_trials; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    static QString partWords(const Trial& trial);
    /// Columns after those of the parameters: time, and perhaps the size.
    int timeColumn() const { return static_cast<int>(m_params.size()) + 2; }

    std::shared_ptr<const std::vector<Trial>> m_trials = std::make_shared<const std::vector<Trial>>();
    std::vector<std::string> m_params;
    QString m_score;
    SecondGoal m_against = SecondGoal::None;
    std::set<std::size_t> m_front;
};

}  // namespace holdout

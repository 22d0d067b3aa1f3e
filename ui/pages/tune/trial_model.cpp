// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/tune/trial_model.h"

#include <QFont>
#include <algorithm>

#include "base/format.h"
#include "forms/param_words.h"
#include "theme/theme.h"

namespace holdout {

void TrialModel::setTrials(std::shared_ptr<const std::vector<Trial>> trials, const std::vector<std::string>& params,
                           const QString& score) {
    const std::vector<Trial>& before = *m_trials;
    bool grows = params == m_params && score == m_score && trials->size() >= before.size();
    for (std::size_t i = 0; grows && i < before.size(); ++i)
        grows = (*trials)[i].number == before[i].number && (*trials)[i].params == before[i].params;
    if (grows && trials->size() == before.size()) return;
    if (grows) {
        beginInsertRows({}, static_cast<int>(before.size()), static_cast<int>(trials->size()) - 1);
        m_trials = std::move(trials);
        endInsertRows();
        return;
    }
    beginResetModel();
    m_trials = std::move(trials);
    m_params = params;
    m_score = score;
    endResetModel();
}

void TrialModel::setFront(SecondGoal against, const std::vector<std::size_t>& front) {
    std::set<std::size_t> wanted(front.begin(), front.end());
    if (against == m_against && wanted == m_front) return;
    const bool isOther = (against == SecondGoal::Size) != (m_against == SecondGoal::Size);
    if (isOther) beginResetModel();
    m_against = against;
    const std::set<std::size_t> before = std::exchange(m_front, std::move(wanted));
    if (isOther) return endResetModel();
    // Only the rows that came or went: telling of thousands would sort them all anew.
    std::vector<std::size_t> changed;
    std::set_symmetric_difference(before.begin(), before.end(), m_front.begin(), m_front.end(), std::back_inserter(changed));
    for (const std::size_t row : changed)
        if (row < m_trials->size())
            emit dataChanged(index(static_cast<int>(row), 0), index(static_cast<int>(row), columnCount() - 1),
                             {Qt::DisplayRole, Qt::FontRole, Qt::ToolTipRole});
}

/// Why a trial's score is not to be laid beside those of others.
QString TrialModel::partWords(const Trial& trial) {
    if (trial.state == TrialState::Pruned) return tr("stopped after %n fold(s): it could not win any more", nullptr, static_cast<int>(trial.folds.size()));
    return tr("with %1 % of the budget").arg(fromCore(formatNumber(100 * trial.budget, 3)));
}

int TrialModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : static_cast<int>(m_trials->size()); }

int TrialModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : timeColumn() + (m_against == SecondGoal::Size ? 2 : 1);
}

QVariant TrialModel::data(const QModelIndex& index, int role) const {
    const Trial& trial = (*m_trials)[static_cast<std::size_t>(index.row())];
    const bool failed = trial.state == TrialState::Failed;
    if (role == Qt::TextAlignmentRole) return QVariant::fromValue(Qt::AlignRight | Qt::AlignVCenter);
    const bool isPart = trial.state == TrialState::Pruned || trial.budget < 1;
    const bool isFront = m_front.contains(static_cast<std::size_t>(index.row()));
    if (role == Qt::ToolTipRole && isFront)
        return m_against == SecondGoal::Size ? tr("No trial with as small a model scores better") : tr("No trial as quick scores better");
    if (role == Qt::FontRole && isFront) {
        QFont bold;
        bold.setWeight(QFont::DemiBold);
        return bold;
    }
    if (role == Qt::ToolTipRole) return failed ? QVariant(QString::fromStdString(trial.error)) : isPart ? QVariant(partWords(trial)) : QVariant();
    if (role == Qt::ForegroundRole) return failed ? QVariant(Theme::current().bad) : isPart ? QVariant(Theme::current().muted) : QVariant();
    if (role != Qt::DisplayRole && role != sortRole) return {};
    const bool show = role == Qt::DisplayRole;
    const auto number = [&](double value, int digits) {
        return show ? QVariant(fromCore(formatNumber(value, digits))) : QVariant(value);
    };
    if (index.column() == 0 && show && isFront) return QString::fromUtf8("◆ %1").arg(trial.number + 1);
    if (index.column() == 0) return static_cast<qulonglong>(trial.number + (show ? 1 : 0));
    if (index.column() == 1) return failed && show ? QVariant(tr("failed")) : number(trial.score, 5);
    if (index.column() == timeColumn()) return show ? QVariant(fromCore(formatDuration(trial.seconds))) : QVariant(trial.seconds);
    if (index.column() > timeColumn())
        return show ? QVariant(tr("%1 KiB").arg(fromCore(formatNumber(static_cast<double>(trial.bytes) / 1024, 3))))
                    : QVariant(static_cast<qlonglong>(trial.bytes));
    const auto found = trial.params.find(m_params[static_cast<std::size_t>(index.column() - 2)]);
    if (found == trial.params.end()) return {};
    if (const auto* real = std::get_if<double>(&found->second)) return number(*real, 4);
    if (const auto* integer = std::get_if<std::int64_t>(&found->second)) return static_cast<qlonglong>(*integer);
    return fromCore(valueText(found->second));
}

QVariant TrialModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (role == Qt::TextAlignmentRole) return QVariant::fromValue(Qt::AlignRight | Qt::AlignVCenter);
    if (role != Qt::DisplayRole || orientation == Qt::Vertical) return {};
    if (section == 0) return tr("Trial");
    if (section == 1) return m_score;
    if (section == timeColumn()) return tr("Time");
    if (section > timeColumn()) return tr("Size");
    return QString::fromStdString(m_params[static_cast<std::size_t>(section - 2)]);
}

}  // namespace holdout

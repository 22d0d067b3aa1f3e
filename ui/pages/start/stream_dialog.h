// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

#include "document/stream_session.h"

class QComboBox;
class QLabel;
class QProgressBar;
class QPushButton;
class QTableWidget;
class QTabWidget;
class QVBoxLayout;

namespace holdout {

class ChartCard;
class ParamForm;
class TileStrip;

/// A window for a file that is never whole in memory: its profile, and a model that learns row by row, whose score of each
/// piece before learning it is drawn while it learns. Work goes on in the background and can be stopped; a stopped model is
/// that of the rows before.
class StreamDialog : public QDialog {
    Q_OBJECT
public:
    StreamDialog(ExperimentDocument& document, std::filesystem::path file, QWidget* parent = nullptr);

    /// Makes the question one of a project (StreamSession::ask). Call it first.
    void ask(const ExperimentSpec& question);
    void showProfile();
    void showTraining();
    /// Draws the sample, opens it, and closes the window.
    void drawSample(std::size_t rows, std::uint64_t seed, const DataHint& hint);

    StreamSession& session() { return m_session; }

private:
    QWidget* buildProfile();
    QWidget* buildTraining();
    QWidget* buildChoices();
    void refresh();
    void fillProfile();
    void fillTargets();
    void fillModels();
    void fillMetrics(Task task);
    void showModel();
    void showCurve();
    void showScores();
    std::optional<Task> task() const;
    ExperimentSpec specification() const;
    void startTraining();
    void saveModel();
    void attempt(const std::function<void()>& action);

    StreamSession m_session;
    QTabWidget* m_tabs;
    QProgressBar* m_progress;
    QLabel *m_what, *m_problem;
    QPushButton* m_stop;
    QTableWidget* m_columns = nullptr;
    QLabel *m_profileSentence = nullptr, *m_findings = nullptr;
    QComboBox *m_target = nullptr, *m_model = nullptr, *m_metric = nullptr;
    ParamForm* m_form = nullptr;
    ParamSet m_params;
    QPushButton *m_train = nullptr, *m_save = nullptr;
    ChartCard* m_curve = nullptr;
    TileStrip* m_scores = nullptr;
    QLabel* m_remarks = nullptr;
    bool m_isSampling = false, m_wantsProfile = false, m_isFilled = false;
};

}  // namespace holdout

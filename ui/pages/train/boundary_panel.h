// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFutureWatcher>
#include <QWidget>
#include <memory>

#include "document/experiment_document.h"
#include "insight/chart.h"

class QComboBox;

namespace holdout {

class ChartCard;

/// What a model answers over two number columns that a person chooses: of a finished run, and of a small network while it
/// trains. Made on another thread, one after another; hides where there are no two such columns or the data are not open.
class BoundaryPanel : public QWidget {
    Q_OBJECT
public:
    BoundaryPanel(ExperimentDocument& document, QWidget* parent);
    ~BoundaryPanel() override;

    void showRun(const std::shared_ptr<const Run>& run);
    void showLive(const std::shared_ptr<const LiveSnapshot>& live);

private:
    /// What a running network needs besides itself.
    struct Prepared;
    struct Question;
    struct Drawn {
        std::vector<std::string> columns;
        Chart chart;
        std::shared_ptr<const Prepared> prepared;
    };
    static Drawn made(const Question& question);

    void ask(std::shared_ptr<Question> question);
    void askAgain();
    void take();
    void fillColumns(const std::vector<std::string>& columns);

    ExperimentDocument& m_document;
    QComboBox *m_x, *m_y;
    ChartCard* m_card;
    QFutureWatcher<Drawn> m_making;
    std::shared_ptr<Question> m_asked, m_waiting;
    std::shared_ptr<const Prepared> m_prepared;
    std::string m_shownX;
};

}  // namespace holdout

// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/data/filter_line.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QRegularExpression>
#include <QVBoxLayout>

#include "base/format.h"
#include "data/expression/expression.h"
#include "document/experiment_document.h"
#include "forms/param_words.h"
#include "items/table_model.h"
#include "pages/data/data_edits.h"
#include "pages/data/table_order.h"
#include "theme/theme.h"
#include "theme/widgets.h"

namespace holdout {

namespace {

/// After so long without a key the expression is taken as it stands.
constexpr int typingPause = 350;

QString count(std::size_t value) {
    return fromCore(formatCount(static_cast<std::int64_t>(value)));
}

/// A name as an expression writes it.
QString written(const std::string& name) {
    static const QRegularExpression plain(QStringLiteral("^[A-Za-z_][A-Za-z0-9_]*$"));
    const QString word = fromCore(name);
    return plain.match(word).hasMatch() ? word : QLatin1Char('`') + word + QLatin1Char('`');
}

/// A condition on a column of this very table.
QString example(const Table& table) {
    for (const ColumnPtr& column : table.columns()) {
        if (column->type() != ColumnType::Category || column->levels().empty()) continue;
        return QStringLiteral("%1 = '%2'").arg(written(column->name()), fromCore(column->levels().front()));
    }
    for (const ColumnPtr& column : table.columns())
        if (column->type() == ColumnType::Number && column->rows() > 0)
            return QStringLiteral("%1 > %2").arg(written(column->name()), fromCore(formatNumber(column->numbers()[0], 3)));
    for (const ColumnPtr& column : table.columns())
        if (column->type() == ColumnType::Text) return QStringLiteral("length(%1) > 20").arg(written(column->name()));
    return {};
}

QString help() {
    QString text = QObject::tr("<p>Shows only the rows where this holds: <b>age &lt; 18 and sex = 'female'</b>. The table "
                               "itself stays as it is.</p><p>Names that are no plain word stand in `back quotes`, text in "
                               "'quotes'. Where a cell that it needs is missing, it does not hold.</p><p>");
    QStringList calls;
    for (const FunctionHelp& function : expressionFunctions()) calls << fromCore(function.call).toHtmlEscaped();
    return text + calls.join(QStringLiteral(" · ")) + QStringLiteral("</p>");
}

}  // namespace

FilterLine::FilterLine(ExperimentDocument& document, TableModel& model, TableOrder& order, QWidget* parent)
    : QWidget(parent), m_document(document), m_model(model), m_order(order), m_line(new QLineEdit(this)),
      m_count(makeLabel({}, "muted", true, this)), m_keep(new QPushButton(tr("Keep only these rows"), this)),
      m_problem(makeLabel({}, "state", QStringLiteral("bad"), this)) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(9, 4, 9, 6);
    column->setSpacing(4);
    auto* row = new QHBoxLayout;
    row->setSpacing(10);
    m_line->setObjectName("filter");
    m_line->setAccessibleName(tr("Show only rows where this holds"));
    m_line->setClearButtonEnabled(true);
    m_line->setToolTip(help());
    m_count->setObjectName("shownRows");
    m_keep->setObjectName("keepRows");
    m_keep->setToolTip(tr("Make this an edit of the table: the other rows go, until the edit is switched off or undone"));
    m_problem->setObjectName("filterProblem");
    m_problem->setProperty("small", true);
    m_problem->setTextFormat(Qt::PlainText);
    m_problem->setWordWrap(true);
    row->addWidget(m_line, 1);
    row->addWidget(m_count);
    row->addWidget(m_keep);
    column->addLayout(row);
    column->addWidget(m_problem);
    m_typing.setSingleShot(true);
    m_typing.setInterval(typingPause);
    connect(&m_typing, &QTimer::timeout, this, &FilterLine::apply);
    connect(m_line, &QLineEdit::textEdited, this, [this](const QString& text) {
        showProblem({});
        if (text.trimmed().isEmpty()) apply();
        else m_typing.start();
        refresh();
    });
    connect(m_line, &QLineEdit::textChanged, this, [this](const QString& text) {
        if (text.isEmpty()) apply();  // also by the button that clears it
    });
    connect(m_line, &QLineEdit::returnPressed, this, &FilterLine::apply);
    connect(m_keep, &QPushButton::clicked, this, &FilterLine::keepOnlyThese);
    connect(&m_order, &TableOrder::changed, this, &FilterLine::refresh);
    connect(&m_order, &TableOrder::failed, this, &FilterLine::showProblem);
    showProblem({});
    refresh();
}

void FilterLine::apply() {
    m_typing.stop();
    showProblem(m_order.setFilter(m_line->text()));
    refresh();
}

void FilterLine::showProblem(const QString& problem) {
    m_problem->setText(problem);
    m_problem->setVisible(!problem.isEmpty());
    if (m_line->property("invalid").toBool() == !problem.isEmpty()) return;
    m_line->setProperty("invalid", !problem.isEmpty());
    restyle(m_line);
}

void FilterLine::refresh() {
    m_line->setPlaceholderText(tr("Show only rows where…   %1").arg(example(m_model.table())));
    const bool isFiltered = !m_order.filter().isEmpty();
    // A filter that a new table has no columns for is gone.
    if (!isFiltered && !m_line->hasFocus() && m_problem->isHidden() && !m_typing.isActive()) m_line->clear();
    const bool isCurrent = isFiltered && !m_order.isBusy() && m_line->text().trimmed() == m_order.filter();
    m_count->setVisible(isFiltered || m_order.isBusy());
    if (m_order.isBusy()) m_count->setText(m_order.sorting() ? tr("sorting…") : tr("filtering…"));
    else m_count->setText(tr("%1 of %2 rows").arg(count(static_cast<std::size_t>(m_model.rowCount())), count(m_model.table().rows())));
    m_keep->setVisible(isFiltered);
    m_keep->setEnabled(isCurrent && m_model.rowCount() > 0 && static_cast<std::size_t>(m_model.rowCount()) < m_model.table().rows());
}

void FilterLine::keepOnlyThese() {
    EditSpec edit{"filter", {}, true};
    edit.params.set("where", m_order.filter().toStdString());
    m_line->clear();
    m_document.edit(tr("keep only some rows"), [&](ExperimentSpec& spec) { addEdit(spec, edit); });
}

}  // namespace holdout

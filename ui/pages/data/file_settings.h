// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>
#include <functional>
#include <vector>

class QComboBox;
class QGridLayout;
class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QSpinBox;
class QToolButton;

namespace holdout {

class ExperimentDocument;
struct DataSpec;

/// How the file is read: what was detected, each part of which can be set. Only what means something for the file's format
/// is shown; every change is an undo step, and the table beside it is read anew at once. For text the file's first
/// lines can be unfolded to compare.
class FileSettings : public QWidget {
    Q_OBJECT
public:
    explicit FileSettings(ExperimentDocument& document, QWidget* parent = nullptr);

    /// Shows what the document says now.
    void refresh();

private:
    /// A row of the grid, with the kinds of files that it is for.
    struct Field {
        QWidget* caption;
        QWidget* editor;
        QStringList kinds;
    };

    void addField(const QString& text, QWidget* editor, const char* name, const QStringList& kinds);
    QComboBox* addChoice(const QString& text, const char* name, const QStringList& kinds);
    QLineEdit* addLine(const QString& text, const char* name, const QString& help, const QStringList& kinds);
    QSpinBox* addCount(const QString& text, const char* name, int least, int most, const QStringList& kinds);
    void buildMarks();
    void buildLayout();
    void buildParts();
    void buildFold(QToolButton*& fold, const char* name, QWidget* folded);
    void edit(const QString& what, const std::function<void(DataSpec&)>& change);
    void refreshMarks();
    void refreshLayout();
    void refreshParts();
    void refreshWarnings();
    void refreshHead();
    void enterMissing();

    ExperimentDocument& m_document;
    QLabel* m_heading = nullptr;
    QGridLayout* m_grid = nullptr;
    std::vector<Field> m_fields;
    QComboBox *m_delimiter = nullptr, *m_quote = nullptr, *m_decimal = nullptr, *m_thousands = nullptr, *m_comment = nullptr,
              *m_escape = nullptr, *m_encoding = nullptr, *m_header = nullptr, *m_sheet = nullptr, *m_table = nullptr;
    QSpinBox *m_skip = nullptr, *m_headerRows = nullptr;
    QLineEdit *m_missing = nullptr, *m_query = nullptr;
    QToolButton *m_unfold = nullptr, *m_unfoldHead = nullptr;
    QLabel* m_warnings = nullptr;
    QPlainTextEdit* m_head = nullptr;
};

}  // namespace holdout

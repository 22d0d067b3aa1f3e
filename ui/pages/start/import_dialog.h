// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>
#include <filesystem>

#include "data/memory_need.h"

class QButtonGroup;
class QComboBox;
class QLabel;
class QSpinBox;

namespace holdout {

class ExperimentDocument;
class SealChoice;

/// What a file takes on disk and would take in memory, in a sentence.
QString memoryWords(const MemoryNeed& need);

/// How a file is opened: whole, as a random sample of its rows, or, without ever being whole in memory, profiled or learnt
/// from row by row; which rows are set aside before anything is shown; which column is predicted. Says what the file would
/// take of memory. Shown when a person asks for it, and by itself for a file that would hardly fit.
/// For the file of a project that is open without it: all rows go into the project, a sample becomes an experiment of its own
/// with the project's question, so that runs on other rows never stand in one project. What would show sealed rows, or
/// cannot make the project's edits, is not offered, and the dialog says why.
class ImportDialog : public QDialog {
    Q_OBJECT
public:
    enum class Way { Whole, Sample, Profile, Stream };

    enum class Purpose { NewExperiment, OpenProject };

    ImportDialog(ExperimentDocument& document, std::filesystem::path file, QWidget* parent = nullptr,
                 Purpose purpose = Purpose::NewExperiment);

    Way way() const;
    void setWay(Way way);

private:
    void addWays(class QVBoxLayout& column);
    void addFields(class QVBoxLayout& column);
    void setOffered();
    void speakOfProject();
    void refresh();
    void openChosen();

    ExperimentDocument& m_document;
    std::filesystem::path m_file;
    MemoryNeed m_need;
    Purpose m_purpose;
    QButtonGroup* m_ways;
    QSpinBox *m_rows, *m_seed;
    QWidget* m_sampleFields;
    QWidget* m_fields;  ///< of a new experiment alone
    SealChoice* m_seal;
    QComboBox* m_target;
    QLabel* m_sentence;
    QLabel* m_hint;
};

}  // namespace holdout

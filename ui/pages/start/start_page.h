// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>

#include "pages/page.h"

class QVBoxLayout;

namespace holdout {

class SealChoice;

/// Where a person begins: open a file, go on with a recent one, or try a sample.
class StartPage : public Page {
    Q_OBJECT
public:
    explicit StartPage(ExperimentDocument& document, QWidget* parent = nullptr);

    QString id() const override { return "start"; }
    QString title() const override { return tr("Start"); }
    QString railSummary() const override { return {}; }

protected:
    void showEvent(QShowEvent* event) override;

private:
    void addSamples(QVBoxLayout& column);
    void addSeal(QVBoxLayout& column);
    void refreshRecent();
    void openFile();
    void openPath(const std::filesystem::path& path);
    /// Calls `action`; an Error goes where the document's own errors go.
    void attempt(const std::function<void()>& action);

    SealChoice* m_seal = nullptr;
    QWidget* m_recent;
    QVBoxLayout* m_recentRows;
};

}  // namespace holdout

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTimer>

#include "forms/gesture.h"
#include "pages/page.h"

class QLabel;
class QTableView;
class QButtonGroup;

namespace holdout {

class AugmentGallery;
class PageBody;
class ParamForm;
class PreviewModel;
class StepList;
class Card;
struct RecipePreview;

/// The recipe: its steps in order, the settings of the one selected, and what it does to the first rows, or where it adds
/// rows, what it makes of some.
class PreparePage : public Page {
    Q_OBJECT
public:
    explicit PreparePage(ExperimentDocument& document, QWidget* parent = nullptr);
    ~PreparePage() override;

    QString id() const override { return "prepare"; }
    QString title() const override { return tr("Prepare"); }
    QString railSummary() const override;
    QWidget* settings() override { return m_settings; }
    bool isDone() const override;

    int selectedStep() const { return m_selected; }

protected:
    void showEvent(QShowEvent* event) override;

private:
    void buildBody();
    void buildSettings();
    void buildMenu();
    void refresh();
    void select(int step);
    void addStep(const std::string& id);
    void setParam(const QString& id, const ParamValue& value, bool more);
    void requestPreview();
    void submitPreview();
    void submitGallery();
    void submit(const QString& title, JobQueue::Work work, std::function<void()> done, std::function<void(const QString&)> failed);
    /// In place of the preview.
    void showProblem(const QString& problem);
    void showPreview(const RecipePreview& preview);

    PageBody* m_body;
    StepList* m_list = nullptr;
    Card* m_card = nullptr;
    AugmentGallery* m_gallery = nullptr;
    std::int64_t m_draw = 0;   ///< how often others were asked for
    QTableView* m_table = nullptr;
    PreviewModel* m_model = nullptr;
    QButtonGroup* m_sides = nullptr;
    QLabel* m_learnt = nullptr;
    QLabel* m_problem = nullptr;
    QWidget* m_settings;
    QLabel* m_heading = nullptr;
    QLabel* m_sentence = nullptr;
    ParamForm* m_form = nullptr;
    QTimer m_debounce;
    JobId m_job = 0;
    int m_selected = 0;
    bool m_stale = true;
    std::shared_ptr<RecipePreview> m_preview;
    Gesture m_gesture;
};

}  // namespace holdout

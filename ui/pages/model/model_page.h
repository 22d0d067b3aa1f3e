// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>

#include "forms/gesture.h"
#include "pages/page.h"

class QGridLayout;
class QLabel;

namespace holdout {

class ModelCard;
class PageBody;
class ParamForm;

/// Every model of the catalog, the chosen one's parameters, and what they mean.
class ModelPage : public Page {
    Q_OBJECT
public:
    explicit ModelPage(ExperimentDocument& document, QWidget* parent = nullptr);

    QString id() const override { return "model"; }
    QString title() const override { return tr("Model"); }
    QString railSummary() const override;
    QWidget* settings() override { return m_settings; }
    bool isDone() const override;

private:
    void buildCards();
    /// Models that can be chosen first.
    void arrange(const std::vector<ModelCard*>& cards);
    void buildSettings();
    void refresh();
    void choose(const std::string& modelId);
    QString meaning() const;
    /// Rows that a model is fitted on at the end; 0 while unknown.
    std::int64_t rows() const;

    PageBody* m_body;
    QWidget* m_settings;
    QLabel* m_heading = nullptr;
    QLabel* m_sentence = nullptr;
    ParamForm* m_form = nullptr;
    QLabel* m_note = nullptr;
    std::map<std::string, ModelCard*> m_cards;
    std::vector<ModelCard*> m_arranged;
    QGridLayout* m_grid = nullptr;
    std::map<std::string, ParamSet> m_remembered;  ///< of models that were chosen before in this session
    Gesture m_gesture;
};

}  // namespace holdout

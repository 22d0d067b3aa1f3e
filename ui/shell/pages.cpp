// SPDX-License-Identifier: GPL-3.0-or-later
#include "shell/pages.h"

#include "pages/compare/compare_page.h"
#include "pages/data/data_page.h"
#include "pages/evaluate/evaluate_page.h"
#include "pages/model/model_page.h"
#include "pages/prepare/prepare_page.h"
#include "pages/start/start_page.h"
#include "pages/train/train_page.h"
#include "pages/tune/tune_page.h"

namespace holdout {

std::vector<PageEntry> makePages(ExperimentDocument& document, QWidget* parent) {
    const QString experiment = QObject::tr("Experiment");
    return {
        {new StartPage(document, parent), {}},
        {new DataPage(document, parent), experiment},
        {new PreparePage(document, parent), experiment},
        {new ModelPage(document, parent), experiment},
        {new TrainPage(document, parent), experiment},
        {new EvaluatePage(document, parent), experiment},
        {new TunePage(document, parent), experiment},
        {new ComparePage(document, parent), experiment},
    };
}

}  // namespace holdout

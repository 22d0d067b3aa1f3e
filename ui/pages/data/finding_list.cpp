// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/data/finding_list.h"

#include <QVBoxLayout>
#include <algorithm>

#include "document/experiment_document.h"
#include "forms/form_parts.h"
#include "forms/param_words.h"
#include "pages/data/data_edits.h"
#include "theme/widgets.h"

namespace holdout {

namespace {
constexpr int mostNotes = 20;
/// From so many on, columns that one step takes care of share a note.
constexpr qsizetype fewestTogether = 3;
constexpr qsizetype mostNames = 4;

/// What becomes of cells by the formula that a finding proposes.
QString wordsOfFormula(const std::string& formula) {
    const auto holds = [&](std::string_view part) { return formula.find(part) != std::string::npos; };
    if (formula.starts_with("if(is_missing(")) return QObject::tr("Write out yes and no");
    if (holds(", missing,")) return QObject::tr("Make these cells missing");
    if (formula.ends_with(" * 24")) return QObject::tr("Read as numbers");  // hours
    if (holds("date(")) return QObject::tr("Read as dates");
    return holds("number(") ? QObject::tr("Read as numbers") : QObject::tr("Take the plain text");
}

/// What the edit that a finding proposes does, in place of the kind of edit that it is.
QString remedyWords(const EditSpec& spec, const EditInfo& info) {
    if (spec.id == "filter") return QObject::tr("Drop these rows");
    if (spec.id == "replace") return QObject::tr("Write them as 2023-01-31");
    if (spec.id == "set-missing") return QObject::tr("Make these cells missing");
    if (spec.id == "derive") {
        const ParamValue* formula = spec.params.find("formula");
        const auto* text = formula ? std::get_if<std::string>(formula) : nullptr;
        return text ? wordsOfFormula(*text) : fromCore(info.label);
    }
    if (spec.id != "retype") return fromCore(info.label);
    const ParamValue* type = spec.params.find("type");
    return type && *type == ParamValue(std::string("date-time")) ? QObject::tr("Read as dates") : QObject::tr("Read as numbers");
}

}  // namespace

FindingList::FindingList(ExperimentDocument& document, QWidget* parent)
    : QWidget(parent), m_document(document), m_notes(new QWidget(this)), m_rows(new QVBoxLayout(m_notes)) {
    (new QVBoxLayout(this))->setContentsMargins(0, 0, 0, 0);
}

void FindingList::show(const QString& column) {
    // A button of a note may be what called: it must outlive the call.
    m_notes->hide();
    m_notes->deleteLater();
    // Put together apart and shown at once: put where they are seen, each would have the page laid out anew.
    m_notes = new QWidget(this);
    m_rows = new QVBoxLayout(m_notes);
    m_rows->setContentsMargins(0, 0, 0, 0);
    m_rows->setSpacing(8);
    int more = 0;
    const std::map<std::string, QStringList> together = column.isEmpty() ? mendedColumns() : std::map<std::string, QStringList>();
    for (const auto& [step, names] : together) addSharedNote(step, names);
    for (const Finding& finding : findings()) {
        if (!column.isEmpty() && finding.column != column.toStdString()) continue;
        const auto shared = together.find(finding.remedyStep);
        if (shared != together.end() && shared->second.contains(fromCore(finding.column))) continue;
        if (m_rows->count() < mostNotes)
            addNote(finding, column.isEmpty());
        else
            ++more;
    }
    if (more > 0) m_rows->addWidget(quietLabel(tr("And %1 more: choose a column to see its own.").arg(more), m_notes));
    layout()->addWidget(m_notes);
    setVisible(m_rows->count() > 0);
}

/// Of a table that has been read anew, what was found in the one before may name columns that are gone.
std::vector<Finding> FindingList::findings() const {
    std::vector<Finding> all;
    const auto read = m_document.data();
    if (!read) return all;
    const auto& roles = m_document.spec().data.roles;
    // What the reader doubts is a finding as well: of the cells that it made nobody can tell any more.
    for (const Warning& doubt : read->warnings) {
        const Place& place = doubt.place;
        if (place.column.empty() ? !place.parameter.empty() : read->table.indexOf(place.column).has_value()) all.push_back({place.column, doubt.message, ""});
    }
    for (const Finding& finding : m_more)
        if (finding.column.empty() || read->table.indexOf(finding.column)) all.push_back(finding);
    if (const auto profile = m_document.profile())
        for (const Finding& finding : profile->findings) {
            // Columns are not made of what is no feature.
            if (finding.remedyStep == "target-encode" && roles.of(finding.column) != Role::Feature) continue;
            all.push_back(finding);
        }
    return all;
}

bool FindingList::isEmpty() const { return findings().empty(); }

ColumnType FindingList::typeOf(const Finding& finding) const {
    const auto read = m_document.data();
    const auto index = read ? read->table.indexOf(finding.column) : std::nullopt;
    return index ? read->table.column(*index).type() : ColumnType::Number;
}

std::map<std::string, QStringList> FindingList::mendedColumns() const {
    std::map<std::string, QStringList> columns;
    for (const Finding& finding : findings()) {
        const ColumnType type = typeOf(finding);
        if (isMendable(m_document.spec(), finding, type, m_document.catalog()) &&
            isMended(m_document.spec(), finding, type, m_document.catalog()))
            columns[finding.remedyStep] << fromCore(finding.column);
    }
    std::erase_if(columns, [](const auto& entry) { return entry.second.size() < fewestTogether; });
    return columns;
}

void FindingList::addSharedNote(const std::string& stepId, const QStringList& columns) {
    const StepInfo* step = m_document.catalog().steps.find(stepId);
    if (!step) return;
    QString names = columns.mid(0, mostNames).join(", ");
    if (columns.size() > mostNames) names = tr("%1 and %2 more").arg(names).arg(columns.size() - mostNames);
    auto* note = new Note(fromCore(step->label), tr("in Prepare takes care of %1 columns, fitted on training rows only: %2.").arg(columns.size()).arg(names), m_notes);
    note->setObjectName("finding");
    note->setToolTip(columns.join('\n'));
    note->setAction(tr("Show in Prepare"));
    connect(note, &Note::actionTriggered, this, [this] { emit goTo("prepare"); });
    m_rows->addWidget(note);
}

/// The finding with a remedy that suits what the column is for: no step fills the cells of a target, or of texts.
Finding FindingList::adapted(const Finding& finding) const {
    Finding result = finding;
    if (finding.remedyStep != "impute" || isMendable(m_document.spec(), finding, typeOf(finding), m_document.catalog())) return result;
    result.remedyStep.clear();
    const Role role = m_document.spec().data.roles.of(finding.column);
    if (role == Role::Feature) result.remedyRole = Role::Ignored;
    const bool needsEveryRow = role != Role::Feature && role != Role::Ignored;
    if (!needsEveryRow || finding.column.find('`') != std::string::npos) return result;
    EditSpec edit{"filter", {}, true};
    edit.params.set("where", "not is_missing(`" + finding.column + "`)");
    result.remedyEdit = edit;
    return result;
}

/// Of what relations find of a target, rare classes alone have no remedy of their own: better scores.
void FindingList::offerBetterScores(Note& note) {
    std::vector<std::string> wanted;
    for (const char* id : {"balanced-accuracy", "mcc"})
        if (m_document.catalog().metrics.find(id)) wanted.push_back(id);
    const std::vector<std::string> now = m_document.metrics();
    std::erase_if(wanted, [&](const std::string& id) { return std::find(now.begin(), now.end(), id) != now.end(); });
    if (wanted.empty()) return;
    note.setAction(tr("Score balanced accuracy and MCC too"));
    connect(&note, &Note::actionTriggered, this, [this, now, wanted] {
        m_document.edit(tr("add scores for rare classes"), [&](ExperimentSpec& spec) {
            spec.metrics = now;
            spec.metrics.insert(spec.metrics.end(), wanted.begin(), wanted.end());
        });
    });
}

/// The button of a finding that an edit of the table or another role mends.
void FindingList::offerRemedy(Note& note, const Finding& finding) {
    const bool canBe = finding.remedyEdit || (finding.remedyRole && m_document.spec().data.roles.of(finding.column) == Role::Feature);
    if (!canBe || isRemedyTaken(m_document.spec(), finding)) return;
    const EditInfo* edit = finding.remedyEdit ? m_document.catalog().edits.find(finding.remedyEdit->id) : nullptr;
    const QString label = edit ? remedyWords(*finding.remedyEdit, *edit) : tr("Ignore %1").arg(fromCore(finding.column));
    note.setAction(label);
    connect(&note, &Note::actionTriggered, this, [this, finding, label] {
        const auto read = m_document.data();
        if (!read) return;
        m_document.edit(label, [&](ExperimentSpec& spec) { takeRemedy(spec, read->table, finding, m_document.catalog()); });
    });
}

/// The button of what the reader doubts: to read the file another way. Numbers may be meant as texts, a row below the names as
/// more of them.
void FindingList::offerReading(Note& note, const Finding& finding) {
    const auto read = m_document.data();
    const auto doubt = std::find_if(read->warnings.begin(), read->warnings.end(), [&](const Warning& warning) { return warning.message == finding.sentence && warning.place.column == finding.column; });
    if (doubt == read->warnings.end()) return;
    if (doubt->place.parameter == "header_rows") {
        note.setAction(tr("Join two rows of names"));
        connect(&note, &Note::actionTriggered, this, [this] { m_document.edit(tr("join two rows of names"), [](ExperimentSpec& spec) { spec.data.headerRows = 2; }); });
    }
    const bool isDecided = m_document.spec().data.types.contains(finding.column);
    if (finding.column.empty() || isDecided || typeOf(finding) != ColumnType::Number) return;
    note.setAction(tr("Read as text"));
    connect(&note, &Note::actionTriggered, this,
            [this, column = finding.column] { m_document.edit(tr("read %1 as text").arg(fromCore(column)), [&](ExperimentSpec& spec) { spec.data.types[column] = ColumnType::Text; }); });
}

void FindingList::addNote(const Finding& found, bool named) {
    const Finding finding = adapted(found);
    const ColumnType type = typeOf(finding);
    const Role role = m_document.spec().data.roles.of(finding.column);
    const StepInfo* step = m_document.catalog().steps.find(finding.remedyStep);
    const bool isMendedAlready = isMended(m_document.spec(), finding, type, m_document.catalog());
    const bool canMend = isMendable(m_document.spec(), finding, type, m_document.catalog());

    QString text = fromCore(finding.sentence);
    if (canMend && isMendedAlready)
        text += ' ' + tr("A step in Prepare takes care of it, fitted on training rows only.");
    else if (canMend)
        text += ' ' + tr("Mending it belongs in Prepare, where it is fitted on training rows only.");
    else if (!finding.column.empty() && role == Role::Ignored)
        text += ' ' + tr("The column is ignored.");
    auto* note = new Note(named ? fromCore(finding.column) : QString(), text, m_notes);
    note->setObjectName("finding");
    m_rows->addWidget(note);
    offerRemedy(*note, finding);
    const bool hasNoRemedy = finding.remedyStep.empty() && !finding.remedyEdit && !finding.remedyRole;
    if (hasNoRemedy) offerReading(*note, finding);
    const bool isOfRelations = std::any_of(m_more.begin(), m_more.end(), [&](const Finding& other) { return other.sentence == finding.sentence; });
    if (hasNoRemedy && isOfRelations && role == Role::Target && m_document.task() == Task::Classification) offerBetterScores(*note);
    if (!canMend) return;
    if (isMendedAlready) {
        note->setAction(tr("Show in Prepare"));
        connect(note, &Note::actionTriggered, this, [this] { emit goTo("prepare"); });
        return;
    }
    note->setAction(tr("Add step: %1").arg(fromCore(step->label)));
    connect(note, &Note::actionTriggered, this, [this, finding, type, label = fromCore(step->label)] {
        m_document.edit(tr("add the step %1").arg(label), [&](ExperimentSpec& spec) { addRemedy(spec, finding, type); });
    });
}

}  // namespace holdout

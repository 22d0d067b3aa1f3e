// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>
#include <QLabel>

class QHBoxLayout;
class QPushButton;
class QVBoxLayout;

namespace holdout {

/// A panel with a title, a sentence (hidden while empty), and a body to fill.
class Card : public QFrame {
    Q_OBJECT
public:
    explicit Card(const QString& title, const QString& sentence = {}, QWidget* parent = nullptr);
    void setTitle(const QString& title);
    void setSentence(const QString& sentence);
    QVBoxLayout* body() const { return m_body; }
    /// The row of the title: widgets added to it stand at its right.
    QHBoxLayout* titleRow() const { return m_titleRow; }

private:
    QLabel* m_title;
    QLabel* m_sentence;
    QHBoxLayout* m_titleRow;
    QVBoxLayout* m_body;
};

/// A grey pill: "**891** rows". `strong` is emphasised; `rest` follows it.
class Chip : public QLabel {
    Q_OBJECT
public:
    explicit Chip(const QString& strong, const QString& rest = {}, QWidget* parent = nullptr);
    void setWords(const QString& strong, const QString& rest);
    /// Words in front of the strong part: "target **survived**".
    void setLead(const QString& lead);
    /// Draws the strong part in the warning colour.
    void setWarning(bool warning);

protected:
    void changeEvent(QEvent* event) override;

private:
    void refresh();
    QString m_lead, m_strong, m_rest;
    bool m_warning = false;
};

/// A remark on a soft background: a lead in the accent colour, text, and, once given a caption, a button.
class Note : public QFrame {
    Q_OBJECT
public:
    explicit Note(const QString& lead = {}, const QString& text = {}, QWidget* parent = nullptr);
    void setWords(const QString& lead, const QString& text);
    /// Empty hides the button.
    void setAction(const QString& caption);

signals:
    void actionTriggered();

protected:
    void changeEvent(QEvent* event) override;

private:
    void refresh();
    QString m_lead, m_text;
    QLabel* m_label;
    QPushButton* m_button;
};

/// A big figure and what it is. `state` as in theme.h ("good", "training", …).
class StatTile : public QWidget {
    Q_OBJECT
public:
    explicit StatTile(const QString& caption, const QString& number = QStringLiteral("–"), QWidget* parent = nullptr);
    void setNumber(const QString& number);
    void setCaption(const QString& caption);
    void setState(const QString& state);

private:
    QLabel* m_number;
    QLabel* m_caption;
};

/// The head of a page: title, the line below it, buttons at the right.
class PageHeader : public QWidget {
    Q_OBJECT
public:
    explicit PageHeader(const QString& title, QWidget* parent = nullptr);
    void setSubtitle(const QString& subtitle);
    /// Takes the button to the right of those that are there.
    void addButton(QWidget* button);

private:
    QLabel* m_subtitle;
    QHBoxLayout* m_buttons;
};

/// What a page shows before there is anything to show: a sentence and the way on.
class EmptyState : public QWidget {
    Q_OBJECT
public:
    explicit EmptyState(const QString& sentence, const QString& action = {}, QWidget* parent = nullptr);
    void setSentence(const QString& sentence);
    QPushButton* button() const { return m_button; }

signals:
    void actionTriggered();

private:
    QLabel* m_sentence;
    QPushButton* m_button;
};

/// A label with one of theme.h's properties set.
QLabel* makeLabel(const QString& text, const char* property, const QVariant& value = true, QWidget* parent = nullptr);

}  // namespace holdout

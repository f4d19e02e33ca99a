#pragma once

class QWidget;

namespace pimgate::gallery {

// Pages put together from the real widgets with the texts of the visual standard, without a wizard around them.
QWidget *step1();
QWidget *step2();
QWidget *step3Applied();
QWidget *step3Failed();
QWidget *closing();
QWidget *proof();
QWidget *report();
QWidget *welcome();
/// The side list and a page, 1280 x 688 like the pictures without their title bar.
QWidget *window(QWidget *page, int current, bool demo = false);
/// All state icons with their words, and the chips.
QWidget *states();

} // namespace pimgate::gallery

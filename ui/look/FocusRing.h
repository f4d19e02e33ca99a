#pragma once

class QApplication;
class QWidget;

namespace pimgate {

/// The 2 px accent frame, 2 px outside buttons and frames, while the keyboard leads.
/// Fields, rows and check boxes show focus in their own painting.
namespace FocusRing {
void install(QApplication &app);
/// A frame that shows the ring however the focus came (the error frame takes it by program).
void always(QWidget *widget);
} // namespace FocusRing

} // namespace pimgate

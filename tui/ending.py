"""How a command ends on ctrl+c, SIGTERM and SIGHUP: as on an error, so that nothing half done is left behind.

What is under way is undone, temporary files are taken away, the terminal is put right, and one line says why.  The app
handles these signals itself while it runs (``tui.terminal.app``).
"""

from __future__ import annotations

import signal
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Ended(KeyboardInterrupt):
    """A signal has asked the process to end.

    Attributes:
        number: the signal.
    """

    def __init__(self, number: signal.Signals) -> None:
        super().__init__()
        self.number = number

    @property
    def message(self) -> str:
        """What to tell about it."""
        how = "interrupted" if self.number == signal.SIGINT else f"ended by {self.number.name}"
        return f"{how}; what was finished is kept"

    @property
    def exit_code(self) -> int:
        """The exit status, as a shell has it for a process that a signal has ended."""
        return 128 + self.number


def defer_interrupts() -> None:
    """Let ctrl+c end the process without a word until ``raise_on_signals``; Python would say what it was importing."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)


def raise_on_signals() -> None:
    """Raise ``Ended`` in the main thread on the first of the signals; one that is ignored stays so, as under nohup."""
    for number in _SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _raise)


def obey_signals() -> None:
    """Let the signals end the process at once, since nothing is left to put right."""
    for number in _SIGNALS:
        if signal.getsignal(number) is _raise:
            signal.signal(number, signal.SIG_DFL)


def ended() -> Ended | None:
    """What ``raise_on_signals`` has raised; None where no signal came.

    A library may have made an error of its own of it, as some do that are imported at that moment.
    """
    return _raised[0] if _raised else None


_raised: list[Ended] = []


def _raise(number: int, _: FrameType | None) -> None:
    # A shell that hangs up and the terminal that does so send a signal each, which must not disturb the cleaning up.
    # Whoever presses ctrl+c once more does not want to wait for it.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    for other in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(other, signal.SIG_IGN)
    _raised.append(Ended(signal.Signals(number)))
    raise _raised[0]

"""The log of a run, and what libraries are kept from saying."""

import logging
import signal

import pytest

from valvelab.run_log import quiet_interrupts, run_log


def test_parameters_that_a_driver_misreads_become_one_line_that_says_what_it_means(tmp_path):
    log = logging.getLogger("qcodes.instrument.instrument_base")
    with run_log(tmp_path / "run.log"):
        for name in ("output_type", "output_display", "output_type"):
            log.warning("[box(Driver)] Snapshot: Could not update parameter: %s", name)
        logging.getLogger("valvelab.run").info("reading 0")
        log.warning("something else")
    lines = (tmp_path / "run.log").read_text().splitlines()
    assert len(lines) == 3 and "Could not update" not in "".join(lines)
    assert (
        "INFO valvelab.run_log: QCoDeS's snapshot is without output_display, output_type: its drivers"
        in lines[0]
    )
    assert (
        "No reading depends on them" in lines[0] and "reading 0" in lines[1] and "something else" in lines[2]
    )


def test_a_run_that_goes_on_writes_on_and_the_loggers_are_as_before(tmp_path):
    log = logging.getLogger("valvelab")
    before = (log.level, list(log.handlers))
    for text in ("first", "second"):
        with run_log(tmp_path / "run.log"):
            log.info(text)
    assert (log.level, list(log.handlers)) == before
    assert [line.rsplit(" ", 1)[1] for line in (tmp_path / "run.log").read_text().splitlines()] == [
        "first",
        "second",
    ]


def test_ctrl_c_is_held_back_until_an_answer_is_complete_and_nothing_is_printed(capsys):
    from qcodes.utils import delaykeyboardinterrupt

    complete = False
    with (
        quiet_interrupts(),
        pytest.raises(KeyboardInterrupt),
        delaykeyboardinterrupt.DelayedKeyboardInterrupt(),
    ):
        signal.raise_signal(signal.SIGINT)
        complete = True
    assert complete and capsys.readouterr().out == ""
    assert "print" not in vars(delaykeyboardinterrupt)

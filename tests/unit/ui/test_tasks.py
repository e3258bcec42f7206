import logging
import threading
from collections.abc import Iterator
from functools import partial

import pytest
from pytestqt.qtbot import QtBot

from app.domain.errors import PriceError
from app.ui.tasks import NETWORK_THREADS, Reported, Tasks, Ticket

WAIT = 5.0


@pytest.fixture
def tasks(qtbot: QtBot) -> Iterator[Tasks]:
    made = Tasks()
    yield made
    assert made.stop() == []


def wait_idle(qtbot: QtBot, tasks: Tasks) -> None:
    qtbot.waitUntil(lambda: not tasks.under_way)


def test_results_come_back_on_the_thread_that_asked(qtbot: QtBot, tasks: Tasks) -> None:
    seen: list[tuple[str, int]] = []
    here = threading.get_ident()

    def work(_ticket: Ticket) -> int:
        assert threading.get_ident() != here
        return threading.get_ident()

    tasks.on_store(work, label="Count", done=lambda there: seen.append(("done", there)))
    wait_idle(qtbot, tasks)
    assert seen[0][1] != here


def test_the_store_s_lane_is_one_thread_in_order(qtbot: QtBot, tasks: Tasks) -> None:
    order: list[int] = []
    threads: set[int] = set()

    def work(number: int, _ticket: Ticket) -> None:
        threads.add(threading.get_ident())
        order.append(number)

    for number in range(50):
        tasks.on_store(partial(work, number), label=str(number))
    wait_idle(qtbot, tasks)
    assert order == list(range(50))
    assert len(threads) == 1


def test_the_network_does_not_wait_for_the_store(qtbot: QtBot, tasks: Tasks) -> None:
    gate = threading.Event()
    answers: list[str] = []
    tasks.on_store(lambda _ticket: gate.wait(WAIT), label="Long")
    tasks.on_network(lambda _ticket: "price", label="Ask", done=answers.append)
    qtbot.waitUntil(lambda: answers == ["price"])
    assert len(tasks.under_way) == 1
    gate.set()
    wait_idle(qtbot, tasks)


def test_the_network_s_lane_is_a_small_pool(qtbot: QtBot, tasks: Tasks) -> None:
    together = threading.Barrier(NETWORK_THREADS)
    passed: list[int] = []
    for _ in range(NETWORK_THREADS):
        tasks.on_network(lambda _ticket: together.wait(WAIT), label="Meet", done=passed.append)
    wait_idle(qtbot, tasks)
    assert sorted(passed) == list(range(NETWORK_THREADS))


def test_a_cancelled_task_is_silent(qtbot: QtBot, tasks: Tasks) -> None:
    started, told = threading.Event(), list[object]()

    def work(ticket: Ticket) -> None:
        started.set()
        while True:
            ticket.check()

    lost: list[int] = []
    ticket = tasks.on_network(work, label="Endless", done=told.append, failed=told.append, lost=lambda: lost.append(1))
    assert started.wait(WAIT)
    ticket.cancel()
    wait_idle(qtbot, tasks)
    assert told == []
    assert lost == [1]
    assert ticket.ended


def test_work_that_has_not_begun_never_begins_once_cancelled(qtbot: QtBot, tasks: Tasks) -> None:
    gate, ran = threading.Event(), list[int]()
    tasks.on_store(lambda _ticket: gate.wait(WAIT), label="First")
    second = tasks.on_store(lambda _ticket: ran.append(1), label="Second")
    second.cancel()
    gate.set()
    wait_idle(qtbot, tasks)
    assert ran == []


def test_a_store_task_that_was_done_before_the_cancel_still_tells(qtbot: QtBot, tasks: Tasks) -> None:
    done: list[str] = []
    entered, gate = threading.Event(), threading.Event()

    def work(_ticket: Ticket) -> str:
        entered.set()
        gate.wait(WAIT)
        return "stored"

    ticket = tasks.on_store(work, label="Save", done=done.append)
    assert entered.wait(WAIT)
    ticket.cancel()
    gate.set()
    wait_idle(qtbot, tasks)
    assert done == ["stored"]


def test_the_world_s_fault_is_told_and_not_logged(qtbot: QtBot, tasks: Tasks, caplog: pytest.LogCaptureFixture) -> None:
    def work(_ticket: Ticket) -> None:
        raise PriceError("timeout")

    named: list[object] = []
    common: list[object] = []
    tasks.failed.connect(common.append)
    tasks.on_network(work, label="Ask", failed=named.append)
    tasks.on_network(work, label="Ask")
    wait_idle(qtbot, tasks)
    assert [type(error) for error in (*named, *common)] == [PriceError, PriceError]
    assert caplog.records == []


def test_a_fault_of_ours_is_logged_once_and_told(qtbot: QtBot, tasks: Tasks, caplog: pytest.LogCaptureFixture) -> None:
    def work(_ticket: Ticket) -> None:
        raise ZeroDivisionError

    broken: list[object] = []
    tidied: list[int] = []
    tasks.broke.connect(broken.append)
    with caplog.at_level(logging.ERROR):
        tasks.on_store(work, label="Divide", lost=lambda: tidied.append(1))
        wait_idle(qtbot, tasks)
    assert [type(error) for error in broken] == [ZeroDivisionError]
    assert tidied == [1]
    assert [record.getMessage() for record in caplog.records] == ["Divide broke"]


def test_progress_arrives_in_order(qtbot: QtBot, tasks: Tasks) -> None:
    seen: list[tuple[str, int]] = []
    tasks.progressed.connect(lambda reported: seen.append(_progress(reported)))

    def work(ticket: Ticket) -> None:
        for part in range(3):
            ticket.report("Reading", part, 3)

    tasks.on_network(work, label="Read")
    wait_idle(qtbot, tasks)
    assert seen == [("Reading", 0), ("Reading", 1), ("Reading", 2)]


def _progress(reported: Reported) -> tuple[str, int]:
    return reported.progress.words, reported.progress.part


def test_five_thousand_results_cross_and_the_program_lives(qtbot: QtBot, tasks: Tasks) -> None:
    count: list[int] = []

    def told(number: int, _ticket: Ticket) -> int:
        return number

    for number in range(5_000):
        tasks.on_network(partial(told, number), label="Tick", done=count.append)
    qtbot.waitUntil(lambda: not tasks.under_way, timeout=30_000)
    assert sorted(count) == list(range(5_000))


def test_reckoning_goes_on_beside_the_store_and_is_dropped_when_overtaken(qtbot: QtBot, tasks: Tasks) -> None:
    gate, entered, done = threading.Event(), threading.Event(), list[str]()

    def first(_ticket: Ticket) -> str:
        entered.set()
        gate.wait(WAIT)
        return "old"

    tasks.on_store(lambda _ticket: gate.wait(WAIT), label="Save")
    old = tasks.on_reckoning(first, label="Reckon", done=done.append)
    tasks.on_reckoning(lambda _ticket: "new", label="Reckon", done=done.append)
    assert entered.wait(WAIT)
    old.cancel()
    gate.set()
    wait_idle(qtbot, tasks)
    assert done == ["new"]


def test_after_the_stop_nothing_is_taken(qtbot: QtBot) -> None:
    tasks = Tasks()
    assert tasks.stop() == []
    ran: list[int] = []
    ticket = tasks.on_store(lambda _ticket: ran.append(1), label="Late")
    assert ticket.cancelled
    assert ticket.ended
    assert ran == []


def test_the_stop_finishes_the_store_s_queue_and_names_what_hangs(qtbot: QtBot) -> None:
    tasks = Tasks()
    gate, stored = threading.Event(), list[int]()

    def save(number: int, _ticket: Ticket) -> None:
        stored.append(number)

    entered = threading.Event()

    def deaf(_ticket: Ticket) -> None:
        entered.set()
        gate.wait(WAIT)

    tasks.on_network(deaf, label="Deaf")
    assert entered.wait(WAIT)
    for number in range(5):
        tasks.on_store(partial(save, number), label="Save")
    hanging = tasks.stop(0.3)
    assert hanging == ["network-0"]
    assert stored == [0, 1, 2, 3, 4]
    gate.set()
    assert tasks.stop() == []

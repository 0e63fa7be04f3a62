from valvelab.sim.cryostat.agenda import Agenda, EventClock


def test_what_is_due_is_done_once_and_in_order() -> None:
    agenda, done = Agenda(), []
    for time in (3.0, 1.0, 2.0, 2.0):
        agenda.add(time, lambda time=time: done.append(time))
    agenda.act(2.0)
    assert done == [1.0, 2.0, 2.0]
    assert agenda.due == 3.0
    agenda.act(2.5)
    assert done == [1.0, 2.0, 2.0]


def test_a_virtual_time_stops_where_something_happens() -> None:
    clock, seen = EventClock(), []
    clock.agenda.add(1.0, lambda: seen.append(clock.now()))
    clock.agenda.add(2.0, lambda: clock.agenda.add(2.5, lambda: seen.append(clock.now())))
    clock.sleep(0.5)
    assert seen == []
    clock.sleep(10.0)
    assert seen == [1.0, 2.5]
    assert clock.now() == 10.5


def test_an_action_may_take_time_and_a_run_be_continued() -> None:
    clock = EventClock()
    clock.agenda.add(1.0, lambda: clock.sleep(5.0))
    clock.sleep(2.0)
    assert clock.now() == 6.0
    clock.resume(3.0)
    assert clock.now() == 6.0
    clock.resume(9.0)
    assert clock.now() == 9.0

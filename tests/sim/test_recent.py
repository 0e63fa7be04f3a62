from valvelab.sim.recent import Recent


def test_what_was_asked_for_longest_ago_goes_first():
    computed = []
    kept = Recent(budget=10, weight=len)

    def ask(word):
        return kept.get(word, lambda: computed.append(word) or word)

    for word in ("four", "fives", "four", "six", "fives", "four"):
        assert ask(word) == word
    # With "six" there are twelve letters, and "fives" was asked for before "four"; the second "fives" costs "four".
    assert computed == ["four", "fives", "six", "fives", "four"]


def test_what_does_not_fit_is_not_kept():
    kept, computed = Recent(budget=3, weight=len), []
    for _ in range(2):
        kept.get("long", lambda: computed.append(1) or "long")
    assert len(computed) == 2

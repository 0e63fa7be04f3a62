"""Places in files."""

from ruamel.yaml import YAML

from valvelab.places import Places, key_path

TREE = YAML().load("# head\na: 1\nb:\n  c: [1, 2]\n")


def test_entries_of_lists_are_counted_from_one():
    assert key_path(("qubits", 1, "asymmetry")) == "qubits.2.asymmetry"


def test_a_place_is_told_with_line_and_column_or_by_its_key_alone(tmp_path):
    path = tmp_path / "file.yaml"
    assert Places(path, TREE).at("b", "c", 1) == f"{path}:4:10: b.c.2"
    assert Places(path, TREE).beside("b", "c") == "file.yaml:4: b.c"
    assert Places().at("b", "c", 1) == "b.c.2" and Places().beside("b") == "b"


def test_what_is_not_there_is_placed_at_what_it_would_be_in(tmp_path):
    places = Places(tmp_path / "file.yaml", TREE)
    assert places.position(("b", "missing")) == (3, 1)
    assert places.position(("missing",)) == (2, 1)
    assert places.position(("a", "b", "c")) == (2, 1)


def test_all_places_are_equal_because_where_a_value_stands_does_not_change_it(tmp_path):
    assert Places(tmp_path) == Places()

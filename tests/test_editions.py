"""What a new edition of a list changes of what its source said before, and when it is another list."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinnet.models import ListKind, Statement, link_id
from twinnet.resolution.editions import Difference, Entry, difference


def members(*rows: tuple[int, str] | tuple[int, str, dict[str, Any]], name: str = "ALDA members") -> list[Statement]:
    """What a list of members says: row and town of each, and what else is said of its membership."""
    found = []
    for row, town, *more in rows:
        found.append(Statement(name, row, "organisation", f"town-{town}", {"name": town.title()}))
        found.append(Statement(name, row, "membership", f"town-{town}|ALDA", more[0] if more else {}))
    return found


def differ(before: list[Statement], after: list[Statement], kind: ListKind = "members") -> Difference:
    return difference("ALDA members", kind, before=before, after=after)


def test_new_gone_and_changed() -> None:
    before = members((2, "mostar"), (3, "bari"), (4, "graz"), (5, "pula"))
    after = members((2, "bari"), (3, "mostar", {"since": "1999"}), (4, "split"), (5, "pula"))
    found = differ(before, after)
    assert found.new == (Entry(4, "Split"),)
    assert found.gone == (Entry(4, "Graz"),)
    assert found.changed == (Entry(3, "Mostar"),)
    assert (found.kept, found.size) == (3, 4)
    assert found
    assert not found.is_another_list


def test_rows_that_only_moved_are_no_difference() -> None:
    assert not differ(members((2, "mostar"), (3, "bari")), members((7, "bari"), (9, "mostar")))


def test_what_is_said_of_an_organisation_is_its_members_change() -> None:
    before, after = members((2, "mostar")), members((2, "mostar"))
    after[0] = Statement("ALDA members", 2, "organisation", "town-mostar", {"name": "Mostar", "population": 5})
    assert differ(before, after).changed == (Entry(2, "Mostar"),)


def test_questions_and_the_gazetteer_are_no_difference() -> None:
    after = [*members((2, "mostar")), Statement("ALDA members", 2, "question", "town-mostar", {"name": "Mostar"})]
    assert not differ(members((2, "mostar")), after)


def test_a_link_is_called_by_both_ends() -> None:
    def links(*pairs: tuple[str, str]) -> list[Statement]:
        found = []
        for row, (a, b) in enumerate(pairs, 2):
            found += [Statement("l", row, "organisation", f"town-{end}", {"name": end.title()}) for end in (a, b)]
            values = {"a": f"town-{a}", "b": f"town-{b}", "kind": "partnership"}
            found.append(Statement("l", row, "link", link_id(values["a"], values["b"]), values))
        return found

    found = differ(links(("bari", "mostar"), ("graz", "pula")), links(("graz", "pula"), ("graz", "lyon")), "links")
    assert found.new == (Entry(3, "Graz - Lyon"),)
    assert found.gone == (Entry(2, "Bari - Mostar"),)
    assert found.changed == ()


def test_projects_and_parts_in_them() -> None:
    def parts(*towns: str, title: str = "Sun") -> list[Statement]:
        project = Statement("p", 2, "project", "project-1", {"name": "SUN", "title": title})
        rows = [(row, kind, town) for row, town in enumerate(towns, 2) for kind in ("organisation", "partner")]
        return [project] + [
            Statement("p", row, kind, f"town-{town}", {"name": town})  # type: ignore[arg-type]  # kinds in a loop
            if kind == "organisation"
            else Statement("p", row, "partner", f"town-{town}|project-1", {"role": "lead"})
            for row, kind, town in rows
        ]

    found = differ(parts("a", "b"), parts("b", "c"), "partners")
    assert (found.new, found.gone, found.changed) == ((Entry(3, "c - SUN"),), (Entry(2, "a - SUN"),), ())
    assert differ(parts("a"), parts("a", title="Moon"), "projects").changed == (Entry(2, "SUN"),)


@pytest.mark.parametrize(
    ("before", "after", "another"),
    [
        ("abcd", "abcd", False),
        ("abcd", "ab", False),  # half of it left
        ("abcd", "abxy", False),  # half of it is new
        ("abcd", "axyz", True),
        ("abcd", "xyz", True),
        ("abcd", "a", False),
        ("ab", "abxyz", False),
        ("abcd", "", True),  # nothing is left of it
        ("", "abcd", False),  # nothing was said before
        ("", "", False),
    ],
)
def test_a_list_that_shares_less_than_half_is_another(before: str, after: str, another: bool) -> None:
    found = differ(members(*enumerate(before, 2)), members(*enumerate(after, 2)))
    assert found.is_another_list is another


@given(before=st.sets(st.sampled_from("abcdefgh")), after=st.sets(st.sampled_from("abcdefgh")))
def test_each_entry_is_kept_new_or_gone(before: set[str], after: set[str]) -> None:
    first, second = (members(*enumerate(sorted(towns), 2)) for towns in (before, after))
    found, back = differ(first, second), differ(second, first)
    assert {entry.name.lower() for entry in found.new} == after - before
    assert {entry.name.lower() for entry in found.gone} == before - after
    assert (found.kept, found.size, found.changed) == (len(before & after), len(after), ())
    assert ([e.name for e in back.new], [e.name for e in back.gone]) == (
        [e.name for e in found.gone],
        [e.name for e in found.new],
    )


def test_a_list_that_has_grown_is_the_same_list() -> None:
    def said(*names: str) -> list[Statement]:
        return [
            statement
            for row, name in enumerate(names, 2)
            for statement in (
                Statement("ALDA members", row, "organisation", f"town-{name}", {"name": name}),
                Statement("ALDA members", row, "membership", f"town-{name}|ALDA", {}),
            )
        ]

    few, many = said("a", "b"), said("a", "b", "c", "d", "e")
    assert not difference("ALDA members", "members", before=few, after=many).is_another_list
    assert difference("ALDA members", "members", before=said("a", "z"), after=many).is_another_list
    assert difference("ALDA members", "members", before=few, after=[]).is_another_list

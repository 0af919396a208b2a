"""Words of support texts in Spanish and English that say the same, and the kinds of thing of which they name one."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from pathlib import Path

from ingest.lexical import stems

_FILES = ("thesaurus.txt", "opposites.txt", "rivals.txt")
_ENDINGS = (
    "o a e as es an en amos emos imos ais eis aba abas aban ia ias ian aron ieron aste iste io are ara aran era eran "
    "ira iran aria eria iria ando iendo ado ada ados adas ido ida idos idas ase iese iera ieran ese"
).split()
"""Of Spanish verbs, folded."""
_COMPARED = (("ier", "y"), ("er", ""), ("er", "e"), ("iest", "y"), ("est", ""), ("est", "e"))
"""English comparatives and superlatives."""
_LAST = (("qu", "c"), ("gu", "g"), ("j", "g"), ("zc", "c"), ("c", "z"), ("ng", "n"), ("lg", "l"))
_VOWELS = (("ie", "e"), ("ue", "o"), ("i", "e"), ("u", "o"))
_IRREGULAR = {
    form: (verb,)
    for verb, forms in (
        line.split("=")
        for line in (
            "send=sent;keep=kept;leave=left;lose=lost;hold=held;tell=told;buy=bought;bring=brought;think=thought;"
            "sell=sold;give=gave given gives;take=took taken;go=went gone goes;come=came;begin=began begun;run=ran;"
            "write=wrote written;read=reads;break=broke broken;choose=chose chosen;speak=spoke;drive=drove driven;"
            "show=shown;see=saw seen;find=found;get=got gotten gets;make=made;pay=paid;say=said;build=built;lend=lent;"
            "spend=spent;mean=meant;meet=met;feed=fed;sit=sat;stand=stood;understand=understood;win=won;wear=worn wore;"
            "tear=torn tore;steal=stolen;freeze=frozen froze;wake=woke;grow=grown grew;know=known knew;"
            "throw=thrown threw;draw=drawn drew;fly=flew flown;eat=ate eaten;fall=fell fallen;forget=forgot forgotten;"
            "hide=hid hidden;ring=rang rung;drink=drank;swim=swam;catch=caught;teach=taught;hang=hung;stick=stuck;"
            "lie=lay lain lying;rise=rose risen;shake=shook shaken;bend=bent;sleep=slept;sweep=swept;bind=bound;do=done"
        ).split(";")
    )
    for form in forms.split()
}


@cache
def _table() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for n, line in enumerate(_lines("thesaurus.txt")):
        for word in line.split():
            _put(found, word, f"~{n}")
    for name in ("opposites", "rivals"):
        for n, line in enumerate(_lines(f"{name}.txt")):
            for side, things in enumerate(line.split("|")):
                for word in things.split():
                    _put(found, word, f"^{name}{n}.{side}")
    return {stem: frozenset(keys) for stem, keys in found.items()}


def _lines(name: str) -> list[str]:
    """Folded words of both languages, a line those of one meaning; or of one kind, parted by `|` into what is not the
    others: sides of an opposition, and rivals."""
    return Path(__file__).with_name(name).read_text(encoding="utf-8").splitlines()


@cache
def _listed() -> frozenset[str]:
    return frozenset(re.findall(r"\w+", " ".join(line for name in _FILES for line in _lines(name))))


def _put(found: dict[str, set[str]], word: str, key: str) -> None:
    """Under the word and its stems by either language's rules, unless such a stem is another word of the list."""
    for form in {word, stems(word, "es"), stems(word, "en")}:
        if form == word or form not in _listed():
            found.setdefault(form, set()).add(key)


def meanings(word: str, stem: str) -> frozenset[str]:
    """What a folded word or its stem may mean, `~` a meaning, `^` one thing of a kind; empty when it is not listed.

    A word that is not listed may be a form of one that is: a conjugated verb, an irregular past.
    """
    table = _table()
    found = table.get(word, frozenset()) | table.get(stem, frozenset())
    for other in () if found else _forms(word):
        found |= table.get(other, frozenset())
    return found


@lru_cache(maxsize=16_384)
def _forms(word: str) -> tuple[str, ...]:
    """What else a folded word may be a form of: Spanish infinitives whose vowel may have changed, English verbs."""
    roots = {word[: -len(end)] for end in _ENDINGS if word.endswith(end) and len(word) - len(end) > 1}
    roots |= {root[: -len(a)] + b for root in list(roots) for a, b in _LAST if root.endswith(a)}
    roots |= {re.sub(a + r"(?=[^aeiou]+$)", b, root) for root in list(roots) for a, b in _VOWELS}
    plain = [word[: -len(end)] + root for end, root in _COMPARED if word.endswith(end) and len(word) > len(end) + 2]
    return (*plain, *(root + end for root in sorted(roots) for end in ("ar", "er", "ir")), *_IRREGULAR.get(word, ()))

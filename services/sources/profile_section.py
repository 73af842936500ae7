"""One table of a profile: typed reading of its keys, faults noted by path."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence


class Section:
    """A table of the TOML file, read key by key.

    A fault never stops the reading: it is added to the list shared by all sections, and
    a harmless value is returned in its place.
    """

    def __init__(self, path: str, values: object, faults: list[str], *, absent: bool = False) -> None:
        self._path = path
        self._faults = faults
        self._read: set[str] = set()
        self.absent = absent
        """Whether the table is missing: then no fault of its keys is worth telling."""
        self._values: Mapping[str, object] = values if isinstance(values, dict) else {}
        if not isinstance(values, dict):
            self.absent = True
            faults.append(f"{path} must be a table")

    def fault(self, key: str, problem: str) -> None:
        """Note a fault of one key."""
        if not self.absent:
            self._faults.append(f"{self._key(key)} {problem}")

    def has(self, key: str) -> bool:
        """Whether the key is given."""
        return key in self._values

    def finish(self) -> None:
        """Note every key that nobody asked for."""
        for key in sorted(set(self._values) - self._read):
            self.fault(key, "is not known")

    def table(self, key: str, *, required: bool = False) -> Section:
        """Return a table below this one; an absent one answers with defaults."""
        value = self._take(key)
        if value is None and required:
            self.fault(key, "is missing")
        path = self._key(key)
        return Section(path, {} if value is None else value, self._faults, absent=value is None and required)

    def tables(self, key: str) -> list[Section]:
        """Return the tables of an array; an empty list when it is absent."""
        value = self._take(key)
        if value is None:
            return []
        if isinstance(value, list):
            return [Section(f"{self._key(key)}[{n}]", one, self._faults) for n, one in enumerate(value, 1)]
        return [Section(self._key(key), value, self._faults)]

    def text(self, key: str, default: str | None = None, *, blank: bool = False) -> str:
        """Return a text; it must be given when there is no default."""
        value = self._take(key)
        if value is None and default is not None:
            return default
        if value is None:
            self.fault(key, "is missing")
        elif not isinstance(value, str):
            self.fault(key, "must be a text")
        elif not value.strip() and not blank:
            self.fault(key, "is empty")
        else:
            return value
        return ""

    def optional_text(self, key: str) -> str | None:
        """Return a text, None when it is absent."""
        return self.text(key) if self.has(key) else None

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts; a single text is a list of one."""
        value = self._take(key)
        values = value if isinstance(value, list) else [] if value is None else [value]
        if all(isinstance(one, str) for one in values):
            return tuple(values)
        self.fault(key, "must be a text or a list of texts")
        return ()

    def columns(self, key: str, *, required: bool = False) -> tuple[str, ...]:
        """Return names of columns, each once."""
        names = self.texts(key)
        if required and not names:
            self.fault(key, "is missing" if not self.has(key) else "names no column")
        if any(not name.strip() for name in names) or len(set(names)) < len(names):
            self.fault(key, "must name each column once")
        return names

    def character(self, key: str, default: str, *, none: bool = False) -> str:
        """Return exactly one character; with `none`, an empty text will do too."""
        value = self.text(key, default, blank=True)
        if len(value) == 1 or (none and not value):
            return value
        self.fault(key, f"must be one character: {value!r}")
        return default

    def one_of(self, key: str, allowed: Sequence[str], default: str) -> str:
        """Return one of the words allowed."""
        value = self.text(key, default, blank=True)
        if value in allowed:
            return value
        self.fault(key, f"must be one of {', '.join(map(repr, allowed))}, not {value!r}")
        return default

    def count(self, key: str) -> int:
        """Return a whole number from 0; 0 when absent."""
        value = self._take(key)
        if value is None:
            return 0
        if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
            return value
        self.fault(key, "must be a whole number from 0")
        return 0

    def switch(self, key: str, *, default: bool = False) -> bool:
        """Return true or false."""
        value = self._take(key)
        if value is None:
            return default
        if isinstance(value, bool):
            return value
        self.fault(key, "must be true or false")
        return default

    def names(self, key: str) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield each key of a table below with its list of texts."""
        section = self.table(key)
        for name in list(section._values):  # noqa: SLF001 - one of its own kind
            yield name, section.texts(name)

    def _take(self, key: str) -> object:
        self._read.add(key)
        return self._values.get(key)

    def _key(self, key: str) -> str:
        return f"{self._path}.{key}" if self._path else key

"""Every error a person can cause, in one tree.

    TomoError                   whatever Tomo refuses, with a sentence that says what to do
    ├── ReadError               one file cannot be read (that file only)
    │   └── Skipped             a file that is not for Tomo: nothing is wrong with it
    ├── LibraryError            the library cannot be opened, written or trusted
    │   ├── LibraryBusy         somebody else is writing it
    │   ├── LibraryUnwritable   nobody can write it, as it stands in a read-only folder or on a full disk
    │   ├── IndexDamaged        its vector index has to be made anew from the catalogue
    │   └── IndexUnwritable     its vector index cannot be opened where nothing can be written
    ├── ModelError              a model file or folder is missing, broken or of the wrong kind
    ├── SettingsError           a setting or an argument makes no sense
    └── WindowError             what was asked for does not fit the model's window

A message is written for a support engineer: what happened, then what to do.
"""


class TomoError(Exception):
    """The root: `str(error)` can be shown to a person as it is."""


class ReadError(TomoError):
    """A file cannot be read. The other files are not affected."""


class Skipped(ReadError):
    """A file that holds nothing for the library: unknown kind, empty, not a regular file."""


class LibraryError(TomoError):
    """The library on disk cannot be opened, written or trusted."""


class LibraryBusy(LibraryError):
    """Another process holds the library's write lock; the message names it."""


class LibraryUnwritable(LibraryError):
    """Nothing can be written in the library's folder; what is there can still be read."""


class IndexDamaged(LibraryError):
    """The vector index cannot be used; the next ingest, or `doctor --fix`, makes it anew from the catalogue."""


class IndexUnwritable(LibraryError):
    """The vector index cannot be opened, which writes, on a full disk or in a read-only folder; nothing is damaged."""


class ModelError(TomoError):
    """A model is missing, damaged or not what it has to be."""


class SettingsError(TomoError):
    """A setting, a flag or a question that makes no sense."""


class WindowError(TomoError):
    """What was asked for does not fit the window; the message holds the numbers."""

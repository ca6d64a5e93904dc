"""
Every error a caller may see.

QingjianError
├── UsageError             the call or a named thing is wrong       exit 2, HTTP 400
│   ├── ConfigError        a setting, pack or card is wrong         exit 2, HTTP 500
│   ├── NotFound           no such detector, policy, row, file      exit 2, HTTP 404
│   ├── NotAllowed         who asks may not do this                 exit 2, HTTP 403
│   ├── Conflict           it stands otherwise by now               exit 2, HTTP 409
│   ├── MissingExtra       the feature needs an optional package    exit 2, HTTP 501
│   └── SignInRefused      nobody has this password, key or token   exit 2, HTTP 401
│       └── TooManyTries   the name failed too often; wait          exit 2, HTTP 429
├── NothingToScan          no item at all                           exit 3, HTTP 422
└── InputError             one item cannot be read                  exit 2, HTTP 422
    ├── TooLarge           over the size limit
    ├── BadEncoding        bytes are in no known text encoding
    ├── BadRow             a line or row is not an item
    ├── Vanished           the file went away
    └── DamagedFile        the bytes break their own format
"""

from __future__ import annotations


class QingjianError(Exception):
    """
    An error with words for people and codes for machines.

    Args:
        what: what happened, one sentence.
        hint: what to do about it, one sentence, may be empty.
    """

    code = "internal"
    exit_code = 1
    http_status = 500

    def __init__(self, what: str, hint: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.hint = hint

    def __reduce__(self) -> tuple[type[QingjianError], tuple[str, str]]:
        """Give both texts back when the error crosses a process."""
        return (type(self), (self.what, self.hint))


class UsageError(QingjianError):
    """The call itself is wrong; the caller can mend it."""

    code = "usage"
    exit_code = 2
    http_status = 400


class ConfigError(UsageError):
    """A setting, a pack or a card is wrong; the operator can mend it."""

    code = "config"
    http_status = 500


class NotFound(UsageError):
    """The named detector, policy, row or file does not exist."""

    code = "not_found"
    http_status = 404


class NotAllowed(UsageError):
    """Who asks may not do this: another role, or a second person, is needed."""

    code = "not_allowed"
    http_status = 403


class Conflict(UsageError):
    """The thing is not in the state that the call needs; somebody else may have been faster."""

    code = "conflict"
    http_status = 409


class MissingExtra(UsageError):
    """The feature needs a package that is not installed; `hint` has the command."""

    code = "missing_extra"
    http_status = 501


class SignInRefused(UsageError):
    """No active user or key has this name and password, key or token."""

    code = "sign_in"
    http_status = 401


class TooManyTries(SignInRefused):
    """The name failed too often and is refused for a while, right or wrong."""

    code = "too_many_tries"
    http_status = 429


class NothingToScan(QingjianError):
    """Not one item was found."""

    code = "nothing_to_scan"
    exit_code = 3
    http_status = 422


class InputError(QingjianError):
    """One item cannot be read; the rest goes on."""

    code = "input"
    exit_code = 2
    http_status = 422


class TooLarge(InputError):
    """The item is over the size limit."""

    code = "too_large"


class BadEncoding(InputError):
    """The bytes are in none of the text encodings that are recognised."""

    code = "encoding"


class BadRow(InputError):
    """A line or row does not describe an item."""

    code = "row"


class Vanished(InputError):
    """The file was there and is gone, or may not be opened."""

    code = "vanished"


class DamagedFile(InputError):
    """The bytes break the format they claim."""

    code = "damaged"


class Abstain(Exception):
    """
    A detector could not judge: the third result beside hit and clean.

    Args:
        reason: why, in words a reviewer understands.

    Raise it before the first finding, never after.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

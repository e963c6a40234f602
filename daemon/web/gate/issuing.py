"""Give and take what lets people and programs in.  All functions block."""

from __future__ import annotations

from daemon.settings import ServerSettings
from daemon.web.gate.access import MOST_TOKENS, Access, Token, digest, new_token
from daemon.web.gate.access_file import AccessFile
from daemon.web.gate.password import seal
from daemon.web.gate.safety import opening_option
from rules.errors import ConflictError, NotFound, UsageError

_LONGEST_NAME = 100


class PasswordElsewhere(UsageError):
    """The password is not this command's to set."""

    def __init__(self) -> None:
        """Build the message."""
        super().__init__(
            "the password comes from [server] password_file; change it there and restart the "
            "daemon, or leave that option out"
        )


class PasswordNeeded(UsageError):
    """Without the password anybody could come in."""

    def __init__(self, option: str) -> None:
        """Build the message from the option that lets others come."""
        super().__init__(
            f"{option} lets other machines reach the page, so it keeps its password; leave that "
            "option out first, and restart the daemon"
        )


class NameUnfit(UsageError):
    """A token cannot be called that."""

    def __init__(self) -> None:
        """Build the message."""
        super().__init__(
            f"a token's name is what its program is called: 1 to {_LONGEST_NAME} characters, all "
            "visible; choose another"
        )


class NameTaken(ConflictError):
    """There is a token of that name."""

    def __init__(self, name: str) -> None:
        """Build the message from the name."""
        super().__init__(f'there is a token "{name}"; revoke it first, or choose another name')


class TooManyTokens(ConflictError):
    """No more tokens are kept."""

    def __init__(self) -> None:
        """Build the message."""
        super().__init__(f"there are {MOST_TOKENS} tokens; revoke one that is no longer used")


class NoSuchToken(NotFound):
    """There is no token of that name."""

    def __init__(self, name: str) -> None:
        """Build the message from the name."""
        super().__init__(f'there is no token "{name}"; see them with doorman token list')


def set_password(server: ServerSettings, file: AccessFile, password: str) -> None:
    """Set the password; whoever is signed in with another has to sign in again.

    Raises:
        PasswordElsewhere: it comes from a file of its own.
        PasswordUnfit: it is too short or too long.
        AccessUnwritable: it cannot be kept.

    """
    if server.password_file is not None:
        raise PasswordElsewhere

    sealed = seal(password)
    file.change(lambda access: access.model_copy(update={"password": sealed}))


def remove_password(server: ServerSettings, file: AccessFile) -> bool:
    """Let everybody on this machine in; return whether there was a password.

    Raises:
        PasswordElsewhere: it comes from a file of its own.
        PasswordNeeded: other machines reach the page.
        AccessUnwritable: that cannot be kept.

    """
    if server.password_file is not None:
        raise PasswordElsewhere

    option = opening_option(server)
    if option is not None:
        raise PasswordNeeded(option)

    present = file.read()
    if present is None or present.password is None:
        return False

    file.change(lambda access: access.model_copy(update={"password": None}))
    return True


def create_token(file: AccessFile, name: str, *, at_s: float) -> str:
    """Return a new token for a program; nobody can show it again.

    Raises:
        NameUnfit: it cannot be called that.
        NameTaken: another is.
        TooManyTokens: there are so many that some must be forgotten ones.
        AccessUnwritable: it cannot be kept.

    """
    if not (0 < len(name) <= _LONGEST_NAME and name.isprintable() and name == name.strip()):
        raise NameUnfit

    text = new_token()
    token = Token(name=name, sha256=digest(text), made_at_s=at_s)

    def add(access: Access) -> Access:
        if any(each.name == name for each in access.tokens):
            raise NameTaken(name)
        if len(access.tokens) >= MOST_TOKENS:
            raise TooManyTokens
        return access.model_copy(update={"tokens": (*access.tokens, token)})

    file.change(add)
    return text


def revoke_token(file: AccessFile, name: str) -> None:
    """Let the program with that token in no longer.

    Raises:
        NoSuchToken: there is none of that name.
        AccessUnwritable: that cannot be kept.

    """

    def remove(access: Access) -> Access:
        kept = tuple(each for each in access.tokens if each.name != name)
        if len(kept) == len(access.tokens):
            raise NoSuchToken(name)
        return access.model_copy(update={"tokens": kept})

    file.change(remove)


def tokens(file: AccessFile) -> tuple[Token, ...]:
    """Return what is known of the tokens.  Raises: AccessUnreadable."""
    present = file.read()
    return () if present is None else present.tokens

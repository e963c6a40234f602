"""What the packages hold, that nobody else claims our names, and that the wheel works."""

from __future__ import annotations

import subprocess
import sysconfig
import tarfile
import venv
import zipfile
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from hatchling import build

ROOT = Path(__file__).parents[1]
FLOORS = ("daemon", "providers", "rules", "store")
NOT_SHIPPED = {"__pycache__"}
PATIENCE_S = 60


def shipped_files() -> set[str]:
    """Return what the source tree has of every floor: modules, and data beside them."""
    return {
        str(path.relative_to(ROOT))
        for floor in FLOORS
        for path in (ROOT / floor).rglob("*")
        if path.is_file() and not NOT_SHIPPED & set(path.parts)
    }


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the unpacked source distribution."""
    folder = tmp_path_factory.mktemp("sdist")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        name = build.build_sdist(str(folder))
    with tarfile.open(folder / name) as packed:
        _unpack(packed, folder)
    return folder / name.removesuffix(".tar.gz")


def _unpack(packed: tarfile.TarFile, folder: Path) -> None:
    """Unpack our own archive; Debian 12's Python 3.11.2 knows no filters yet, 3.14 wants one."""
    if hasattr(tarfile, "data_filter"):
        packed.extractall(folder, filter="data")
    else:
        packed.extractall(folder)  # noqa: S202  # our own, as just built


@pytest.fixture(scope="module")
def wheel(sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the wheel that is built from the source distribution."""
    folder = tmp_path_factory.mktemp("wheel")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(sdist)
        return folder / build.build_wheel(str(folder))


@pytest.fixture(scope="module")
def names(wheel: Path) -> Iterator[frozenset[str]]:
    """Return the names in the wheel."""
    with zipfile.ZipFile(wheel) as packed:
        yield frozenset(packed.namelist())


def test_wheel_holds_exactly_our_modules_and_their_data(names: frozenset[str]) -> None:
    packed = {name for name in names if ".dist-info/" not in name and ".data/" not in name}

    assert packed == shipped_files()
    assert not any("__pycache__" in name for name in names)


def test_wheel_holds_the_units_as_shared_data(names: frozenset[str]) -> None:
    units = {name.rpartition("/")[2] for name in names if "/share/doorman/systemd/" in name}

    assert units == {path.name for path in (ROOT / "systemd").iterdir() if path.is_file()}
    assert "doorman.service" in units


def test_wheel_holds_the_licence_and_one_command(wheel: Path, names: frozenset[str]) -> None:
    (licence,) = (name for name in names if name.endswith("/LICENSE"))
    (commands,) = (name for name in names if name.endswith("/entry_points.txt"))
    with zipfile.ZipFile(wheel) as packed:
        assert packed.read(licence) == (ROOT / "LICENSE").read_bytes()
        assert packed.read(commands).decode().split() == [
            "[console_scripts]",
            "doorman",
            "=",
            "daemon.__main__:main",
        ]


def test_wheel_is_never_uploaded_by_mistake(wheel: Path, names: frozenset[str]) -> None:
    (metadata,) = (name for name in names if name.endswith(".dist-info/METADATA"))
    with zipfile.ZipFile(wheel) as packed:
        assert "Classifier: Private :: Do Not Upload\n" in packed.read(metadata).decode()


def test_sdist_can_be_tested(sdist: Path) -> None:
    assert (sdist / "tests" / "test_packaging.py").is_file()
    assert (sdist / "pyproject.toml").read_bytes() == (ROOT / "pyproject.toml").read_bytes()
    assert (sdist / "LICENSE").is_file()
    assert (sdist / "README.md").is_file()


@pytest.mark.parametrize("floor", FLOORS)
def test_no_other_installed_distribution_claims_our_import_names(floor: str) -> None:
    assert packages_distributions().get(floor, ["doorman"]) == ["doorman"]


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a fresh environment that the wheel was put into, as an installer does.

    What doorman depends on is lent from the environment of this test; not doorman itself, which
    is there as a link to the source tree only.
    """
    environment = tmp_path_factory.mktemp("installed")
    venv.create(environment, symlinks=True)
    modules = Path(
        sysconfig.get_path(
            "purelib", "venv", vars={"base": str(environment), "platbase": str(environment)}
        )
    )
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(modules)  # noqa: S202  # our own, as just built
    (data,) = modules.glob("*.data")
    (data / "data" / "share").rename(environment / "share")
    lend = f"import sys; sys.path.append({sysconfig.get_path('purelib')!r})\n"
    (modules / "lent.pth").write_text(lend)
    command = environment / "bin" / "doorman"
    command.write_text(f"#!{environment}/bin/python\nfrom daemon.__main__ import main\nmain()\n")
    command.chmod(0o755)
    return environment


def run(installed: Path, *arguments: str) -> str:
    """Return what the installed command prints; it finds no source tree where it stands."""
    ended = subprocess.run(  # noqa: S603  # the command that was just installed
        [installed / "bin" / "doorman", *arguments],
        cwd=installed,
        env={"HOME": str(installed), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    return ended.stdout


def test_installed_command_helps(installed: Path) -> None:
    assert run(installed, "--help").startswith("Usage: doorman ")


def test_installed_command_uses_what_was_installed_with_it(installed: Path) -> None:
    (installed / "films").mkdir()
    answers = ("--library", str(installed / "films"), "--url", "", "--target", "")
    config = installed / "doorman.toml"

    run(installed, "init", *answers, "--config", str(config))
    status = run(installed, "status", "--config", str(config))
    unit = run(installed, "units", "install", "--print", "--config", str(config))

    assert status.startswith("doorman ")
    assert f"ExecStart={installed}/bin/doorman run --config {config}" in unit


PROBE = """
from importlib.resources import files
import daemon
print(daemon.__file__)
print(files("providers.sandbox").joinpath("schema.graphql"))
assert files("providers.sandbox").joinpath("schema.graphql").read_text()
"""


def test_installed_modules_and_data_are_not_those_of_the_source_tree(installed: Path) -> None:
    ended = subprocess.run(  # noqa: S603  # the interpreter of that environment
        [installed / "bin" / "python", "-c", PROBE],
        cwd=installed,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=True,
    )

    assert all(Path(each).is_relative_to(installed) for each in ended.stdout.splitlines())

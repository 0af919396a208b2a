"""Free memory, as Linux (both versions of control groups) and macOS say it."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.llama.memory import free_memory, linux_memory, vm_stat_free

MIB = 1 << 20
MEMINFO = f"MemTotal: {16 * 1024 * 1024} kB\nMemFree: 1024 kB\nMemAvailable: {8 * 1024 * 1024} kB\n"


def laid_out(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


V2 = "sys/fs/cgroup/user/app/"
V1 = "sys/fs/cgroup/memory/docker/abc/"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param({}, 8192 * MIB, id="no-control-group"),
        pytest.param({"proc/self/cgroup": "0::/user/app", V2 + "memory.max": "max"}, 8192 * MIB, id="none"),
        pytest.param(
            {
                "proc/self/cgroup": "0::/user/app\n",
                V2 + "memory.max": f"{1000 * MIB}\n",
                V2 + "memory.current": f"{700 * MIB}\n",
                V2 + "memory.stat": f"anon 5\ninactive_file {100 * MIB}\nactive_file {200 * MIB}\nslab 7\n",
            },
            600 * MIB,
            id="version-2-where-files-can-be-let-go",
        ),
        pytest.param(
            {
                "proc/self/cgroup": "0::/user/app\n",
                V2 + "memory.max": "max",
                "sys/fs/cgroup/user/memory.max": f"{500 * MIB}",
                "sys/fs/cgroup/user/memory.current": f"{100 * MIB}",
            },
            400 * MIB,
            id="the-limit-of-a-group-above",
        ),
        pytest.param(
            {
                "proc/self/cgroup": "3:cpu:/docker/abc\n2:memory:/docker/abc\n0::/\n",
                V1 + "memory.limit_in_bytes": f"{2000 * MIB}",
                V1 + "memory.usage_in_bytes": f"{1500 * MIB}",
                V1 + "memory.stat": f"active_file 1\ntotal_inactive_file {50 * MIB}\ntotal_active_file {50 * MIB}\n",
            },
            600 * MIB,
            id="version-1",
        ),
        pytest.param(
            {
                "proc/self/cgroup": "0::/\n",
                "sys/fs/cgroup/memory.max": f"{100 * MIB}",
                "sys/fs/cgroup/memory.current": f"{150 * MIB}",
            },
            0,
            id="over-the-limit-is-nothing-and-not-less",
        ),
    ],
)
def test_the_tightest_bound_holds(tmp_path: Path, files: dict[str, str], expected: int) -> None:
    assert linux_memory(laid_out(tmp_path, {"proc/meminfo": MEMINFO} | files)) == expected


def test_a_system_that_says_nothing_is_not_taken_for_full(tmp_path: Path) -> None:
    assert linux_memory(tmp_path) is None


def test_vm_stat_is_understood() -> None:
    text = (
        "Mach Virtual Memory Statistics: (page size of 16384 bytes)\nPages free:       100.\n"
        "Pages active:          900.\nPages inactive:        50.\nPages speculative:   7.\nPages purgeable:   3.\n"
    )
    assert vm_stat_free(text) == 160 * 16384
    assert vm_stat_free("") is None


def test_this_machine_has_memory() -> None:
    found = free_memory()
    assert found is None or found > 16 * MIB

"""What is left of packages in the making."""

from __future__ import annotations

from pathlib import Path

from fonds.packaging.bag.stage import clear_up, stage


def test_what_killed_runs_left_goes_and_what_is_being_made_stays(tmp_path: Path) -> None:
    """A run may be killed after its package has its name, and before its stage is gone: nobody makes that one again."""
    with stage(tmp_path / "live") as live:
        dead = tmp_path / live.path.name.replace(live.path.name[11:23], "0" * 12)
        dead.mkdir()
        (dead / "half").write_text("half")
        (tmp_path / ".fonds-bag-mine").mkdir()
        clear_up(tmp_path)
        assert not dead.exists()
        assert live.path.exists()
        assert (tmp_path / ".fonds-bag-mine").exists()

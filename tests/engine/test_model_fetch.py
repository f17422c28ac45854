"""From a hub into a library: two processes, which may be paused, killed and lied to."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import safetensors.torch

from engine.download_file import Patience
from engine.errors import AfterimageError, DiskFull, DownloadFailed, LibraryBusy, ModelAltered, NoNetwork, UsageError
from engine.joint_model import build_clip
from engine.messages import FetchProgress, FetchStage
from engine.model_fetch import ModelFetch, order_of
from engine.model_store import ModelStore
from engine.preset_install import remove
from engine.presets import Presets
from tests.engine import made_up_models
from tests.engine.hub_server import COMMIT, Hub, serve, sha256_of, size_of
from tests.engine.made_up_models import SIZE, hub_of, model_files, presets_of
from tests.engine.tiny_models import tiny_config, tiny_tokenizer

pytestmark = pytest.mark.local_server

NAME = "made-up"
WEIGHTS = "model.safetensors"


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "HF_ENDPOINT"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
def presets(tmp_path: Path) -> Presets:
    return presets_of(tmp_path)


@pytest.fixture
def hub() -> Iterator[Hub]:
    with serve(hub_of()) as hub:
        yield hub


def start(presets: Presets, hub: Hub, **changes: object) -> ModelFetch:
    order = order_of(presets, presets.get(NAME), mirror=hub.url)
    quick = Patience(connect_s=60, answer_s=60, tries=3, pause_s=0.01)
    return ModelFetch(dataclasses.replace(order, **{"spare_bytes": 0, "patience": quick, **changes}), presets)


def fetch(presets: Presets, hub: Hub, **changes: object) -> list[FetchProgress]:
    with start(presets, hub, **changes) as running:
        return list(running.events())


def whole(presets: Presets, files: dict[str, bytes | Path]) -> bool:
    home = presets.home(NAME)
    return {path.name: path.read_bytes() for path in home.iterdir()} == files


def leftovers(presets: Presets) -> list[str]:
    staged = presets.staging(NAME)
    return sorted(path.name for path in staged.iterdir()) if staged.exists() else []


def test_a_fetched_model_is_whole_pinned_and_installed(presets: Presets, hub: Hub) -> None:
    assert not presets.get(NAME).installed
    events = fetch(presets, hub)
    assert presets.get(NAME).installed
    assert whole(presets, hub.repositories["us/made-up"])
    pin = presets.pin(NAME)
    assert pin is not None
    assert (pin.source, pin.commit, pin.server) == ("us/made-up", COMMIT, hub.url)
    assert {file.name: file.sha256 for file in pin.files}[WEIGHTS] == sha256_of(made_up_models.safetensors())
    assert presets.manifest_sha256(NAME) == pin.manifest_sha256
    assert events[0].stage == FetchStage.ASKING
    assert events[-1].stage == FetchStage.INSTALLING
    assert leftovers(presets) == []
    assert all(f"/{COMMIT}/" in asked.path for asked in hub.asked if "/resolve/" in asked.path)


def test_neither_a_token_nor_other_libraries_are_told(presets: Presets, hub: Hub, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    fetch(presets, hub)
    assert not any("torch" in asked.agent or "unknown" in asked.agent for asked in hub.asked)
    assert hub.asked[0].agent.startswith("afterimage/")
    assert not any(asked.authorized for asked in hub.asked)


def test_a_pause_keeps_what_was_fetched_and_a_kill_costs_nothing_but_time(presets: Presets, hub: Hub) -> None:
    for share, stop in ((0.3, signal.SIGTERM), (0.7, signal.SIGKILL)):
        hub.crawls_from = round(share * SIZE)
        with start(presets, hub) as running:
            for event in running.events():
                if event.done >= share * SIZE:
                    os.kill(running.pid, stop)
                    break
        assert not presets.get(NAME).installed
        partial = presets.staging(NAME) / f"{WEIGHTS}.part"
        assert share * SIZE * 0.9 < partial.stat().st_size < SIZE
    hub.crawls_from = None
    fetch(presets, hub)
    assert whole(presets, hub.repositories["us/made-up"])
    begun = [asked.first_byte for asked in hub.bodies(WEIGHTS) if asked.path.startswith("/cdn")]
    assert len(begun) == 3
    assert 0 == begun[0] < begun[1] < begun[2]
    assert len([asked for asked in hub.asked if "/api/" in asked.path]) == 1  # the plan of the first run stands


def test_a_killed_download_is_an_error_with_a_remedy(presets: Presets, hub: Hub) -> None:
    hub.crawls_from = SIZE // 10
    with start(presets, hub) as running:
        events = running.events()
        next(event for event in events if event.done)
        os.kill(running.pid, signal.SIGKILL)
        with pytest.raises(DownloadFailed, match="run the same command again"):
            list(events)


def test_cut_connections_end_in_a_verified_model(presets: Presets, hub: Hub) -> None:
    hub.cuts = [SIZE * 3 // 10, SIZE * 7 // 10]
    events = fetch(presets, hub)
    assert whole(presets, hub.repositories["us/made-up"])
    assert len([event for event in events if event.stage == FetchStage.WAITING]) == 2
    assert max(event.done for event in events) == events[-2].total


def test_another_file_than_announced_leaves_nothing_installed(presets: Presets, hub: Hub) -> None:
    hub.announced[WEIGHTS] = made_up_models.safetensors(seed=1)
    with pytest.raises(ModelAltered, match="not the file that was announced"):
        fetch(presets, hub)
    assert not presets.get(NAME).installed
    assert presets.pin(NAME) is None
    assert not any(name.startswith(WEIGHTS) for name in leftovers(presets))


def test_what_was_once_accepted_may_not_change(presets: Presets, hub: Hub) -> None:
    fetch(presets, hub)
    remove(presets, NAME)
    assert not presets.get(NAME).installed
    hub.repositories["us/made-up"] = model_files(seed=2)
    with pytest.raises(ModelAltered):
        fetch(presets, hub)
    assert not presets.get(NAME).installed
    hub.repositories["us/made-up"] = model_files()
    fetch(presets, hub)
    assert presets.get(NAME).installed


def test_a_hash_in_the_list_is_compared_before_anything_is_fetched(tmp_path: Path, hub: Hub) -> None:
    listed = [{"name": WEIGHTS, "size": size_of(made_up_models.safetensors()), "sha256": "0" * 64}]
    presets = presets_of(tmp_path, files=listed)
    with pytest.raises(ModelAltered, match="pinned"):
        fetch(presets, hub)
    assert hub.bodies(WEIGHTS) == []


def test_a_model_that_is_larger_than_was_asked_about_is_not_fetched(tmp_path: Path, hub: Hub) -> None:
    presets = presets_of(tmp_path, download_bytes=1_000_000)
    with pytest.raises(DownloadFailed, match="1,000,000"):
        fetch(presets, hub)
    assert hub.bodies(WEIGHTS) == []


def test_a_server_without_the_hub_s_index_is_asked_for_each_file(presets: Presets, hub: Hub) -> None:
    hub.has_api = False
    fetch(presets, hub)
    assert whole(presets, hub.repositories["us/made-up"])
    pin = presets.pin(NAME)
    assert pin is not None
    assert pin.commit == COMMIT


@pytest.mark.parametrize("lacks", ["repository", WEIGHTS])
def test_what_the_server_lacks_is_named_with_a_remedy(presets: Presets, hub: Hub, lacks: str) -> None:
    if lacks == "repository":
        hub.repositories.clear()
    else:
        del hub.repositories["us/made-up"][WEIGHTS]
    with pytest.raises(DownloadFailed) as caught:
        fetch(presets, hub)
    assert "models import" in str(caught.value)
    assert "us/made-up" in str(caught.value)


def test_an_answer_that_is_none_of_a_hub_is_said_to_be_so(presets: Presets, hub: Hub) -> None:
    hub.statuses = [200]
    with pytest.raises(DownloadFailed, match="does not speak like a hub"):
        fetch(presets, hub)


def test_without_a_network_it_is_one_sentence(presets: Presets, hub: Hub) -> None:
    hub.url = "http://127.0.0.1:9"
    with pytest.raises(NoNetwork) as caught:
        fetch(presets, hub)
    assert "check the connection" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_proxy_of_the_environment_is_used(presets: Presets, hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", hub.url)
    hub.redirects = False
    elsewhere = dataclasses.replace(hub, url="http://hub.invalid")
    fetch(presets, elsewhere)
    assert {asked.host for asked in hub.asked} == {"hub.invalid"}
    assert whole(presets, hub.repositories["us/made-up"])


def test_a_proxy_that_cannot_be_used_is_named(presets: Presets, hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    with pytest.raises(NoNetwork):
        fetch(presets, hub)
    assert hub.asked == []


def test_too_little_room_is_known_before_the_first_byte(presets: Presets, hub: Hub) -> None:
    with pytest.raises(DiskFull, match="are free"):
        fetch(presets, hub, spare_bytes=2**60)
    assert hub.bodies(WEIGHTS) == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_named(presets: Presets, hub: Hub) -> None:
    presets.staging(NAME).parent.mkdir(parents=True)
    presets.staging(NAME).parent.chmod(0o500)
    with pytest.raises(AfterimageError, match="permissions"):
        fetch(presets, hub)


def test_a_file_in_the_way_is_named(presets: Presets, hub: Hub) -> None:
    presets.staging(NAME).parent.mkdir(parents=True)
    presets.staging(NAME).touch()
    with pytest.raises(AfterimageError, match=r"exists.*fetching.*permissions"):
        fetch(presets, hub)


def test_one_process_at_a_time_fetches_a_model(presets: Presets, hub: Hub) -> None:
    hub.crawls_from = SIZE // 10
    with start(presets, hub) as running:
        next(event for event in running.events() if event.done)
        with pytest.raises(LibraryBusy, match="being fetched already"):
            fetch(presets, hub)


def test_an_address_that_is_none_is_a_usage_error(presets: Presets) -> None:
    with pytest.raises(UsageError):
        order_of(presets, presets.get(NAME), mirror="hub.example")


def test_a_pinned_model_is_fetched_at_its_commit_without_asking(tmp_path: Path, hub: Hub) -> None:
    files = [{"name": n, "size": size_of(c), "sha256": sha256_of(c)} for n, c in model_files().items()]
    presets = presets_of(tmp_path, files=files, commit="a" * 40)
    fetch(presets, hub)
    assert not any("/api/" in asked.path for asked in hub.asked)
    assert all("/" + "a" * 40 + "/" in asked.path for asked in hub.asked)
    assert presets.get(NAME).installed


@pytest.mark.slow
def test_an_open_clip_model_is_fetched_made_ready_and_understands_a_sentence(presets: Presets, hub: Hub) -> None:
    hub.repositories["us/made-up"] = open_clip_files()
    fetch(presets, hub)
    assert {path.name for path in presets.require(NAME).iterdir()} >= {"config.json", "model.safetensors"}
    loaded = ModelStore(presets.shipped, fetched=presets.fetched).load(NAME)
    assert loaded.cross_encoder is None
    assert loaded.bi_encoder.encode_sentences(["a red dog"]).shape == (1, 32)


def test_a_repository_with_pickled_weights_only_is_not_fetched(presets: Presets, hub: Hub) -> None:
    hub.repositories["us/made-up"] = {"open_clip_pytorch_model.bin": b"never", "open_clip_config.json": b"{}"}
    with pytest.raises(DownloadFailed, match=r"open_clip_model\.safetensors"):
        fetch(presets, hub)
    assert hub.bodies("open_clip_pytorch_model.bin") == []


def open_clip_files() -> dict[str, bytes | Path]:
    """As a hub holds them, with random weights."""
    model_cfg, preprocess = tiny_config(), {"size": 32, "mean": [0.5] * 3, "std": [0.5] * 3}
    model_cfg["text_cfg"] |= {"hf_tokenizer_name": "us/made-up"}
    config = json.dumps({"model_cfg": model_cfg, "preprocess_cfg": preprocess}).encode()
    weights = safetensors.torch.save(build_clip(tiny_config()).state_dict())
    description = tiny_tokenizer()[1].encode()
    return {"open_clip_model.safetensors": weights, "open_clip_config.json": config, "tokenizer.json": description}


FILL = """
import dataclasses, sys
from pathlib import Path
from engine.errors import AfterimageError
from engine.model_fetch import ModelFetch, order_of
from engine.presets import Presets

shipped, fetched, url = sys.argv[1:]
presets = Presets(Path(shipped), Path(fetched))
order = dataclasses.replace(order_of(presets, presets.get("made-up"), mirror=url), spare_bytes=-10**9)
if __name__ == "__main__":
    try:
        with ModelFetch(order, presets) as fetch:
            list(fetch.events())
    except AfterimageError as error:
        print(type(error).__name__, error)
    print(sum(path.stat().st_size for path in presets.staging("made-up").glob("*.part")))
"""


def _can_mount() -> bool:
    if sys.platform != "linux" or shutil.which("unshare") is None:
        return False
    with contextlib.suppress(subprocess.TimeoutExpired):
        command = ["unshare", "-rm", "sh", "-c", "mount -t tmpfs tmpfs /mnt"]
        return subprocess.run(command, capture_output=True, timeout=10).returncode == 0
    return False


@pytest.mark.skipif(not _can_mount(), reason="a small disk can only be mounted with a user namespace")
def test_a_disk_that_fills_up_keeps_what_it_has(presets: Presets, hub: Hub, tmp_path: Path) -> None:
    script, disk = tmp_path / "fill.py", tmp_path / "disk"
    script.write_text(FILL)
    disk.mkdir()
    words = shlex.join([sys.executable, str(script), str(presets.shipped), str(disk), hub.url])
    small = f"mount -t tmpfs -o size=1m tmpfs {shlex.quote(str(disk))} && exec {words}"
    done = subprocess.run(
        ["unshare", "-rm", "sh", "-c", small],
        capture_output=True, text=True, timeout=240, env={**os.environ, "PYTHONPATH": os.getcwd()},
    )  # fmt: skip
    sentence, kept = done.stdout.splitlines()
    assert sentence.startswith("DiskFull The disk is full")
    assert "run the same command" in sentence
    assert 500_000 < int(kept) < 1_100_000
    assert "Traceback" not in done.stderr

"""The list of scenarios, in the order of what they put at stake."""

from __future__ import annotations

from tests.torture import damage, guests, habits, kills, large, strangers, words
from tests.torture.mount_room import in_namespace
from tests.torture.scenario import Scenario

SCENARIOS = (
    Scenario("kill-indexing", "A1-A4", kills.while_indexing),
    Scenario("kill-saving", "A1 A7", kills.while_saving),
    Scenario("kill-migrating", "A1 A10", kills.while_migrating),
    Scenario("large-after-a-kill", "A2 A8", large.after_a_kill),
    Scenario("damaged-index", "A7", damage.indexes),
    Scenario("damaged-catalog", "A9", damage.catalogs),
    Scenario("damaged-anything", "A7-A9", damage.anything),
    Scenario("flipped-bits", "A8", damage.flips),
    Scenario("full-disk", "A11", in_namespace("full_disk")),
    Scenario("full-sidecars", "A5 A11", in_namespace("full_sidecars")),
    Scenario("low-disk", "A11", in_namespace("low_disk")),
    Scenario("mounts", "A6", in_namespace("mounts")),
    Scenario("weather", "A4 A6 A11", in_namespace("weather")),
    Scenario("hostile-tree", "A4 C1 C2", strangers.tree),
    Scenario("hostile-photos", "B1-B5 B8 B10", strangers.photos),
    Scenario("strange-photos", "B1 B2 B4 B8 B10", strangers.strange),
    Scenario("poison", "B7", strangers.poison),
    Scenario("decoder-memory", "B9", strangers.memory),
    Scenario("million", "C3", large.million),
    Scenario("storm", "C4", habits.storm),
    Scenario("slow-writer", "C5", habits.slow_writer),
    Scenario("clocks", "C6", habits.clocks),
    Scenario("instances", "A12", habits.instances),
    Scenario("killed-decoders", "E", habits.helpers),
    Scenario("clean-exits", "E", habits.exits),
    Scenario("full-card", "E", habits.full_card),
    Scenario("second-start", "E", habits.second_start),
    Scenario("random-queries", "D4", words.queries),
    Scenario("random-messages", "D3", words.messages),
    Scenario("random-decoders", "B5", words.decoders),
    Scenario("order-of-writes", "A3 A5", guests.order),
    Scenario("watched", "A4 D1", guests.watched),
)

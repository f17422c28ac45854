"""The list of scenarios, in the order of what they put at stake."""

from __future__ import annotations

from tests.torture import damage, disks, kills
from tests.torture.scenario import Scenario

SCENARIOS = (
    Scenario("kill-indexing", "A1-A4", kills.while_indexing),
    Scenario("kill-saving", "A1 A7", kills.while_saving),
    Scenario("kill-migrating", "A1 A10", kills.while_migrating),
    Scenario("damaged-index", "A7", damage.indexes),
    Scenario("damaged-catalog", "A9", damage.catalogs),
    Scenario("damaged-anything", "A7-A9", damage.anything),
    Scenario("flipped-bits", "A8", damage.flips),
    Scenario("full-disk", "A11", disks.in_namespace("full_disk")),
    Scenario("full-sidecars", "A5 A11", disks.in_namespace("full_sidecars")),
    Scenario("low-disk", "A11", disks.in_namespace("low_disk")),
    Scenario("mounts", "A6", disks.in_namespace("mounts")),
    Scenario("weather", "A4 A6 A11", disks.in_namespace("weather")),
)

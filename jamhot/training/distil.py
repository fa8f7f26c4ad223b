"""A further course in which finished networks teach, too: what several say together is surer than the best of them.

While the rate falls it is learned with weights rounded as in the int8 file; otherwise rounding takes it away again.
"""

import hashlib
from collections.abc import Callable
from dataclasses import replace

from jamhot.training.courses import arrays, task_of
from jamhot.training.finetune import TAUGHT, Task, Teacher
from jamhot.training.left_out import network_without
from jamhot.training.material import Material
from jamhot.training.plan import Plan

# Of what the teachers say: the network that the course begins with. Those of the sources left out share the rest: they
# were shown a seventh of the pictures, but none of them the same photos.
START_SHARE = 2 / 3


def distilling_task_of(plan: Plan, without: Plan, material: Material, say: Callable[[str], None]) -> Task:
    """The plan's course, taught by the network that it begins with and by `without`'s networks of sources left out."""
    task = task_of(plan, material, None, say)
    others = [network_without(without, material, source, say) for source in material.among(without.left_out_sources)]
    start = START_SHARE if others else 1.0
    teachers = [Teacher("start", task.start, start)]
    teachers += [Teacher(path.stem, arrays(state), (1 - start) / len(others)) for path, state in others]
    taught = hashlib.sha256(repr((TAUGHT, [(one.name, one.share) for one in teachers])).encode()).hexdigest()[:10]
    return replace(
        task,
        teachers=tuple(teachers),
        rounded=True,
        checkpoint=task.checkpoint.with_stem(f"{task.checkpoint.stem}-taught-{taught}"),
        level=task.level.with_stem(f"{task.level.stem}-taught-{taught}"),
    )

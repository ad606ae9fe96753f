"""The chaos test: 300 leads at once while all that can fail fails, and in the end every target holds every lead once.

``make chaos`` plays 20 seeds on SQLite and on PostgreSQL, ``python -m tests.chaos --seed 7 --database sqlite`` one.
A seed decides what fails and when as shares of the work done, so that it means the same on slow and fast machines.

Everything is real: Rasa, action server, workers, databases, HTTP. Two things are ours: the targets (``crm``), and the
command that starts a worker (``jumping_worker``), whose clock jumps and whose patience with silence is shorter.

What "exactly once" means depends on what a target can promise (see ``verdict``):

- ``stormy`` and ``away`` take a lead by its idempotency key. They must hold one record a lead, with the last values.
- ``feed`` is a CSV file. Each revision must stand in it in one row, a lead's revisions in their order.
- ``journal`` writes down every call and knows no key, but it always answers. Each revision must stand there once,
  except for one thing that nobody can help: a worker that dies after the answer and before noting it delivers again.
  Such a repetition must have the same key and body and a death or a jump of the clock to explain it, and there can be
  no more of them than deliveries were on their way.
"""

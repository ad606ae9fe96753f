"""Real CRM servers for the tests: installed, prepared and described, each in a folder of its own in a cache.

``python -m scripts.crm install`` makes whatever is missing. The cache is ``$PROFILER_CRM_CACHE``, or
``customer-profiler/crm`` in ``$XDG_CACHE_HOME`` or ``~/.cache``; deleting it is always allowed. Tests boot the
servers with ``tests/crm_servers.py``.
"""

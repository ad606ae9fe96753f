"""The adapters of the CRM targets, against real CRM servers."""

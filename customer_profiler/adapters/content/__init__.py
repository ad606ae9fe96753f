"""The spreadsheets in which a client writes a profiler: reading, checking, converting.

``folder`` and ``workbook`` read and write the two file formats; both give the neutral tables of ``sheets``.
``loader`` turns those into a profiler and reports every defect; ``convert`` goes from one format to the other.
"""

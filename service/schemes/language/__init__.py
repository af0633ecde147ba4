"""The scheme language: ordered named steps over facts, exact, total, checked before anything runs.

`reading` reads a file, `syntax` its expressions, `checking` their kinds and units; `engine`
computes plainly, `compiler` fast and the same; `sentences` explains; `facts` reads and describes
facts.
"""

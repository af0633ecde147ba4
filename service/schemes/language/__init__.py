"""The scheme language: ordered named steps over facts, exact, total, checked before anything runs.

`document` reads a file, `syntax` its expressions, `check` their types and units; `engine` computes
plainly, `compiler` fast and the same; `sentences` explains; `facts` reads and describes facts.
"""

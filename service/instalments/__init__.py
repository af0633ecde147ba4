"""Instalments: what is due for one agreement and one month, and how it came about."""

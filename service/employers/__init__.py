"""Employers: the firms that post subsidised jobs."""

"""Viber as a bot meets it: over HTTP, with people who can be scripted, limits, refusals, retries and faults.

In a test: `async with serving(Viber()) as viber`. By itself: `python -m tests.fakes.viber --port 9000 --token T`.
"""

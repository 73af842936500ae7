"""ZVT: terminals of Germany, Austria and Switzerland (TERMINALS.md 1).

Read from PA00P015 13.08 (messages) and PA00P016 04 (lines).
"""

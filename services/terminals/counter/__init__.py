"""The counter: a shop's terminals in use, beside the protocols they speak.

Which terminals there are, who runs them, what tills ask of them, what became of it in the
books. The routes call `office.TerminalsOffice`.
"""

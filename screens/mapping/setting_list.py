"""The list of settings, with headings that the cursor passes over."""

from __future__ import annotations

from screens.widgets.row_list import RowList


class SettingList(RowList):
    """A list whose cursor rests on settings only."""

    DEFAULT_CSS = """
    SettingList { height: 1fr; background: $background; color: $foreground; scrollbar-size-vertical: 1; }
    """

    def action_move(self, by: int) -> None:
        """Move the cursor, past a heading to what stands beyond it."""
        super().action_move(by)
        if self.leads_to is None:
            super().action_move(1 if by > 0 else -1)
        if self.leads_to is None:  # the first heading has nothing before it
            super().action_move(1)

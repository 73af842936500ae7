"""What the mapping editor holds, and where it shows what a setting means."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

from screens.mapping import view
from screens.mapping.setting_list import SettingList
from screens.place import Place
from screens.widgets.panel import Panel
from services.contract.mapping_editor import EditorAnswer, SettingAnswer


class Editing(Place):
    """A place that holds a mapping: its settings in a list, words about one below."""

    def __init__(self) -> None:
        super().__init__()
        self.editor: EditorAnswer | None = None
        """The mapping with this person's unsaved changes, as read last."""

    @property
    def settings(self) -> SettingList:
        """The list of the settings."""
        return self.query_one("#list", SettingList)

    def setting(self) -> SettingAnswer | None:
        """Return the setting under the cursor."""
        return view.found(self.editor, self.settings.leads_to)

    def explain(self, title: str, told: Content) -> None:
        """Show something in place of what the setting means."""
        self.query_one("#detail", Panel).entitle(title)
        self.query_one("#words", Static).update(told)

"""Everything the operator can do from the menu or the keyboard, as data.

The menu bar, the shortcuts and the help page are made from this table. ``slot`` names a method of
the main window; ``enabled_when`` names one of the conditions that the window keeps up to date.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Condition = Literal[
    "always", "can_start", "can_queue", "live", "can_pause", "has_run", "dead_run"
]  # fmt: skip


@dataclass(frozen=True)
class ActionRecord:
    """One action: words, key, menu, and when it makes sense."""

    name: str
    words: str
    slot: str
    menu: str
    key: str = ""
    icon: str = ""
    enabled_when: Condition = "always"
    separator_before: bool = False


ACTIONS = (
    ActionRecord("import", "Import data…", "import_data", "File", "Ctrl+I", "import"),
    ActionRecord("export", "Export the model…", "export_model", "File", "Ctrl+E", "export",
                 "has_run"),
    ActionRecord("settings", "Settings…", "open_settings", "File", "Ctrl+,", "settings",
                 separator_before=True),
    ActionRecord("quit", "Close the window", "close", "File", "Ctrl+Q", separator_before=True),
    ActionRecord("start", "Start training", "start_training", "Training", "Ctrl+Return", "play",
                 "can_start"),
    ActionRecord("queue", "Add to queue", "add_to_queue", "Training", "Ctrl+Shift+Return",
                 "queue-add", "can_queue"),
    ActionRecord("check_data", "Check the data", "check_data", "Training", "Ctrl+D"),
    ActionRecord("findings", "Findings…", "show_findings", "Training", "Ctrl+Shift+D"),
    ActionRecord("pause", "Pause or continue", "pause_or_resume", "Training", "Ctrl+P", "pause",
                 "can_pause"),
    ActionRecord("release", "Pause and free the memory", "release", "Training", "", "", "live"),
    ActionRecord("change", "Change settings of the run…", "change_settings", "Training", "Ctrl+L",
                 "", "live"),
    ActionRecord("stop", "Stop after this epoch", "stop_after_epoch", "Training", "Ctrl+.", "stop",
                 "live", separator_before=True),
    ActionRecord("stop_now", "Stop now, keeping everything", "stop_now", "Training", "", "",
                 "live"),
    ActionRecord("resume_run", "Resume the run", "resume_run", "Training", "", "", "dead_run"),
    ActionRecord("check_resume", "Check resume", "check_resume", "Training", "Ctrl+Shift+R",
                 "checkpoint", "has_run", separator_before=True),
    ActionRecord("page_data", "Data", "show_data", "View", "Ctrl+1", "data"),
    ActionRecord("page_configure", "Configure", "show_configure", "View", "Ctrl+2", "configure"),
    ActionRecord("page_train", "Train", "show_train", "View", "Ctrl+3", "chart"),
    ActionRecord("doctor", "What the doctor has found", "show_doctor", "View", "", "", "has_run"),
    ActionRecord("palette", "Commands…", "open_palette", "View", "Ctrl+K", "keyboard",
                 separator_before=True),
    ActionRecord("page_runs", "Runs", "show_runs", "View", "Ctrl+4", "runs"),
    ActionRecord("find", "Find a setting", "find_setting", "View", "Ctrl+F", "search"),
    ActionRecord("help", "Keyboard shortcuts", "open_help", "Help", "F1", "keyboard"),
    ActionRecord("about", "About Training Console", "open_about", "Help", "", "info"),
)  # fmt: skip
MENUS = ("File", "Training", "View", "Help")
# Keys that a part of the window handles by itself, for the help page.
QUEUE_KEYS = (
    ("Alt ↑  Alt ↓", "Earlier or later in the queue"), ("Del", "Take out of the queue, or delete"),
    ("Enter", "Show the run"), ("F2", "Write a note"),
)  # fmt: skip
PLOT_KEYS = (
    ("Arrows", "Move the crosshair"),
    ("+  -", "Zoom in and out"),
    ("F", "Follow the newest epoch"),
    ("L", "Logarithmic scale"),
    ("S", "Smoothing on or off"),
    ("C", "Copy the picture"),
    ("Home  End", "First and last epoch"),
)
WINDOW_KEYS = (
    ("←  →", "Previous and next window"), ("Shift ←  →", "Ten windows"),
    ("Page Up  Page Down", "A hundred windows"), ("Home  End", "First and last window"),
    ("↑  ↓", "Feature under the cursor"), ("Ctrl ←  →", "Row under the cursor"),
    ("+  -", "Colours for smaller or larger values"),
)  # fmt: skip

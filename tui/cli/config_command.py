"""``zhupi config``: where the config file is, and all that can stand in it."""

from __future__ import annotations

import click

from tui.cli.output import put_text, say
from tui.keys.config import THEME_NAMES, config_path, load


@click.command("config", short_help="Show where the config file is, and all that can stand in it.")
def command() -> None:
    """Print every setting with its default, as TOML to start your own file from; the path goes to stderr.

    The file that is there is read first, so that this also proves it.

    \b
    Example:
      zhupi config > config.toml
    """
    path = config_path()
    say(f"the config file is {path}" + ("" if path.exists() else ", which is not there yet"))
    settings = load()
    from annotations.labels import default_labels
    from tui.app import ZhupiApp  # only what the app knows can be remapped
    from tui.keys.keymap import KeymapError, Keys, toml_keys
    from tui.review.keys import label_letters

    try:
        # With the letters of the labels that ship: a project with others proves its own when the app opens it.
        Keys(ZhupiApp.all_bindings(), label_letters(default_labels()), settings.keys)
        keys = Keys(ZhupiApp.all_bindings(), remapped=settings.keys)
    except KeymapError as error:
        raise settings.error(error.binding_id, str(error)) from error
    lines = [
        _line(f'theme = "{settings.theme or "dark"}"', settings.theme is not None)
        + f"# {', '.join(THEME_NAMES)}; else what was chosen last",
        _line(f"mouse = {str(settings.mouse).lower()}", not settings.mouse)
        + "# false leaves the mouse to the terminal",
        _line(f'ambiguous_width = "{settings.ambiguous_width}"', settings.ambiguous_width != "narrow")
        + "# wide where the terminal draws “ ” — … in two cells",
        "",
        "[keys]",
        "# A key, or a list of keys: n, N, <, ctrl+r, alt+w, pagedown, f5.",
        *toml_keys(keys),
    ]
    put_text("\n".join(lines))


def _line(setting: str, is_set: bool) -> str:  # noqa: FBT001  # one of two ways to print it
    """A setting; one that is as it comes is a comment."""
    return f"{setting if is_set else f'# {setting}':<29}"

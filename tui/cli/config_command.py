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
    from tui.app import ZhupiApp  # only what the app knows can be remapped
    from tui.keys.config import ConfigError
    from tui.keys.keymap import KeymapError, Keys, toml_keys

    try:
        keys = Keys(ZhupiApp.all_bindings(), remapped=settings.keys)
    except KeymapError as error:
        raise ConfigError(f"{settings.where.get(error.binding_id, path)}: {error}") from error
    lines = [
        f'# theme = "dark"             # {", ".join(THEME_NAMES)}; else what was chosen last',
        "# mouse = true               # false leaves the mouse to the terminal",
        '# ambiguous_width = "narrow" # wide where the terminal draws “ ” — … in two cells',
        "",
        "[keys]",
        "# A key, or a list of keys: n, N, <, ctrl+r, alt+w, pagedown, f5.",
        *toml_keys(keys),
    ]
    put_text("\n".join(lines))

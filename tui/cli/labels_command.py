"""``zhupi labels``: the label set of the project."""

from __future__ import annotations

import click

from tui.cli.options import database_option, given_database
from tui.cli.output import put, put_json, put_text


@click.command("labels", short_help="Show the label set.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@click.option("--toml", "as_toml", is_flag=True, help="The default label set as TOML, to start your own from.")
@database_option
def command(*, as_json: bool, as_toml: bool) -> None:
    """Show the labels of the database, their keys and their attributes.

    \b
    Example:
      zhupi labels
      zhupi labels --toml > labels.toml
    """
    from annotations.labels import default_labels_toml
    from store.project.settings import labels_of

    if as_toml:
        put_text(default_labels_toml().rstrip("\n"))
        return
    with given_database(reading=True) as database:
        labels = labels_of(database)
    if as_json:
        put_json(labels.to_json())
        return
    for digit, label in enumerate(labels, 1):
        put(f"{digit} {label.key or ' '}  {label.name}  {label.description}")
        for attribute in label.attribute:
            kind = " | ".join(attribute.choices) if attribute.choices else attribute.type
            put(f"       {attribute.name:<22} {kind:<30} {attribute.description}")

"""``zhupi reviewers``: who works here, and in which role."""

from __future__ import annotations

import click

from store.project.reviewers import ROLES
from tui.cli.options import acting, database_option, given_database, text
from tui.cli.output import put, put_json, say

_ROLE = click.Choice(ROLES)


@click.group("reviewers", short_help="Say who works here, and in which role.", invoke_without_command=True)
@database_option
@click.pass_context
def command(ctx: click.Context) -> None:
    """Show and change who works here.

    A reviewer annotates in a layer of their own.  An adjudicator also sees the layers of others and assigns notices.
    An admin also adds notices, runs rules, and says who works here; the first is whoever made the database.  A service
    account is nobody by itself: people without a shell reach it by the forced command of an SSH key, with --as.

    \b
    Example:
      zhupi reviewers add wang
      zhupi reviewers role chen adjudicator
      zhupi reviewers list
    """
    if ctx.invoked_subcommand is None:
        ctx.invoke(_list)


@command.command("list", short_help="Show who works here.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@database_option
def _list(*, as_json: bool = False) -> None:
    """Show everybody with their role, and whether others join by themselves.

    \b
    Example:
      zhupi reviewers list
    """
    import msgspec

    from store.project.reviewers import everybody, joining_is_closed

    with given_database(reading=True) as database, database.read() as connection:
        found, closed = everybody(connection), joining_is_closed(connection)
    if as_json:
        put_json(msgspec.json.encode({"joining": "closed" if closed else "open", "reviewers": found}))
        return
    width = max((len(each.name) for each in found), default=0)
    for each in found:
        since = f"since {each.added_at[:10]}, added by {each.added_by}"
        gone = f"removed {each.removed_at[:10]}" if each.removed_at is not None else since
        put(f"{each.name:<{width}}  {each.role:<11}  {gone}")
    say("only those whom an admin adds join" if closed else "whoever can write the database joins as a reviewer")


@command.command("add", short_help="Let somebody work here.")
@click.argument("name", type=text)
@click.option("--role", type=_ROLE, default="reviewer", show_default=True, help="What they are here.")
@database_option
def _add(name: str, role: str) -> None:
    """Let NAME work here, or again after a removal.

    \b
    Example:
      zhupi reviewers add wang
      zhupi reviewers add annotate --role service
    """
    from store.edits.people import add_reviewer

    with given_database() as database:
        changed = add_reviewer(database, acting(database), name, role)  # type: ignore[arg-type]  # click proved it
    say(f"{name} is here as {role}{'' if changed else ' already'}")


@command.command("role", short_help="Give somebody another role.")
@click.argument("name", type=text)
@click.argument("role", type=_ROLE)
@database_option
def _role(name: str, role: str) -> None:
    """Give NAME another ROLE: reviewer, adjudicator, admin, or service for a service account.

    \b
    Example:
      zhupi reviewers role chen adjudicator
    """
    from store.edits.people import set_role

    with given_database() as database:
        changed = set_role(database, acting(database), name, role)  # type: ignore[arg-type]  # click proved it
    say(f"{name} is {role} {'now' if changed else 'already'}")


@command.command("remove", short_help="Let somebody work here no longer.")
@click.argument("name", type=text)
@database_option
def _remove(name: str) -> None:
    """Let NAME work here no longer; what they did stays, and what they held is free.

    \b
    Example:
      zhupi reviewers remove wang
    """
    from store.edits.people import remove_reviewer

    with given_database() as database:
        remove_reviewer(database, acting(database), name)
    say(f"{name} works here no longer; their annotations stay")


@command.command("joining", short_help="Say whether people join by themselves.")
@click.argument("state", type=click.Choice(("open", "closed")))
@database_option
def _joining(state: str) -> None:
    """Say whether whoever can write the database joins as a reviewer (open), or only those whom an admin adds (closed).

    \b
    Example:
      zhupi reviewers joining closed
    """
    from store.edits.people import set_joining

    with given_database() as database:
        set_joining(database, acting(database), closed=state == "closed")
    say("only those whom an admin adds join now" if state == "closed" else "whoever can write the database joins now")

"""``zhupi order``: the orders of work that the queue offers, made anew, and the share that comes at random."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from annotations.counts import counted
from annotations.proportion import in_percent
from annotations.work_order import WORK_ORDERS
from tui.cli.options import Share, acting, database_option, given_database
from tui.cli.output import put_json, say
from tui.cli.table import put_table

if TYPE_CHECKING:
    from annotations.work_order import WorkOrder
    from store.read.work_orders import OrderState


@click.command("order", short_help="Say what is to be reviewed first: what is unsure, or each stratum in turn.")
@click.argument("orders", type=click.Choice(WORK_ORDERS), nargs=-1, metavar="[ORDER…]")
@click.option(
    "--random", "share", type=Share(), metavar="SHARE",
    help="Have this share of the notices come at random in each order, as 20%.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@database_option
def command(orders: tuple[WorkOrder, ...], *, share: float | None, as_json: bool) -> None:
    """Show the orders of work, or make each ORDER anew: unsure, disagreement, source, month or length.

    In the queue `S` chooses an order. There it is made anew now and then; after `zhupi suggest` and `zhupi learn` those
    are that somebody has used. Here cron can do it. Until a new one is there the last one goes on.

    With --random, a share of the notices comes to a random place in each order: what is found in these holds for all.
    It is for admins, and makes the orders anew that there are.

    \b
    Example:
      zhupi order
      zhupi order unsure month
      zhupi order --random 30%
    """
    from store.edits.work_orders import renew_order, renew_orders, set_order_share
    from store.read.work_orders import order_state

    if not orders and share is None:
        with given_database(reading=True) as database, database.read() as connection:
            states = [order_state(connection, name) for name in WORK_ORDERS]
        _show(states, as_json=as_json)
        return
    if as_json:
        raise click.UsageError("--json shows the orders; it does not go with what changes them")
    with given_database() as database:
        actor = acting(database, "change the project" if share is not None else "annotate")
        if share is not None:
            changed = set_order_share(database, actor, share)
            say(f"{in_percent(share)} of the notices come at random{'' if changed else ' already'}: {database.path}")
        made = [*orders] if orders else renew_orders(database)
        for name in orders:
            if not renew_order(database, name):
                say(f"{name}: another process makes it anew just now")
                made.remove(name)
        for name in made:
            with database.read() as connection:
                state = order_state(connection, name)
            say(f"{name}: {counted(state.ordered, 'notice')} in order")


def _show(states: list[OrderState], *, as_json: bool) -> None:
    import msgspec

    if as_json:
        put_json(msgspec.json.encode(states))
        return
    rows = [(each.name, *_made(each)) for each in states]
    put_table(("order", "made (UTC)", "notices", "events since", "stale"), rows, "")
    say(f"{in_percent(states[0].share)} of the notices come at random")


def _made(state: OrderState) -> tuple[str, ...]:
    """When an order was made, of how many notices, and how old it is."""
    if state.made_at is None:
        return ("never", "", "", "")
    minute = state.made_at[:16].replace("T", " ")
    return (minute, f"{state.ordered:,}", f"{state.behind:,}", "yes" if state.is_stale else "no")

"""What the buttons about channels do."""

from PySide6.QtWidgets import QWidget

from app.domain.channels import Channel
from app.services.channel_edits import remove_channel, switch_channel
from app.ui.dialogs.channel_form import ChannelForm
from app.ui.dialogs.last_channel import LastChannelForm
from app.ui.models.channels import ADDRESS_STAYS
from app.ui.tasks import Ticket
from app.ui.view import Workbench


def add_channel(*, bench: Workbench, parent: QWidget) -> ChannelForm:
    """Open the form for a new channel."""
    form = ChannelForm(bench, parent=parent)
    form.begin()
    return form


def edit_channel(*, bench: Workbench, channel: Channel, parent: QWidget) -> ChannelForm:
    """Open the form over a channel."""
    form = ChannelForm(bench, channel, parent)
    form.begin()
    return form


def switch(*, bench: Workbench, channel: Channel, enabled: bool, parent: QWidget) -> Ticket | None:
    """Switch a channel on or off; the last one that is on asks first."""
    edit = switch_channel(channel, enabled=enabled)
    if not enabled and is_last(bench, channel):
        LastChannelForm(bench, channel, edit, "Switch off", parent).begin()
        return None
    return bench.edits.run(edit)


def delete_channel(*, bench: Workbench, channel: Channel, parent: QWidget) -> Ticket | None:
    """Take a channel out; a bar offers to undo it, and the last one that is on asks first.

    Its address stays in the password store, so that undoing brings back a channel that works.
    """
    edit = remove_channel(channel)
    if is_last(bench, channel):
        stays = ADDRESS_STAYS if channel.needs_secret else ""
        LastChannelForm(bench, channel, edit, "Delete", parent, note=stays).begin()
        return None
    return bench.edits.run(edit, offer_undo=True, note=ADDRESS_STAYS if channel.needs_secret else "")


def is_last(bench: Workbench, channel: Channel) -> bool:
    """Return whether no other channel is switched on, so that nobody could be reached without it."""
    on = [other.key for other in bench.live.snapshot.book.channels if other.enabled]
    return on == [channel.key]

"""What rows have in common."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from server.extensions import scope_to_provider


class ProviderScoped:
    """A row of one provider: the provider is the first part of its key, so no other provider can reach it."""

    @declared_attr
    def provider_id(self) -> Mapped[UUID]:
        return mapped_column(ForeignKey("provider.id"), primary_key=True, sort_order=-1)


class ImpliedProvider(ProviderScoped):
    """The same, where what the row points at or is written under has the key to the provider.

    Asking again for each row would take a twentieth of the time that keeping an entry takes.
    """

    @declared_attr
    def provider_id(self) -> Mapped[UUID]:
        return mapped_column(primary_key=True, sort_order=-1)


def within_provider(column: str, target: str) -> ForeignKeyConstraint:
    """A foreign key that cannot point into another provider: `column` names a row of table `target`."""
    return ForeignKeyConstraint(["provider_id", column], [f"{target}.provider_id", f"{target}.id"])


scope_to_provider(ProviderScoped)

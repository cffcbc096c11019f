"""A relationship as somebody in a hurry would write it: without the provider in it."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import DeclarativeBase, Mapped, foreign, mapped_column, relationship, remote

from server.models.mixins import ProviderScoped


class Careless(DeclarativeBase):
    """Not one of ours, so that nothing of it reaches Heed itself."""


class CarelessProvider(Careless):
    """The provider, since others point at it."""

    __tablename__ = "provider"

    id: Mapped[UUID] = mapped_column(primary_key=True)


class CarelessPerson(ProviderScoped, Careless):
    """Somebody who is supported."""

    __tablename__ = "person"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]


class CarelessService(ProviderScoped, Careless):
    """A service that takes everybody who is not called as it is for its own."""

    __tablename__ = "service"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    people: Mapped[list[CarelessPerson]] = relationship(
        CarelessPerson,
        primaryjoin=lambda: CarelessService.name != foreign(remote(CarelessPerson.name)),
        viewonly=True,
    )

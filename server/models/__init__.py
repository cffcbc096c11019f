"""Every row, imported once, so that migrations and tests need only this."""

from server.models.backup import Backup, Restoration
from server.models.device_report import DeviceReport
from server.models.entry import Entry, Photo, Quarantine
from server.models.notice import (
    Escalation,
    Notice,
    NoticeAttempt,
    NoticeDelivery,
    PushSubscription,
    ThreadRead,
    ThreadReader,
)
from server.models.photo_part import PhotoPart
from server.models.provider import Directory, Head, IntakeKey, Provider
from server.models.second_step import CodeApp, Passkey, PasswordCode, RecoveryCode, UsedChallenge
from server.models.service import OnCall, Person, Service, Shift
from server.models.standing import Deadline, Feed, Rung, Standing
from server.models.worker import (
    Device,
    JoinCode,
    RoleGrant,
    SignInFailure,
    SigningKey,
    Worker,
    WorkerSession,
)

__all__ = [
    "Backup", "CodeApp", "Deadline", "Device", "DeviceReport", "Directory", "Entry", "Escalation", "Feed",
    "Head", "IntakeKey", "JoinCode", "Notice", "NoticeAttempt", "NoticeDelivery", "OnCall", "Passkey",
    "PasswordCode", "Person", "Photo", "PhotoPart", "Provider", "PushSubscription", "Quarantine",
    "RecoveryCode", "Restoration", "RoleGrant", "Rung", "Service", "Shift", "SignInFailure", "SigningKey",
    "Standing", "ThreadRead", "ThreadReader", "UsedChallenge", "Worker", "WorkerSession",
]  # fmt: skip

"""The `heed` commands: each reads what was asked, makes one call, and says what came of it.

What a command needs is imported when it runs, so that `heed due` answers at once and `--help` always can.
A command that fails says why in one sentence and exits non-zero.
"""

from __future__ import annotations

import sys

import click

from server.commands import backup, keys, people, rules, running

WRONG_SETTINGS = 2


@click.group(context_settings={"help_option_names": ["-h", "--help"]}, no_args_is_help=True)
@click.option("--trace", is_flag=True, help="When a command fails, show where in the code, too.")
def heed(trace: bool) -> None:
    """Heed: where care staff write down what worries them, and somebody must answer in time."""


for command in (
    *(running.run, running.web, running.jobs, running.tick, running.migrate, running.demo),
    *(rules.due, rules.screen, rules.bank_holidays, rules.permissions, rules.rebuild),
    *(people.provider, people.worker_add, people.join_code, people.password_code, people.vapid),
    keys.keys,
    *(backup.backup, backup.backup_key, backup.restore, backup.discard),
):
    heed.add_command(command)


def main(arguments: list[str] | None = None) -> None:
    """Run a command; every failure ends in one sentence and an exit code."""
    words = sys.argv[1:] if arguments is None else arguments
    try:
        answer = heed.main(words, prog_name="heed", standalone_mode=False)
    except click.ClickException as refusal:
        refusal.show()
        sys.exit(refusal.exit_code)
    except (click.Abort, KeyboardInterrupt):
        sys.exit("Stopped.")
    except Exception as failure:
        if "--trace" in words:
            raise
        code, sentence = _in_words(failure)
        click.echo(sentence, err=True)
        sys.exit(code)
    # Click answers the exit code of --help and the like, and otherwise what the command returned.
    sys.exit(answer if isinstance(answer, int) else 0)


def _in_words(failure: Exception) -> tuple[int, str]:
    """The exit code for a failure, and what went wrong in the words of whoever noticed it."""
    from psycopg import OperationalError as NotReached
    from sqlalchemy.exc import OperationalError

    from server.backup.trouble import BackupTrouble
    from server.config import WrongSettings
    from server.domain.errors import DomainError
    from server.instance.keys import KeyTrouble
    from server.instance.login import LoginTrouble
    from server.instance.postgres import PostgresTrouble
    from server.instance.process import ProcessTrouble

    if isinstance(failure, WrongSettings):
        return WRONG_SETTINGS, str(failure)
    if isinstance(
        failure, BackupTrouble | DomainError | KeyTrouble | LoginTrouble | PostgresTrouble | ProcessTrouble
    ):
        return 1, str(failure)
    if isinstance(failure, OperationalError | NotReached):
        why = failure.orig if isinstance(failure, OperationalError) else failure
        return 1, f"The database does not answer: {str(why).strip().splitlines()[0]}"
    sentence = " ".join(f"{type(failure).__name__}: {failure}".split())
    return 1, f"Heed did not expect this: {sentence} (`heed --trace COMMAND` shows where.)"

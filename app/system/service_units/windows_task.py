"""The watcher as a task of the Windows Task Scheduler, its XML after the schema of the Task Scheduler (MS-TSCH 2.5)."""

import re
from subprocess import list2cmdline
from typing import Final
from xml.sax.saxutils import escape

from app.domain.errors import ServiceSetupError
from app.system.own_command import OwnCommand
from app.system.service_units.texts import check_command

TASK: Final = "Plimsoll watch"
# The scheduler puts a variable's value in its place, and there is no way to write a plain one.
_VARIABLE: Final = re.compile(r"%[^%]+%|\$\(")
_XML: Final = """\
<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Description>Plimsoll watches the price of bitcoin against the book's load lines.</Description>
  </RegistrationInfo>
  <Triggers>
    <LogonTrigger>
      <!-- Every five minutes it is started again, and that is ignored while it runs: restarting on failure alone
           does not help a program that has ended. -->
      <Repetition>
        <Interval>PT5M</Interval>
        <StopAtDurationEnd>false</StopAtDurationEnd>
      </Repetition>
      <Enabled>true</Enabled>
      <UserId>{user}</UserId>
    </LogonTrigger>
  </Triggers>
  <Principals>
    <Principal id="Author">
      <UserId>{user}</UserId>
      <LogonType>InteractiveToken</LogonType>
      <RunLevel>LeastPrivilege</RunLevel>
    </Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <AllowHardTerminate>true</AllowHardTerminate>
    <StartWhenAvailable>true</StartWhenAvailable>
    <RunOnlyIfNetworkAvailable>false</RunOnlyIfNetworkAvailable>
    <IdleSettings>
      <StopOnIdleEnd>false</StopOnIdleEnd>
      <RestartOnIdle>false</RestartOnIdle>
    </IdleSettings>
    <AllowStartOnDemand>true</AllowStartOnDemand>
    <Enabled>true</Enabled>
    <Hidden>false</Hidden>
    <RunOnlyIfIdle>false</RunOnlyIfIdle>
    <WakeToRun>false</WakeToRun>
    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
    <Priority>5</Priority>
    <RestartOnFailure>
      <Interval>PT1M</Interval>
      <Count>999</Count>
    </RestartOnFailure>
  </Settings>
  <Actions Context="Author">
    <Exec>
      <Command>{program}</Command>
      <Arguments>{arguments}</Arguments>{folder}
    </Exec>
  </Actions>
</Task>
"""


def task_xml(command: OwnCommand, user: str) -> bytes:
    r"""Return the task that keeps ``command`` running while ``user`` is logged on, as ``schtasks`` reads it (UTF-16).

    No window opens: ``own_command`` names an interpreter without a console.

    Args:
        command: what to run.
        user: ``DOMAIN\name``.

    Raises:
        ServiceSetupError: a path that the Task Scheduler would change.
    """
    check_command(command)
    for text in (*command.argv, command.folder):
        if _VARIABLE.search(text):
            raise ServiceSetupError(
                f"The Windows Task Scheduler would read a variable in {text}; rename that file or folder."
            )
    folder = f"\n      <WorkingDirectory>{escape(command.folder)}</WorkingDirectory>" if command.folder else ""
    text = _XML.format(
        user=escape(user),
        program=escape(command.argv[0]),
        arguments=escape(list2cmdline(command.argv[1:])),
        folder=folder,
    )
    return text.replace("\n", "\r\n").encode("utf-16")

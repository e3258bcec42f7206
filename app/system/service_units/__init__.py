"""The watcher as a service of the system: a systemd user unit, a Windows task or a macOS LaunchAgent."""

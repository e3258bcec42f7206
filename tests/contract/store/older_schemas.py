"""What takes a new, empty-handed book back to the first schema, in statements that both databases understand."""

SINCE_FOURTH = ("rule", "channel", "margin_call", "delivery", "message", "warning_action", "judge_lease")
ADDED_TO_WARNINGS = ("rule", "urgency", "told", "told_at", "resolving_since", "facts", "first_told_at")
SINCE_FIFTH = (
    "policy_limit", "wallet", "label", "import_profile", "attachment", "attachment_content", "wallet_scan",
    "wallet_move", "policy_breach",
)  # fmt: skip

BACK_TO_FIRST = (
    *(f"DROP TABLE {table}" for table in SINCE_FIFTH),
    "ALTER TABLE txn DROP COLUMN picks",
    "ALTER TABLE txn DROP COLUMN attachments",
    "ALTER TABLE loan DROP COLUMN attachments",
    *(f"DROP TABLE {table}" for table in (*SINCE_FOURTH, "scenario")),
    "DROP INDEX ix_warning_record_status",
    *(f"ALTER TABLE warning_record DROP COLUMN {column}" for column in ADDED_TO_WARNINGS),
)

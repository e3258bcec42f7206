"""Where all tables are declared, and the columns that many of them begin with."""

from sqlalchemy import Column, ForeignKey, Integer, MetaData

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def id_column() -> Column[int]:
    """Return a key that is given here, not by the database."""
    return Column("id", Integer, primary_key=True, autoincrement=False)


def parent_column(table: str) -> Column[int]:
    """Return the column that names the row this one belongs to and goes away with."""
    return Column(f"{table}_id", Integer, ForeignKey(f"{table}.id", ondelete="CASCADE"), nullable=False, index=True)

"""The product's database: tables, repositories, the unit of work, migrations and exports (SQLAlchemy only here)."""

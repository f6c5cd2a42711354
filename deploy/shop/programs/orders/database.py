"""Orders in PostgreSQL: connections, the schema's history, queries."""

import contextlib
import os
import queue

import psycopg2

from shop_http import at_least

# Each version's migrations, oldest first. A version applies those up to itself, each once.
MIGRATIONS = [
    ((1, 0, 0), "orders", """
        CREATE TABLE orders (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            customer text NOT NULL CHECK (length(customer) BETWEEN 1 AND 80),
            item text NOT NULL CHECK (length(item) BETWEEN 1 AND 80),
            quantity integer NOT NULL CHECK (quantity BETWEEN 1 AND 1000),
            placed_at timestamptz NOT NULL DEFAULT now())"""),
    # The default lets the version before, which does not know the column, go on placing orders during a rollout.
    ((1, 5, 0), "orders have a status", """
        ALTER TABLE orders ADD COLUMN status text NOT NULL DEFAULT 'placed'
            CHECK (status IN ('placed', 'packed', 'shipped'));
        UPDATE orders SET status = 'shipped' WHERE placed_at < now() - interval '30 days'"""),
]
MIGRATION_LOCK = 7_305_801

# The same rows whenever and wherever it runs: tests count and compare them.
SEED = """
    INSERT INTO orders (customer, item, quantity, placed_at)
    SELECT 'customer-' || lpad((1 + mod(n * 7919, 997))::text, 4, '0'),
           (ARRAY['lamp', 'chair', 'desk', 'shelf', 'rug', 'mirror', 'clock', 'vase'])[1 + mod(n, 8)],
           1 + mod(n, 5),
           timestamptz '2026-01-01 00:00:00Z' + n * interval '30 seconds'
    FROM generate_series(1, %s) AS n ORDER BY n"""


def columns():
    """What this version shows of an order."""
    return ["id", "customer", "item", "quantity", "placed_at"] + (["status"] if at_least((1, 5, 0)) else [])


class Database:
    """At most eight connections, opened when needed; one that failed is not used again."""

    def __init__(self, **connection):
        self.connection = connection
        self.idle = queue.LifoQueue()
        for _ in range(8):
            self.idle.put(None)

    @contextlib.contextmanager
    def cursor(self):
        """A cursor in a transaction of its own: committed at the end, rolled back on an error."""
        connection = self.idle.get(timeout=10)
        try:
            if connection is None:
                connection = psycopg2.connect(
                    connect_timeout=3, application_name="orders", keepalives_idle=10, **self.connection)
            with connection, connection.cursor() as cursor:
                yield cursor
        except (psycopg2.OperationalError, psycopg2.InterfaceError):
            if connection is not None:
                connection.close()
            connection = None
            raise
        finally:
            self.idle.put(connection)


def main_database():
    """The orders' database, from DATABASE_URL; from PGHOST and the like where that is not set, as in a migration."""
    url = os.environ.get("DATABASE_URL")
    return Database(dsn=url) if url else reporting_database()


def reporting_database():
    """The connection that reports are read through: libpq reads PGHOST, PGPORT, PGUSER, PGPASSWORD, PGDATABASE."""
    return Database(dsn="")


def migrate(database):
    """Brings the schema to this version and returns the names of what was done: none when it was there already."""
    done = []
    with database.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", (MIGRATION_LOCK,))
        cursor.execute("CREATE TABLE IF NOT EXISTS schema_migrations (name text PRIMARY KEY)")
        for version, name, statements in MIGRATIONS:
            cursor.execute("SELECT 1 FROM schema_migrations WHERE name = %s", (name,))
            if at_least(version) and cursor.fetchone() is None:
                cursor.execute(statements)
                cursor.execute("INSERT INTO schema_migrations (name) VALUES (%s)", (name,))
                done.append(name)
    return done


def seed(database, count):
    """Loads `count` orders into an empty table, once, and returns how many the table holds."""
    with database.cursor() as cursor:
        cursor.execute("LOCK TABLE orders IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute("INSERT INTO schema_migrations (name) VALUES ('seed') ON CONFLICT DO NOTHING")
        if cursor.rowcount == 1:
            cursor.execute(SEED, (count,))
        cursor.execute("SELECT count(*) FROM orders")
        return cursor.fetchone()[0]


def latest(database, limit, offset):
    """A page of orders, newest first."""
    with database.cursor() as cursor:
        names = columns()
        cursor.execute(f"SELECT {', '.join(names)} FROM orders ORDER BY id DESC LIMIT %s OFFSET %s", (limit, offset))
        return [dict(zip(names, row)) for row in cursor.fetchall()]


def one(database, number):
    """The order with this number, or None."""
    with database.cursor() as cursor:
        names = columns()
        cursor.execute(f"SELECT {', '.join(names)} FROM orders WHERE id = %s", (number,))
        row = cursor.fetchone()
        return None if row is None else dict(zip(names, row))


def count(database):
    """How many orders there are."""
    with database.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM orders")
        return cursor.fetchone()[0]


def place(database, customer, item, quantity):
    """Stores an order and returns it."""
    with database.cursor() as cursor:
        names = columns()
        cursor.execute(
            f"INSERT INTO orders (customer, item, quantity) VALUES (%s, %s, %s) RETURNING {', '.join(names)}",
            (customer, item, quantity))
        return dict(zip(names, cursor.fetchone()))


def report(database):
    """Orders by item, and where they were read from."""
    with database.cursor() as cursor:
        cursor.execute("SELECT item, count(*), sum(quantity) FROM orders GROUP BY item ORDER BY item")
        items = [{"item": item, "orders": orders, "quantity": quantity} for item, orders, quantity in cursor.fetchall()]
        cursor.execute("SELECT current_user, current_database(), inet_server_addr()::text, count(*) FROM orders")
        user, name, address, total = cursor.fetchone()
    source = {"user": user, "database": name, "address": address, "host": os.environ.get("PGHOST", "")}
    return {"orders": total, "items": items, "source": source}

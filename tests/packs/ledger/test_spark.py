"""Past one machine the same rule functions run unchanged on Apache Spark, and every bill is the one that is stored."""

from __future__ import annotations

import shutil
from collections.abc import Generator
from typing import Any

import polars as pl
import pytest
from django.db import connection

from tongban.packs.social_insurance.ledger import billing, population
from tongban.packs.social_insurance.ledger.contributions import AMOUNTS, of_people
from tongban.packs.social_insurance.ledger.people import LAST_EMPLOYER, people_of
from tongban.publication.files import tree
from tongban.testing.fixtures import City

OCTOBER, NOVEMBER = 2026 * 12 + 9, 2026 * 12 + 10
PEOPLE = 5_000
COUNTIES = ["430202", "430211"]
BILLED = ("employer", "insured", "base_fen", *AMOUNTS)


@pytest.fixture(scope="module")
def spark() -> Generator[Any]:
    """A session of Spark on this machine."""
    pytest.importorskip("pyarrow", reason="Spark is not installed: pip install tongban[spark]")
    sql = pytest.importorskip("pyspark.sql", reason="Spark is not installed: pip install tongban[spark]")
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java 17, and there is no `java`")
    settings = {"ui.enabled": "false", "sql.shuffle.partitions": "2", "driver.host": "127.0.0.1"}
    builder = sql.SparkSession.builder.master("local[2]").config("spark.driver.bindAddress", "127.0.0.1")
    for name, value in settings.items():
        builder = builder.config(f"spark.{name}", value)
    session = builder.getOrCreate()
    yield session
    session.stop()


@pytest.mark.proof
@pytest.mark.filterwarnings("default")
def test_every_bill_is_the_same_on_spark(spark: Any, city: City) -> None:  # noqa: ANN401 - it may not be installed
    population.make(PEOPLE, NOVEMBER, COUNTIES)
    billing.bill(OCTOBER)
    billing.bill(NOVEMBER)
    columns = ", ".join(BILLED)
    with connection.cursor() as cursor:
        people = people_of(cursor, NOVEMBER, 0, LAST_EMPLOYER)
        cursor.execute(f"select {columns} from insurance_line where month = %s order by employer, insured", [NOVEMBER])  # noqa: S608 - fixed texts
        stored = cursor.fetchall()
    told = spark.createDataFrame(people.with_columns(pl.col("injury_level").cast(pl.String)).to_arrow())
    reckoned = of_people(tree().rulebook, NOVEMBER, told).select(*BILLED).orderBy("employer", "insured")
    assert [tuple(row) for row in reckoned.collect()] == stored
    assert people.filter(pl.col("wage_fen").is_null() & pl.col("before_base_fen").is_not_null()).height > 0

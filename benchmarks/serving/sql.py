"""The same three questions asked of PostgreSQL at every request: SQLAlchemy with its pool, or a connection each time.

DATABASE_URL=… ACCESS=pool|connect uvicorn benchmarks.serving.sql:app --host 127.0.0.1 --port 8000
"""

import os
from typing import Any

import psycopg
from fastapi import FastAPI, HTTPException
from psycopg.rows import dict_row
from sqlalchemy import create_engine, text

URL = os.environ["DATABASE_URL"]
PAGE = """
    SELECT r.* FROM recipes r JOIN recipe_fruits f ON f.recipe_id = r.id
    WHERE f.fruit_name = {} ORDER BY f.is_primary DESC, r.tested DESC, r.id LIMIT 20
"""
ONE = "SELECT * FROM recipes WHERE id = {}"
FRUITS = "SELECT f.*, p.* FROM fruits f LEFT JOIN profiles p USING (fruit_name) ORDER BY f.fruit_name"

app = FastAPI()
engine = create_engine(URL.replace("postgresql://", "postgresql+psycopg://"), pool_size=5, max_overflow=5)


def from_pool(query: str, value: object = None) -> list[dict[str, Any]]:
    with engine.connect() as connection:
        return [dict(row) for row in connection.execute(text(query.format(":value")), {"value": value}).mappings()]


def from_new_connection(query: str, value: object = None) -> list[dict[str, Any]]:
    with psycopg.connect(URL, row_factory=dict_row) as connection:
        return connection.execute(query.format("%s"), None if value is None else (value,)).fetchall()


ask = from_pool if os.environ["ACCESS"] == "pool" else from_new_connection


@app.get("/api/recipes")
def recipes(fruits: str) -> list[dict[str, Any]]:
    return ask(PAGE, fruits)


@app.get("/api/recipes/{recipe_id}")
def recipe(recipe_id: int) -> dict[str, Any]:
    found = ask(ONE, recipe_id)
    if not found:
        raise HTTPException(404)
    return found[0]


@app.get("/api/fruits")
def fruits() -> list[dict[str, Any]]:
    return ask(FRUITS)

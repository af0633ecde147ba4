-- noqa: disable=AM04
-- The peer `insert`: the same rows, made before, put into the same tables.
WITH written AS (
    INSERT INTO instalment SELECT * FROM bench_instalment
    RETURNING id
)

INSERT INTO transfer SELECT * FROM bench_transfer;

-- What the hand-written statement needs: a run to belong to, and a fraction in lowest terms.
INSERT INTO month_run (id, month, state, requested_at)
VALUES ('00000000-0000-7000-8000-0000000000f1', '2026-10-01', 'running', '2026-11-20');

CREATE FUNCTION bench_ratio(n bigint, d bigint) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
    WHEN n % d = 0 THEN to_jsonb(n / d)
    ELSE to_jsonb((n / gcd(n, d)) || '/' || (d / gcd(n, d)))
END;

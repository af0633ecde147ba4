-- Another part of the same work stands here.
SELECT 1 AS nothing;

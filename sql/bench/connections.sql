-- How many of the application's connections are open: each worker holds one when it is ready.
SELECT count(*)
FROM pg_stat_activity
WHERE datname = current_database() AND usename = 'ura_app';

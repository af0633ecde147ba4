-- The process of the server that answers this connection.
SELECT pg_backend_pid() AS pid;

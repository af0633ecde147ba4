-- name: find_calendar_rule
SELECT
    reporting_closes_day,
    put_up_day,
    payment_day,
    source
FROM payment_calendar
WHERE valid @> :month::date;

-- What was sent, for the bank to book.
SELECT
    end_to_end_id,
    amount_cents
FROM payment_attempt
ORDER BY end_to_end_id;

-- name: on_tax_payroll
-- No feed of the tax administration is connected; wages are those that employers report.
SELECT
    i.id AS instalment_id,
    'no_data' AS outcome,
    jsonb_build_object('source_missing', 'tax_payroll') AS inputs
FROM instalment AS i
WHERE i.id = any(:instalment_ids::uuid[]);

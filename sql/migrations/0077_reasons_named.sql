-- Why a bank refused a payment is told to an officer in the language that the officer reads; a code
-- that somebody added without one is told in English.
ALTER TABLE reason_code ADD COLUMN name_sq text, ADD COLUMN name_sr text;

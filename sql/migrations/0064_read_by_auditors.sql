-- The lists of offices as auditors read them, of every office: in the order of their index.
CREATE INDEX agreement_by_end ON agreement (upper(period), id)
WHERE state IN ('completed', 'ended_early');

-- Money that settles is noted once in a transaction that posts a hundred thousand transfers, so
-- nothing is gained by looking for it among what that transaction has noted.
CREATE FUNCTION note_standing_anew(of_agreements uuid[], of_months date[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public
BEGIN ATOMIC
    INSERT INTO public.standing_change (month, agreement_ids)
    SELECT
        k.month,
        array_agg(k.agreement_id)
    FROM (
        SELECT
            n.month,
            n.agreement_id,
            row_number() OVER (PARTITION BY n.month) / 200 AS part
        FROM (
            SELECT DISTINCT
                u.month,
                u.agreement_id
            FROM unnest(
                note_standing_anew.of_agreements, note_standing_anew.of_months
            ) AS u (agreement_id, month)
        ) AS n
    ) AS k
    GROUP BY k.month, k.part;
END;
REVOKE EXECUTE ON FUNCTION note_standing_anew FROM public;

CREATE OR REPLACE FUNCTION note_standing_of_money() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    PERFORM public.note_standing_anew(array_agg(w.agreement_id), array_agg(w.month))
    FROM written AS w
    WHERE w.source_type = 'payment_attempt' AND w.reason IN ('settled', 'returned');
    RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION note_standing(of_agreements uuid[], of_months date[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    PERFORM public.note_standing_anew(array_agg(n.agreement_id), array_agg(n.month))
    FROM (
        SELECT
            u.month,
            u.agreement_id
        FROM unnest(of_agreements, of_months) AS u (agreement_id, month)
        EXCEPT
        SELECT
            c.month,
            unnest(c.agreement_ids)
        FROM public.standing_change AS c
        WHERE c.made_in = pg_current_xact_id()
    ) AS n;
END
$$;

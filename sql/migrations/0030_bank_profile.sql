-- What goes to the bank: letters it takes, files in pieces, who fetched them, lines left behind.

-- How a letter that a bank does not take is written instead; what is not here is refused. A row of
-- a profile counts before the shared one.
CREATE TABLE transliteration (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    bank_profile_id uuid REFERENCES bank_profile,
    letter text NOT NULL,
    written_as text NOT NULL,
    CONSTRAINT transliteration_once_per_letter UNIQUE NULLS NOT DISTINCT (bank_profile_id, letter),
    CONSTRAINT transliteration_one_letter CHECK (char_length(letter) = 1),
    CONSTRAINT transliteration_short CHECK (char_length(written_as) BETWEEN 1 AND 4)
);

-- House rule for Albanian and Serbian, then the letters of the neighbours and of Western Europe.
INSERT INTO transliteration (letter, written_as)
SELECT
    spelled.letter,
    spelling.written_as
FROM (
    VALUES
    ('ëèéêēĕėęěẽẻ', 'e'), ('ËÈÉÊĒĔĖĘĚẼẺ', 'E'), ('çćčĉċ', 'c'), ('ÇĆČĈĊ', 'C'),
    ('šśŝşș', 's'), ('ŠŚŜŞȘ', 'S'), ('žźż', 'z'), ('ŽŹŻ', 'Z'), ('đð', 'dj'), ('ĐÐ', 'Dj'),
    ('àáâãäåāăąǎ', 'a'), ('ÀÁÂÃÄÅĀĂĄǍ', 'A'), ('ìíîïĩīĭįıǐ', 'i'), ('ÌÍÎÏĨĪĬĮİǏ', 'I'),
    ('òóôõöōŏőǒø', 'o'), ('ÒÓÔÕÖŌŎŐǑØ', 'O'), ('ùúûüũūŭůűųǔ', 'u'), ('ÙÚÛÜŨŪŬŮŰŲǓ', 'U'),
    ('ýÿŷ', 'y'), ('ÝŸŶ', 'Y'), ('ñńņňǹ', 'n'), ('ÑŃŅŇǸ', 'N'), ('ďḍ', 'd'), ('ĎḌ', 'D'),
    ('ğĝġģ', 'g'), ('ĞĜĠĢ', 'G'), ('ĥ', 'h'), ('Ĥ', 'H'), ('ĵ', 'j'), ('Ĵ', 'J'),
    ('ķ', 'k'), ('Ķ', 'K'), ('łĺļľ', 'l'), ('ŁĹĻĽ', 'L'), ('ŕŗř', 'r'), ('ŔŖŘ', 'R'),
    ('ţťț', 't'), ('ŢŤȚ', 'T'), ('ŵ', 'w'), ('Ŵ', 'W'), ('ß', 'ss'), ('æ', 'ae'), ('Æ', 'Ae'),
    ('œ', 'oe'), ('Œ', 'Oe'), ('þ', 'th'), ('Þ', 'Th'), ('’‘ʼ´`', ''''), ('–—‐‑', '-'), ('&', '+')
) AS spelling (letters, written_as)
CROSS JOIN LATERAL regexp_split_to_table(spelling.letters, '') AS spelled (letter);

-- One file of a payout: which profile it was written by, and what it must come to. A payout has
-- several when a limit or a channel of the bank divides it.
CREATE TABLE bank_order (
    bank_file_id uuid PRIMARY KEY REFERENCES bank_file DEFERRABLE INITIALLY DEFERRED,
    payout_id uuid NOT NULL REFERENCES payout,
    ordinal integer NOT NULL,
    bank_profile_id uuid NOT NULL REFERENCES bank_profile,
    is_urgent boolean NOT NULL,
    payment_count integer NOT NULL,
    total_cents bigint NOT NULL,
    execute_on date NOT NULL,
    CONSTRAINT bank_order_once_per_ordinal UNIQUE (payout_id, ordinal),
    CONSTRAINT bank_order_ordinal_counts CHECK (ordinal >= 1),
    CONSTRAINT bank_order_has_payments CHECK (payment_count > 0 AND total_cents > 0)
);

-- The bytes of a file that went out, each piece sealed for its file and place.
CREATE TABLE bank_file_chunk (
    bank_file_id uuid NOT NULL REFERENCES bank_file DEFERRABLE INITIALLY DEFERRED,
    number integer NOT NULL,
    sealed bytea NOT NULL,
    CONSTRAINT bank_file_chunk_once PRIMARY KEY (bank_file_id, number),
    CONSTRAINT bank_file_chunk_number_counts CHECK (number >= 1),
    CONSTRAINT bank_file_chunk_small CHECK (octet_length(sealed) <= 4194304)
);

-- Who took a file out of Ura, when, and by which door.
CREATE TABLE bank_download (
    id uuid PRIMARY KEY,
    bank_file_id uuid NOT NULL REFERENCES bank_file,
    door text NOT NULL,
    downloaded_at timestamptz NOT NULL,
    downloaded_by uuid NOT NULL REFERENCES account,
    CONSTRAINT bank_download_door_known CHECK (door IN ('api', 'page', 'command'))
);

CREATE INDEX bank_download_by_file ON bank_download (bank_file_id);

-- An approved line that no file for the bank can hold as it stands. Its money stays approved until
-- the line is released, to be put up again when what is wrong has been put right.
CREATE TABLE unwritten_line (
    payout_line_id uuid PRIMARY KEY REFERENCES payout_line,
    payout_id uuid NOT NULL REFERENCES payout,
    reason text NOT NULL,
    detail text NOT NULL,
    recorded_at timestamptz NOT NULL,
    recorded_by uuid NOT NULL REFERENCES account,
    released_at timestamptz,
    released_by uuid REFERENCES account,
    CONSTRAINT unwritten_line_reason_known CHECK (
        reason IN ('letters', 'length', 'town', 'iban', 'amount')
    ),
    CONSTRAINT unwritten_line_released_pair CHECK ((released_at IS NULL) = (released_by IS NULL))
);

CREATE INDEX unwritten_line_by_payout ON unwritten_line (payout_id);

CREATE FUNCTION is_unwritten(of_line uuid) RETURNS boolean
LANGUAGE sql STABLE
RETURN EXISTS (
    SELECT 1 FROM unwritten_line AS u WHERE u.payout_line_id = is_unwritten.of_line
);

-- A line is written for the bank or it is not: never both, and a release happens once.
CREATE FUNCTION guard_unwritten_line() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF tg_op = 'UPDATE' THEN
        IF old.released_at IS NULL
            AND to_jsonb(new) - ARRAY['released_at', 'released_by']
            = to_jsonb(old) - ARRAY['released_at', 'released_by'] THEN
            RETURN new;
        END IF;
        RAISE EXCEPTION 'a line left out of a file is released once and never changes else'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'unwritten_line_stands';
    END IF;
    IF EXISTS (
        SELECT 1 FROM payment_attempt AS o WHERE o.payout_line_id = new.payout_line_id
    ) THEN
        RAISE EXCEPTION 'a line that was sent is written'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'unwritten_line_not_sent';
    END IF;
    RETURN new;
END
$$;

CREATE FUNCTION guard_attempt_of_unwritten() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF is_unwritten(new.payout_line_id) THEN
        RAISE EXCEPTION 'a line that could not be written is not sent'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'unwritten_line_not_sent';
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER unwritten_line_stands BEFORE INSERT OR UPDATE ON unwritten_line
FOR EACH ROW EXECUTE FUNCTION guard_unwritten_line();
CREATE TRIGGER payment_attempt_of_written BEFORE INSERT ON payment_attempt
FOR EACH ROW EXECUTE FUNCTION guard_attempt_of_unwritten();
CREATE TRIGGER unwritten_line_never_deleted BEFORE DELETE ON unwritten_line
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER unwritten_line_no_truncate BEFORE TRUNCATE ON unwritten_line
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER bank_order_append_only BEFORE UPDATE OR DELETE ON bank_order
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER bank_order_no_truncate BEFORE TRUNCATE ON bank_order
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER bank_file_chunk_append_only BEFORE UPDATE OR DELETE ON bank_file_chunk
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER bank_file_chunk_no_truncate BEFORE TRUNCATE ON bank_file_chunk
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER bank_download_append_only BEFORE UPDATE OR DELETE ON bank_download
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER bank_download_no_truncate BEFORE TRUNCATE ON bank_download
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER transliteration_append_only BEFORE UPDATE OR DELETE ON transliteration
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER transliteration_no_truncate BEFORE TRUNCATE ON transliteration
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- What was proposed is what is confirmed: a version of a profile changes only in where it stands.
CREATE FUNCTION guard_bank_profile() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    moves text[] := ARRAY[
        'confirmed_at', 'confirmed_by', 'refused_at', 'refused_by', 'retired_at'
    ];
BEGIN
    IF to_jsonb(new) - moves <> to_jsonb(old) - moves
        OR old.refused_at IS NOT NULL
        OR old.retired_at IS NOT NULL
        OR (old.confirmed_at IS NOT NULL AND new.confirmed_at IS DISTINCT FROM old.confirmed_at)
    THEN
        RAISE EXCEPTION 'a version of a bank profile never changes'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'bank_profile_stands';
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER bank_profile_stands BEFORE UPDATE ON bank_profile
FOR EACH ROW EXECUTE FUNCTION guard_bank_profile();

GRANT SELECT, INSERT ON
transliteration, bank_order, bank_file_chunk, bank_download
TO ura_app;
GRANT SELECT, INSERT, UPDATE ON bank_profile, unwritten_line TO ura_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON bank_day TO ura_app;

ALTER TABLE bank_profile ENABLE ROW LEVEL SECURITY;
CREATE POLICY bank_profile_seen ON bank_profile FOR SELECT USING (TRUE);
CREATE POLICY bank_profile_proposed ON bank_profile FOR INSERT WITH CHECK (
    (SELECT actor_role()) = 'administrator' AND proposed_by = (SELECT actor_account())
);
CREATE POLICY bank_profile_decided ON bank_profile FOR UPDATE USING (
    (SELECT actor_role()) IN ('administrator', 'finance_authoriser')
);

ALTER TABLE transliteration ENABLE ROW LEVEL SECURITY;
CREATE POLICY transliteration_seen ON transliteration FOR SELECT USING (TRUE);
CREATE POLICY transliteration_proposed ON transliteration FOR INSERT WITH CHECK (
    (SELECT actor_role()) = 'administrator' AND bank_profile_id IS NOT NULL
);

ALTER TABLE bank_day ENABLE ROW LEVEL SECURITY;
CREATE POLICY bank_day_seen ON bank_day FOR SELECT USING (TRUE);
CREATE POLICY bank_day_kept ON bank_day FOR ALL USING (
    (SELECT actor_role()) IN ('administrator', 'finance_officer', 'finance_authoriser')
);

ALTER TABLE bank_order ENABLE ROW LEVEL SECURITY;
CREATE POLICY bank_order_seen ON bank_order FOR SELECT USING ((SELECT actor_sees_all()));
CREATE POLICY bank_order_written ON bank_order FOR INSERT WITH CHECK (
    (SELECT actor_role()) IN ('finance_officer', 'finance_authoriser')
);

ALTER TABLE bank_file_chunk ENABLE ROW LEVEL SECURITY;
CREATE POLICY bank_file_chunk_seen ON bank_file_chunk FOR SELECT USING ((SELECT actor_sees_all()));
CREATE POLICY bank_file_chunk_written ON bank_file_chunk FOR INSERT WITH CHECK (
    (SELECT actor_role()) IN ('finance_officer', 'finance_authoriser')
);

ALTER TABLE bank_download ENABLE ROW LEVEL SECURITY;
CREATE POLICY bank_download_seen ON bank_download FOR SELECT USING ((SELECT actor_sees_all()));
CREATE POLICY bank_download_noted ON bank_download FOR INSERT WITH CHECK (
    downloaded_by = (SELECT actor_account())
);

ALTER TABLE unwritten_line ENABLE ROW LEVEL SECURITY;
CREATE POLICY unwritten_line_seen ON unwritten_line FOR SELECT USING ((SELECT actor_sees_all()));
CREATE POLICY unwritten_line_noted ON unwritten_line FOR INSERT WITH CHECK (
    (SELECT actor_role()) IN ('finance_officer', 'finance_authoriser')
    AND recorded_by = (SELECT actor_account())
);
CREATE POLICY unwritten_line_let_go ON unwritten_line FOR UPDATE USING (
    (SELECT actor_role()) IN ('finance_officer', 'finance_authoriser')
);

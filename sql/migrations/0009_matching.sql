CREATE TABLE placement_match (
    id uuid PRIMARY KEY,
    placement_id uuid NOT NULL REFERENCES placement,
    candidate_id uuid NOT NULL REFERENCES candidate,
    office_id uuid NOT NULL REFERENCES office,
    employer_id uuid NOT NULL REFERENCES employer,
    state text NOT NULL,
    score integer NOT NULL,
    reasons jsonb NOT NULL,
    proposed_at timestamptz NOT NULL,
    proposed_by uuid NOT NULL REFERENCES account,
    introduced_at timestamptz,
    introduced_by uuid REFERENCES account,
    candidate_accepted_at timestamptz,
    candidate_accepted_by uuid REFERENCES account,
    employer_accepted_at timestamptz,
    employer_accepted_by uuid REFERENCES account,
    declined_at timestamptz,
    declined_by uuid REFERENCES account,
    declined_side text,
    decline_reason text,
    CONSTRAINT placement_match_state_known CHECK (
        state IN (
            'proposed', 'introduced', 'candidate_accepted', 'employer_accepted', 'agreed',
            'declined'
        )
    ),
    CONSTRAINT placement_match_score_range CHECK (score BETWEEN 0 AND 100),
    CONSTRAINT placement_match_introduced_pair CHECK (
        (introduced_at IS NULL) = (introduced_by IS NULL)
    ),
    CONSTRAINT placement_match_candidate_pair CHECK (
        (candidate_accepted_at IS NULL) = (candidate_accepted_by IS NULL)
    ),
    CONSTRAINT placement_match_employer_pair CHECK (
        (employer_accepted_at IS NULL) = (employer_accepted_by IS NULL)
    ),
    CONSTRAINT placement_match_declined_with_reason CHECK (
        num_nonnulls(declined_at, declined_by, declined_side, decline_reason) IN (0, 4)
        AND btrim(decline_reason) <> ''
        AND (state = 'declined') = (declined_at IS NOT NULL)
    ),
    CONSTRAINT placement_match_side_known CHECK (declined_side IN ('candidate', 'employer')),
    CONSTRAINT placement_match_state_tells_milestones CHECK (
        (state <> 'agreed' OR num_nonnulls(candidate_accepted_at, employer_accepted_at) = 2)
        AND (state <> 'candidate_accepted' OR candidate_accepted_at IS NOT NULL)
        AND (state <> 'employer_accepted' OR employer_accepted_at IS NOT NULL)
        AND (state IN ('proposed', 'declined') OR introduced_at IS NOT NULL)
    ),
    CONSTRAINT placement_match_employer_of_placement
    FOREIGN KEY (placement_id, employer_id) REFERENCES placement (id, employer_id)
);

CREATE UNIQUE INDEX placement_match_once_live ON placement_match (placement_id, candidate_id)
WHERE state <> 'declined';
CREATE INDEX placement_match_by_candidate ON placement_match (candidate_id);
CREATE INDEX placement_match_by_employer ON placement_match (employer_id, proposed_at);

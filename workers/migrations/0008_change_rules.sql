-- Since when every open thread goes by a version; none while they have yet to be walked. It is none of versions that
-- were saved before this was kept: the first walk sees to threads that older releases left with older plans.
ALTER TABLE rules ADD COLUMN planned_at INTEGER;
CREATE INDEX rules_unplanned ON rules (version) WHERE planned_at IS NULL;

-- Since when somebody is more than invited: they get threads from their first sign-in on.
ALTER TABLE teammates ADD COLUMN signed_in_at INTEGER;
UPDATE teammates SET signed_in_at = created_at WHERE id IN (SELECT teammate FROM sessions) OR id IN
  (SELECT entry ->> '$.actor.id' FROM audit WHERE thread IS NULL AND entry ->> '$.action' IN ('setUp', 'signedIn'));

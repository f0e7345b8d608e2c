-- The role that a session was made for: it gains no rights that its teammate got since.
ALTER TABLE sessions ADD COLUMN role TEXT NOT NULL DEFAULT 'viewer' CHECK (role IN ('viewer', 'agent', 'admin', 'owner'));
UPDATE sessions SET role = (SELECT role FROM teammates WHERE id = sessions.teammate);

-- How much a version of the rules differs from the one before it; unknown of older ones.
ALTER TABLE rules ADD COLUMN added INTEGER;
ALTER TABLE rules ADD COLUMN removed INTEGER;

-- Where a customer's file came in, so that it can be deleted when its channel's time is over. None for uploads.
ALTER TABLE media ADD COLUMN channel TEXT; -- 'platform.surface'
ALTER TABLE media ADD COLUMN message TEXT;
ALTER TABLE media ADD COLUMN place INTEGER;
CREATE INDEX media_by_channel ON media (channel, created_at) WHERE channel IS NOT NULL;

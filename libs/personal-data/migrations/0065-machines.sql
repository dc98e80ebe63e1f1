-- Through which case system an official asked: a keyed token, as that of the official, and never a clear id. It comes
-- from a setting of the transaction, so that every door records it whatever its arguments are.
ALTER TABLE vault.reads ADD COLUMN machine text DEFAULT nullif(current_setting('vault.machine', true), '');
ALTER TABLE vault.refusals ADD COLUMN machine text DEFAULT nullif(current_setting('vault.machine', true), '');
COMMENT ON COLUMN vault.reads.machine IS 'the case system through which the person asked';
COMMENT ON COLUMN vault.refusals.machine IS 'the case system that asked, for the actor or by itself';
